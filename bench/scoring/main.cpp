// score_bench [MODEL…] [--arch NAME…]: tiles per second on one thread, from 8-bit RGB to probabilities, for every
// backend. Machines are noisy, so the backends take turns and the fastest round of each counts: compare the ratios.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/random.h"
#include "base/stopwatch.h"
#include "bench/scoring/random_model.h"
#include "cli/table.h"
#include "model/backends/backend.h"
#include "model/backends/self_test_tiles.h"
#include "model/network/installed_models.h"
#include "model/onednn/int8_calibration.h"
#include "model/scoring/classifier.h"

namespace slidetype::bench {
namespace {

constexpr std::size_t kTiles = 16;

/// Half of them drawn after tissue, half of them with noise over it.
std::vector<std::uint8_t> some_tiles(int patch_px) {
    const auto drawn = self_test_tiles(patch_px);
    std::vector<std::uint8_t> tiles(drawn.size() / kSelfTestTiles * kTiles);
    Random random(2);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const auto byte = drawn[i % drawn.size()];
        tiles[i] = i < tiles.size() / 2 ? byte : static_cast<std::uint8_t>(byte / 2U + random.below(100));
    }
    return tiles;
}

struct Contestant {
    std::string backend, description;
    std::unique_ptr<Classifier> classifier;
    double best_seconds = 1e9;
};

void add_rows(Table& table, ModelDirectory model, int rounds) {
    const auto tiles = some_tiles(model.config.patch_size_px);
    std::vector<Contestant> contestants;
    for (const auto backend : {Backend::torch, Backend::onednn, Backend::onednn_int8}) {
        auto& int8 = model.config.slidetype->int8;
        if (backend == Backend::onednn_int8 && !int8) int8 = calibrate_int8(model, tiles);
        auto classifier = open_classifier(model, backend);
        (void)classifier->classify(tiles, kTiles);  // the first call makes what the others use again
        contestants.push_back({std::string(to_string(backend)), classifier->description(), std::move(classifier)});
    }
    for (int round = 0; round < rounds; ++round) {
        for (auto& each : contestants) {
            const auto begin = Clock::now();
            (void)each.classifier->classify(tiles, kTiles);
            const auto seconds = seconds_since(begin);
            each.best_seconds = std::min(each.best_seconds, seconds);
        }
    }
    for (const auto& each : contestants) {
        table.add({model.path.string(), each.backend, fmt::format("{:.1f}", kTiles / each.best_seconds),
                   fmt::format("{:.2f}", contestants.front().best_seconds / each.best_seconds), each.description});
    }
}

int run(int argc, char** argv) {
    CLI::App program("Times the scoring of tiles on one thread with every backend");
    std::vector<std::string> models, architectures;
    int rounds = 30;
    program.add_option("models", models, "Installed models or model directories");
    program.add_option("--arch", architectures, "Networks to time with random weights")
        ->check(CLI::IsMember(architecture_names()));
    program.add_option("--rounds", rounds, "The fastest counts")->capture_default_str()->check(CLI::Range(1, 100000));
    CLI11_PARSE(program, argc, argv);

    Table table({"model", "backend", "tiles/s", "times torch", "computed by"});
    for (const auto& model : models) add_rows(table, read_model_directory(find_model(model)), rounds);
    for (const auto& architecture : architectures) add_rows(table, random_model(architecture), rounds);
    fmt::print("{}", table.text());
    return 0;
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    try {
        return slidetype::bench::run(argc, argv);
    } catch (const slidetype::Error& error) {
        std::cerr << error.what() << "\n" << error.hint() << "\n";
        return 1;
    }
}
