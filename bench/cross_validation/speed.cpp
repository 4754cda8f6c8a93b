#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/proc_file.h"
#include "base/random.h"
#include "base/stopwatch.h"
#include "bench/cross_validation/network.h"
#include "model/backends/backend.h"

namespace slidetype::bench {
namespace {

constexpr std::size_t kBatch = 8;

std::string processor_name() {
    const auto name = proc_value("/proc/cpuinfo", "model name");
    return name.empty() ? "unknown processor" : name;
}

std::filesystem::path speed_file(const std::filesystem::path& folder, const std::string& label) {
    return folder / (label + ".speed.json");
}

}  // namespace

Speed measure_speed(const std::string& label, const ModelDirectory& model, int rounds) {
    const auto classifier = open_classifier(model);
    const auto edge = static_cast<std::size_t>(model.config.patch_size_px);
    std::vector<std::uint8_t> tiles(kBatch * edge * edge * 3);
    Random random(1);
    for (auto& value : tiles) value = static_cast<std::uint8_t>(random.below(256));
    (void)classifier->classify(tiles, kBatch);  // the first call builds the network
    double best_seconds = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        (void)classifier->classify(tiles, kBatch);
        best_seconds = std::min(best_seconds, seconds_since(begin));
    }
    return {label, static_cast<double>(kBatch) / best_seconds, processor_name()};
}

void write_speed(const std::filesystem::path& folder, const Speed& speed) {
    const nlohmann::ordered_json json = {{"label", speed.label},
                                         {"tiles_per_second", speed.tiles_per_second},
                                         {"threads", 1},
                                         {"batch", kBatch},
                                         {"machine", speed.machine}};
    write_file(speed_file(folder, speed.label), json.dump(2) + "\n");
}

std::optional<Speed> read_speed(const std::vector<std::filesystem::path>& folders, const std::string& label) {
    for (const auto& folder : folders) {
        const auto file = speed_file(folder, label);
        if (!std::filesystem::exists(file)) continue;
        try {
            const auto json = nlohmann::json::parse(read_file(file));
            return Speed{json.at("label"), json.at("tiles_per_second"), json.at("machine")};
        } catch (const nlohmann::json::exception& error) {
            throw Error(ErrorCode::bad_data, file.string(), std::string("is no speed: ") + error.what());
        }
    }
    return std::nullopt;
}

}  // namespace slidetype::bench
