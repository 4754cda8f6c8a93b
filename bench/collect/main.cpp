// What putting shards together costs, of results that are drawn: records of slides, or shards without slides.
//   collect_bench slides --count 100000 --folder /tmp/bench      time and memory of `collect` over so many slides
//   collect_bench shards --count 1000000 --folder /tmp/bench     over so many shards, each of them empty
//   collect_bench run --count 100000 --folder /tmp/bench         of the record that a run without shards keeps writing
//   collect_bench list --count 1000000 --folder /tmp/bench       of dividing so long a list, which each shard does
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>

#include "base/stopwatch.h"
#include "bench/guarded.h"
#include "plugin/batch/collect.h"
#include "plugin/batch/run_record.h"
#include "plugin/batch/shard.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct BenchArguments {
    std::size_t count = 100000;
    fs::path folder;
    std::size_t patients_of = 0;  ///< slides of one patient; 0: none is known
};

/// Not flushed, else drawing would take hours.
void write_plainly(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

std::string source_of(std::size_t i) {
    return fmt::format("/archive/lung/2026/site_{:02}/TCGA-{:08}-01Z-00-DX1.svs", i % 40, i);
}

/// As long as that of a slide of five thousand tiles.
std::string state_text(std::size_t i, std::size_t patients_of) {
    const auto patient = patients_of > 0 ? fmt::format("\"patient\": \"P{:07}\", ", i / patients_of) : "";
    return fmt::format(
        R"({{"format_version": 1, "source": "{}", "name": "TCGA-{:08}-01Z-00-DX1", "state": "done", {}"call": "LUAD",
 "prob_LUSC": 0.1234, "reason": "The 95 % interval of P(LUSC), 0.09 to 0.16, lies below one half: LUAD. 4210 tiles voted.",
 "known_to_model": true, "scored_mm2": 123.4567, "voting_mm2": 98.7654,
 "tiles": {{"background": 5123, "benign": 511, "ok": 4210, "outside_roi": 0, "read_error": 0, "unfamiliar": 22}},
 "seconds": 31.2345, "fingerprint": {{"format": 3, "model": "{:064}", "parameters": "{:064}", "slide": "{:064x}"}},
 "version": "0.1.0", "settings": "0123456789abcdef",
 "files": {{"heatmap.png": 41231, "overlay.geojson": 91231, "overlay.png": 1912312, "tiles.csv": 812312,
 "tiles.geojson.gz": 212312}}}})",
        source_of(i), i, patient, 1, 2, i);
}

void draw_slides(const BenchArguments& arguments) {
    fs::create_directories(arguments.folder);
    write_plainly(arguments.folder / "run.json", "{}");
    for (std::size_t i = 0; i < arguments.count; ++i) {
        const auto slide = arguments.folder / fmt::format("TCGA-{:08}-01Z-00-DX1", i);
        if (!fs::create_directory(slide)) continue;
        write_plainly(slide / "source.txt", source_of(i) + "\n");
        write_plainly(slide / "state.json", state_text(i, arguments.patients_of));
    }
}

void draw_shards(const BenchArguments& arguments) {
    for (std::size_t i = 1; i <= arguments.count; ++i) {
        const auto shard = arguments.folder / "shards" / fmt::format("{}-of-{}", i, arguments.count);
        fs::create_directories(shard);
        write_plainly(shard / "shard.json",
                      fmt::format(R"({{"format_version": 1, "version": "0.1.0", "model": {{"name": "compact", "sha256":
 "{:064}", "digest": "{:064}", "directory": "/opt/slidetype/models/compact"}}, "interrupted": false, "shard": {{"index": {},
 "count": {}, "why": "SLURM_ARRAY_TASK_ID {} of 1-{}", "slides": 0}}, "list": {{"slides": 0, "sha256": "{:064}"}}}})",
                                  1, 2, i, arguments.count, i, arguments.count, 3));
    }
}

double peak_mb() {
    struct rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void report(const char* what, const BenchArguments& arguments, double seconds) {
    fmt::print("{} of {}: {:.1f} s, {:.1f} µs each, peak {:.0f} MB\n", what, arguments.count, seconds,
               seconds * 1e6 / static_cast<double>(arguments.count), peak_mb());
}

void measure_collect(const char* what, const BenchArguments& arguments) {
    CollectOptions options;
    options.outputs = {arguments.folder};
    options.merged = arguments.folder;
    const auto begin = Clock::now();
    const auto collected = collect(options);
    report(what, arguments, seconds_since(begin));
    fmt::print("{} slides, {} shards missing\n", collected.slides, collected.missing_shards.size());
}

void measure_run(const BenchArguments& arguments) {
    RunRecords records(arguments.folder);
    for (const auto* what : {"first record", "next record"}) {
        const auto begin = Clock::now();
        const auto read = records.read();
        const auto text = run_json(read, {}, RunFacts{});
        report(what, arguments, seconds_since(begin));
        fmt::print("run.json has {:.0f} MB\n", static_cast<double>(text.size()) / 1e6);
    }
}

void measure_list(const BenchArguments& arguments) {
    const auto table = arguments.folder / "list.csv";
    fs::create_directories(arguments.folder);
    std::string text = "slide,patient\n";
    for (std::size_t i = 0; i < arguments.count; ++i) text += fmt::format("{},P{:07}\n", source_of(i), i / 3);
    write_plainly(table, text);
    text = {};
    auto begin = Clock::now();
    const auto list = list_slides(std::span(&table, 1));
    report("reading a table", arguments, seconds_since(begin));
    begin = Clock::now();
    const DividedList divided(list.slides);
    const auto part = divided.part({1, 1000, {}});
    report("dividing it", arguments, seconds_since(begin));
    fmt::print("{} slides in the first of 1000 parts\n", part.size());
}

int run_bench(int argc, char** argv) {
    CLI::App program("What putting shards together costs", "collect_bench");
    BenchArguments arguments;
    program.require_subcommand(1);
    const auto add = [&](const char* name, const char* help, const std::function<void()>& measure) {
        auto* command = program.add_subcommand(name, help);
        command->add_option("--count", arguments.count)->capture_default_str();
        command->add_option("--folder", arguments.folder, "Where to draw them; left there")->required();
        command->add_option("--patients-of", arguments.patients_of, "Slides of one patient");
        command->callback(measure);
    };
    add("slides", "collect over slides", [&] { draw_slides(arguments), measure_collect("slides", arguments); });
    add("shards", "collect over empty shards", [&] { draw_shards(arguments), measure_collect("shards", arguments); });
    add("run", "the record of a run without shards", [&] { draw_slides(arguments), measure_run(arguments); });
    add("list", "a list read and divided", [&] { measure_list(arguments); });
    CLI11_PARSE(program, argc, argv);
    return 0;
}

}  // namespace
}  // namespace slidetype

int main(int argc, char** argv) {
    return slidetype::bench::guarded([&] { return slidetype::run_bench(argc, argv); });
}
