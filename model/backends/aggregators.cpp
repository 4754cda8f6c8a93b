#include "model/backends/aggregators.h"

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/backend.h"
#include "model/backends/self_test.h"
#include "model/scoring/mean_aggregator.h"

namespace slidetype {

std::unique_ptr<Aggregator> open_aggregator(const ModelDirectory& model) {
    if (model.is_heads()) return open_heads(model);
    if (model.is_network()) return make_mean_aggregator(make_network_scorer(model, false));
    throw Error(ErrorCode::unsupported, model.path.string(),
                "is a TorchScript model of others, which gives probabilities of tiles and no features",
                "Give a model that was trained from diagnoses, or one of our networks.");
}

void store_calibration(const std::filesystem::path& model_directory, double temperature, const StatedError& stated) {
    using nlohmann::ordered_json;
    auto model = read_model_directory(model_directory);
    if (!model.is_heads()) {
        throw Error(ErrorCode::usage, model_directory.string(),
                    "is no model of heads, whose calls alone state an error",
                    "`slidetype train cohort.csv -o MODEL` makes one from diagnoses.");
    }
    model.config.slidetype->temperature = temperature;
    model.config.slidetype->heads->stated_error = stated;
    const auto file = model_directory / "config.json";
    constexpr std::uintmax_t kLargestConfig = 1U << 20;
    auto root = ordered_json::parse(read_file(file, kLargestConfig));
    const auto ours = ordered_json::parse(format_config(model.config))["slidetype"];
    for (const auto* key : {"temperature", "heads"}) root["slidetype"][key] = ours[key];
    root["slidetype"].erase("self_test");
    write_file(file, root.dump(2) + "\n");
    if (!model.config.slidetype->heads->encoder.path.empty()) attach_self_test(model_directory);
}

}  // namespace slidetype
