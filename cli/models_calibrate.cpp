// slidetype models calibrate MODEL DATA
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "cli/labelled_data.h"
#include "cli/models.h"
#include "cli/print.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/backends/backend.h"
#include "model/backends/backend_check.h"
#include "model/backends/self_test.h"
#include "model/network/installed_models.h"
#include "model/onednn/int8_calibration.h"

namespace slidetype {
namespace {

struct CalibrateArguments {
    std::string model;
    LabelledDataArguments data;
    int tiles = 256;
    bool quiet = false;
};

/// Up to `most` pictures, evenly from all, each brought to the patch size whole.
std::vector<std::uint8_t> spread_tiles(const Dataset& dataset, std::span<const std::size_t> members, int most,
                                       int patch) {
    const auto count = std::min(members.size(), static_cast<std::size_t>(most));
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < count; ++i) {
        throw_if_stopped();
        const auto& file = dataset.tiles[members[i * members.size() / count]].file;
        const auto tile = resize_image(read_image(file), patch, patch);
        bytes.insert(bytes.end(), tile.pixels.begin(), tile.pixels.end());
    }
    return bytes;
}

/// How far scores with integers are from those with floats on the tiles that were calibrated on.
std::string agreement(const ModelDirectory& model, std::span<const std::uint8_t> tiles, std::size_t count) {
    const auto floats = open_classifier(model, Backend::onednn)->classify(tiles, count).probabilities;
    const auto integers = open_classifier(model, Backend::onednn_int8)->classify(tiles, count).probabilities;
    double sum = 0, largest = 0;
    for (std::size_t i = 1; i < floats.size(); i += 2) {
        const double difference = std::abs(double{floats[i]} - integers[i]);
        sum += difference;
        largest = std::max(largest, difference);
    }
    return fmt::format("mean {:.4f}, largest {:.4f}", sum / static_cast<double>(count), largest);
}

int calibrate(const CalibrateArguments& arguments) {
    const auto path = find_model(arguments.model);
    auto model = read_model_directory(path);
    const int patch = model.config.patch_size_px;
    const TileTarget target = {patch, model.config.spacing_um_px, {}};
    const auto data = read_labelled_data(arguments.data, target, default_threads(), arguments.quiet);
    std::optional<Waiting> waiting(std::in_place, "calibrating", arguments.quiet);
    const auto tiles = spread_tiles(data.dataset, select_labelled_data(data, arguments.data), arguments.tiles, patch);
    const auto count = tiles.size() / (3 * static_cast<std::size_t>(patch) * static_cast<std::size_t>(patch));

    auto int8 = calibrate_int8(model, tiles);
    model.config.slidetype->int8 = int8;
    int8.drawn_difference = measured_rounding(model, tiles, count);
    Table table({"layer", "step of its input"});
    for (const auto& [layer, step] : int8.steps) table.add({layer, fmt::format("{:.6f}", step)});
    const auto difference = agreement(model, tiles, count);
    waiting.reset();
    print("{}\nDifference of P({}) to floats on these {} tiles: {}\n", table.text(),
          printable(model.config.class_names.back()), count, difference);
    store_int8(path, int8);
    print(
        "Stored in {}. To compare on pictures that neither training nor calibration saw:\n"
        "  slidetype evaluate {} DATA --backend onednn-int8\n",
        printable((path / "config.json").string()), printable(arguments.model));
    return kDone;
}

}  // namespace

void declare_calibrate(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<CalibrateArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("calibrate", "Prepare a model for 8-bit integers (--backend onednn-int8)");
    command->add_option("model", a.model, "Installed model or model directory")->required();
    declare_labelled_data(*command, a.data);
    declare_selection(*command, a.data);
    command->add_option("--tiles", a.tiles, "Most pictures to look at, evenly from all")
        ->capture_default_str()
        ->check(CLI::Range(8, 100000));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Example:\n"
        "  slidetype models calibrate my_model tiles.csv --part train\n"
        "Reads the pictures, whose labels do not matter, and stores in the model's config.json how finely the values\n"
        "between the layers are to be held. Pictures should be of the kind that will be scored, and not those that "
        "the\n"
        "model is measured on. The self-test is stored anew.");
    command->callback([arguments, &action] { action = [arguments] { return calibrate(*arguments); }; });
}

}  // namespace slidetype
