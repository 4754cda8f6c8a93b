// head_bench OUT: what training heads takes in time and memory, on features that are made up. Writes a cohort of
// feature files (slide by slide; what is there already stays) and its table, trains as `slidetype train` does, and
// prints seconds and the memory that was held at most.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <fstream>

#include "base/parallel.h"
#include "base/random.h"
#include "base/stopwatch.h"
#include "bench/guarded.h"
#include "model/bags/feature_file.h"
#include "plugin/cohorts/diagnosis_training.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

struct HeadBench {
    fs::path output;
    std::size_t slides = 200, tiles = 4000, dimension = 1024;
    double memory_gb = 0.6;
    HeadOptions heads;
};

/// A tenth of the tiles leans to the class in a few of its numbers; all else is chance.
void write_slide(const HeadBench& bench, const fs::path& file, int label, std::uint64_t seed) {
    constexpr std::size_t kTold = 8, kTellingOneIn = 10, kRows = 256, kColumns = 64, kTilePx = 512;
    BagOrigin origin;
    origin.slide = file.stem().string();
    origin.encoder = "made up";
    origin.unit = PlaceUnit::level0_px;
    const auto writer =
        open_feature_writer(file, FeatureLayout::slidetype, FeatureNumbers::half, bench.dimension, origin);
    Random random(seed);
    std::vector<float> rows;
    std::vector<TilePlace> places;
    for (std::size_t tile = 0; tile < bench.tiles; ++tile) {
        for (std::size_t i = 0; i < bench.dimension; ++i) {
            // The sum of four parts of one draw: about normal, and quick.
            const auto bits = random.bits();
            double value = 0;
            for (int part = 0; part < 4; ++part)
                value += static_cast<double>((bits >> (16 * part)) & 0xFFFFU) / 0x1p15 - 1;
            if (tile % kTellingOneIn == 0 && i < kTold) value += label == 1 ? 0.5 : -0.5;
            rows.push_back(static_cast<float>(value));
        }
        const std::size_t column = tile % kColumns, row = tile / kColumns;
        places.push_back({static_cast<double>(kTilePx * column), static_cast<double>(kTilePx * row)});
        if (places.size() == kRows || tile + 1 == bench.tiles) {
            writer->append(rows, places);
            rows.clear(), places.clear();
        }
    }
    writer->finish();
}

fs::path write_cohort(const HeadBench& bench) {
    const auto folder = bench.output / fmt::format("{}x{}", bench.tiles, bench.dimension);
    fs::create_directories(folder);
    const auto table = bench.output / fmt::format("cohort-{}-{}x{}.csv", bench.slides, bench.tiles, bench.dimension);
    std::ofstream csv(table);
    csv << "slide,label,patient\n";
    for (std::size_t i = 0; i < bench.slides; ++i) {
        const auto file = folder / fmt::format("slide{}.h5", i);
        const int label = i % 2 == 0 ? 0 : 1;
        if (!fs::exists(file)) write_slide(bench, file, label, i + 1);
        csv << file.string() << ',' << (label == 1 ? "LUSC" : "LUAD") << ",patient" << i << '\n';
    }
    return table;
}

double megabytes_held_at_most() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1000;
}

int run(int count, char** arguments) {
    HeadBench bench;
    bench.heads.threads = default_threads();
    CLI::App app("Measures training of attention heads on features that are made up");
    app.add_option("output", bench.output, "Folder for the features")->required();
    app.add_option("--slides", bench.slides)->capture_default_str();
    app.add_option("--tiles", bench.tiles, "Of each slide")->capture_default_str();
    app.add_option("--dimension", bench.dimension)->capture_default_str();
    app.add_option("--epochs", bench.heads.epochs)->capture_default_str();
    app.add_option("--memory-gb", bench.memory_gb)->capture_default_str();
    app.add_option("-t,--threads", bench.heads.threads)->capture_default_str();
    CLI11_PARSE(app, count, arguments);
    const auto table = write_cohort(bench);
    auto begin = Clock::now();
    constexpr double kGigabyte = 1e9;
    const auto bags = read_cohort_bags(read_cohort(table), std::nullopt,
                                       static_cast<std::uint64_t>(bench.memory_gb * kGigabyte), bench.heads.threads);
    const double reading = seconds_since(begin);
    begin = Clock::now();
    const auto learned = learn_from_diagnoses(bags, {}, bench.heads);
    const double training = seconds_since(begin);
    fmt::print(
        "{} slides, {} tiles of {} numbers each, {} threads, {} epochs: read in {:.1f} s, trained in {:.1f} s "
        "({:.2f} s an epoch), {:.0f} MB held at most; AUC of patients {:.3f}\n",
        bench.slides, bench.tiles, bench.dimension, bench.heads.threads, bench.heads.epochs, reading, training,
        learned.report.epochs.back().seconds, megabytes_held_at_most(),
        learned.figures ? learned.figures->patients.metrics.auc.value : std::nan(""));
    return 0;
}

}  // namespace
}  // namespace slidetype::bench

int main(int count, char** arguments) {
    return slidetype::bench::guarded([&] { return slidetype::bench::run(count, arguments); });
}
