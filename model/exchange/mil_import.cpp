// config.json of wsinfer-mil:
//   {"spec_version": "1.0", "type": "abmil", "patch_size_um": 128, "feature_extractor": "ctranspath", "num_classes": 2,
//    "class_names": ["LUAD", "LUSC"]}
#include "model/exchange/mil_import.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/number_text.h"
#include "model/data/dataset.h"
#include "model/network/checked_json.h"
#include "model/network/model_directory.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestMilConfig = 1U << 20;

class MilReader : private CheckedJson {
  public:
    explicit MilReader(const std::string& source) : CheckedJson(source), source_(source) {}

    MilHead read(std::string_view json_text) const {
        const auto root = parse(json_text);
        if (text(root, "spec_version") != "1.0") fail("spec_version is not \"1.0\"");
        MilHead head;
        head.feature_extractor = text(root, "feature_extractor");
        head.patch_size_um = number(root, "patch_size_um");
        constexpr double kSmallestUm = 1, kLargestUm = 10'000;
        if (head.patch_size_um < kSmallestUm || head.patch_size_um > kLargestUm) fail("patch_size_um is not plausible");
        if (root.contains("type")) head.type = text(root, "type");
        head.columns = columns(class_names(root));
        return head;
    }

  private:
    std::vector<std::string> class_names(const nlohmann::json& root) const {
        constexpr int kMostClasses = 1000;
        const auto count = static_cast<std::size_t>(integer(root, "num_classes", 1, kMostClasses));
        const auto& list = member(root, "class_names");
        if (!list.is_array() || list.size() != count) fail("class_names and num_classes disagree");
        std::vector<std::string> names;
        for (const auto& each : list) {
            if (!each.is_string()) fail("a class name is no text");
            names.push_back(each.get<std::string>());
        }
        return names;
    }

    std::array<std::size_t, 2> columns(const std::vector<std::string>& names) const {
        std::array<std::size_t, 2> found{};
        std::array<bool, 2> is_there{};
        std::string all;
        for (std::size_t i = 0; i < names.size(); ++i) {
            all += (all.empty() ? "" : ", ") + names[i];
            const int label = class_index(names[i]);
            if (label != 0 && label != 1) continue;
            found.at(static_cast<std::size_t>(label)) = i;
            is_there.at(static_cast<std::size_t>(label)) = true;
        }
        if (names.size() == 2 && is_there[0] && is_there[1]) return found;
        throw Error(ErrorCode::unsupported, source_, "is of the classes " + all + ", and slidetype calls LUAD and LUSC",
                    "class_names must be these two, in any of their usual spellings (LUAD, lung_aca, adenocarcinoma, "
                    "TCGA-LUAD; LUSC, lung_scc, squamous cell carcinoma, TCGA-LUSC).");
    }

    const std::string& source_;
};

fs::path only_script_in(const fs::path& folder) {
    if (auto usual = folder / "torchscript_model.pt"; fs::exists(usual)) return usual;
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".pt") found.push_back(entry.path());
    }
    if (found.size() == 1) return found.front();
    throw Error(
        ErrorCode::not_found, folder.string(),
        found.empty() ? "holds no TorchScript file" : "holds several .pt files, and none is torchscript_model.pt",
        "wsinfer-mil's layout is config.json and torchscript_model.pt in one folder.");
}

}  // namespace

MilHead read_mil_head(const fs::path& folder) {
    const auto config = folder / "config.json";
    if (!fs::exists(config)) {
        throw Error(ErrorCode::not_found, folder.string(), "holds no config.json",
                    "wsinfer-mil's layout is config.json and torchscript_model.pt in one folder.");
    }
    const auto source = config.string();
    const MilReader reader(source);
    auto head = reader.read(read_file(config, kLargestMilConfig));
    head.folder = folder;
    head.file = only_script_in(folder);
    return head;
}

void write_mil_model(const MilHead& head, const EncoderInfo& encoder, const std::string& name, const fs::path& folder) {
    const double tile_um = encoder.patch_size_px * encoder.spacing_um_px;
    constexpr double kTolerance = 0.02;
    if (std::abs(tile_um / head.patch_size_um - 1) > kTolerance) {
        throw Error(ErrorCode::usage, encoder.path.string(),
                    "takes tiles of " + fixed(tile_um, 1) + " µm, and the head was trained on tiles of " +
                        fixed(head.patch_size_um, 1) + " µm",
                    "Give the encoder that it was trained with; patch_size_pixels times spacing_um_px of its "
                    "encoder.json is the "
                    "size of its tiles.");
    }
    ModelConfig config;
    config.name = name;
    config.architecture = kHeadsArchitecture;
    config.class_names = {"LUAD", "LUSC"};
    config.patch_size_px = encoder.patch_size_px;
    config.spacing_um_px = encoder.spacing_um_px;
    config.transform = {{}};
    auto& ours = config.slidetype.emplace();
    auto& heads = ours.heads.emplace();
    heads.heads = 1;
    heads.encoder = encoder;
    heads.columns = head.columns;
    ours.training = nlohmann::ordered_json{{"imported", "wsinfer-mil"},
                                           {"type", head.type},
                                           {"feature_extractor", head.feature_extractor},
                                           {"patch_size_um", head.patch_size_um}}
                        .dump();
    create_folders(folder);
    take_encoder_along(config, folder);
    write_script_head_directory(folder, config, head.file);
}

}  // namespace slidetype
