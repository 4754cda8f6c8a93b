#include "plugin/results/stored_result.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/optional_json.h"
#include "model/data/manifest.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr int kFormatVersion = 1;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void corrupt(const fs::path& file, const std::string& cause) {
    throw Error(ErrorCode::corrupt, file.string(), cause, "Run the slide again.");
}

/// The value of an enumeration whose names `to_string` gives, 0 … last.
template <class Enum>
Enum named(const std::string& name, Enum last, const fs::path& file) {
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        if (to_string(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
    }
    corrupt(file, "\"" + name + "\" is no value that slidetype writes");
}

double number_or_none(const json& value) {
    return value.is_null() ? kNone : value.get<double>();
}

/// {label: value} in the order of the class names.
std::vector<double> by_class(const json& values, const std::vector<std::string>& class_names) {
    std::vector<double> out;
    out.reserve(class_names.size());
    for (const auto& label : class_labels(class_names)) {
        if (!values.contains(label)) return {};
        out.push_back(number_or_none(values[label]));
    }
    return out;
}

SlideIdentity slide_of(const json& summary, const fs::path& file) {
    const auto& slide = summary.at("slide");
    SlideIdentity out;
    out.name = slide.at("name");
    out.source = slide.at("source");
    out.vendor = slide.at("vendor");
    out.quickhash = slide.at("quickhash");
    out.width = slide.at("width");
    out.height = slide.at("height");
    if (slide.contains("bytes") && !slide["bytes"].is_null()) out.bytes = slide["bytes"];
    out.spacing = {summary.at("spacing_um_px").at(0), summary.at("spacing_um_px").at(1),
                   named(summary.at("spacing_source").get<std::string>(), SpacingSource::picture_resolution, file)};
    out.offset = {summary.at("offset_px").at(0), summary.at("offset_px").at(1), 0, 0};
    return out;
}

ModelIdentity model_of(const json& model) {
    ModelIdentity out;
    out.name = model.at("name");
    out.sha256 = model.at("sha256");
    out.class_names = model.at("class_names").get<std::vector<std::string>>();
    out.patch_size_px = model.at("patch_size_px");
    out.spacing_um_px = model.at("spacing_um_px");
    if (const auto& gate = model.at("gate"); !gate.is_null()) out.gate = {gate.at("temperature"), gate.at("threshold")};
    if (const auto& guard = model.at("familiarity"); !guard.is_null()) {
        out.familiarity = {"", guard.at("sha256"), guard.at("threshold")};
    }
    // Older results were made before there was the check of the slide as a whole.
    if (const auto domain = model.find("domain"); domain != model.end() && !domain->is_null()) {
        out.domain = {.file = "", .sha256 = domain->at("sha256"), .sources = domain->at("sources")};
    }
    if (const auto good_for = model.find("good_for"); good_for != model.end() && !good_for->is_null()) {
        out.good_for = *good_for;
    }
    return out;
}

std::optional<DomainVerdict> domain_of(const json& summary, const fs::path& file) {
    const auto domain = summary.find("domain");
    if (domain == summary.end() || domain->is_null()) return std::nullopt;
    DomainVerdict out;
    out.known = domain->at("known");
    out.distance = domain->at("distance");
    out.tiles = domain->at("tiles");
    for (const auto& name : domain->at("differs_by")) {
        out.witnesses.push_back(named(name.get<std::string>(), static_cast<Witness>(kWitnessCount - 1), file));
    }
    return out;
}

/// Older results have none.
constexpr double kNoWeight = -std::numeric_limits<double>::infinity();

std::vector<BagPart> parts_of(const json& heads) {
    std::vector<BagPart> parts;
    if (!heads.contains("parts")) return parts;
    for (const auto& part : heads["parts"]) parts.push_back({part.value("log_weight", kNoWeight), part.at("logit")});
    return parts;
}

SlideCall call_of(const json& call, const std::vector<std::string>& class_names, const fs::path& file) {
    SlideCall out;
    out.label = named(call.at("label").get<std::string>(), static_cast<CallLabel>(kCallLabelCount - 1), file);
    out.prob_lusc = optional_of<double>(call.at("prob_LUSC"));
    out.ci95 = optional_of<std::array<double, 2>>(call.at("ci95"));
    out.reason = call.at("reason");
    if (const auto heads = call.find("heads"); heads != call.end() && !heads->is_null()) {
        out.heads = SlideCall::Heads{heads->at("count"), heads->at("agreeing"), parts_of(*heads)};
    }
    out.mean_probabilities = by_class(call.at("mean_probabilities"), class_names);
    out.voting_area_mm2 = call.at("voting_area_mm2");
    out.scored_area_mm2 = call.at("scored_area_mm2");
    // Older results count every voting tile in full.
    out.tumour_area_mm2 = call.value("tumour_area_mm2", out.voting_area_mm2);
    out.vote_mean = optional_member<double>(call, "vote_mean");
    out.border_share = optional_member<double>(call, "border_share");
    if (const auto coherent = call.find("coherent_areas_mm2"); coherent != call.end()) {
        out.coherent_mm2 = {coherent->at("LUAD").get<double>(), coherent->at("LUSC").get<double>()};
    }
    out.unfamiliar_share = call.at("unfamiliar_share");
    out.supported = call.value("supported", true);
    return out;
}

std::vector<std::pair<std::string, ParameterValue>> parameters_of(const json& parameters) {
    std::vector<std::pair<std::string, ParameterValue>> out;
    for (const auto& [name, value] : parameters.items()) {
        if (value.is_boolean()) out.emplace_back(name, value.get<bool>());
        if (value.is_number_integer()) out.emplace_back(name, value.get<std::int64_t>());
        if (value.is_number_float()) out.emplace_back(name, value.get<double>());
        if (value.is_string()) out.emplace_back(name, value.get<std::string>());
    }
    return out;
}

/// Older results do not tell them; then they were the defaults.
CallThresholds thresholds_of(const json& parameters) {
    CallThresholds out;
    out.min_area_mm2 = parameters.value("call_min_area_mm2", out.min_area_mm2);
    out.min_tumour_share = parameters.value("call_min_tumour_share", out.min_tumour_share);
    out.mixed_region_mm2 = parameters.value("call_mixed_region_mm2", out.mixed_region_mm2);
    out.mixed_share = parameters.value("call_mixed_share", out.mixed_share);
    out.mixed_certainty = parameters.value("call_mixed_certainty", out.mixed_certainty);
    if (parameters.contains("call_vote_slope")) {
        out.vote = {parameters.at("call_vote_intercept"), parameters.at("call_vote_slope"),
                    parameters.at("call_vote_border")};
    }
    return out;
}

/// Older results know fewer stages.
StageTimes timing_of(const json& timing) {
    StageTimes times;
    times.open = timing.at("open");
    times.tissue = timing.at("tissue");
    times.read = timing.at("read");
    times.resample = timing.value("resample", 0.0);
    times.score = timing.at("score");
    times.write = timing.value("write", 0.0);
    times.wall = timing.at("wall");
    times.pipeline = timing.value("pipeline", 0.0);
    times.thread_busy = timing.value("thread_busy", std::vector<double>{});
    return times;
}

SlideResult read_summary(const fs::path& file) {
    const auto summary = json::parse(read_file(file));
    const int format = summary.at("format_version");
    if (format != kFormatVersion) {
        throw Error(ErrorCode::unsupported, file.string(), "has format " + std::to_string(format),
                    "Use the slidetype that wrote it, or run the slide again.");
    }
    SlideResult result;
    result.slide = slide_of(summary, file);
    result.model = model_of(summary.at("model"));
    result.call = call_of(summary.at("call"), result.model.class_names, file);
    result.domain = domain_of(summary, file);
    result.thresholds = thresholds_of(summary.at("parameters"));
    result.parameters = parameters_of(summary.at("parameters"));
    const auto& grid = summary.at("grid");
    result.grid.columns = grid.at("columns");
    result.grid.rows = grid.at("rows");
    result.grid.tile_width = grid.at("tile_width_px");
    result.grid.tile_height = grid.at("tile_height_px");
    result.grid.overlap = grid.at("overlap");
    result.grid.level = grid.at("level");
    result.grid.patch_size_px = result.model.patch_size_px;
    result.class_areas_mm2 = by_class(summary.at("areas_mm2"), result.model.class_names);
    result.set_aside.benign.mm2 = summary.at("benign_area_mm2");
    result.set_aside.unfamiliar.mm2 = summary.at("unfamiliar_area_mm2");
    result.tissue_area_mm2 = summary.at("tissue_area_mm2");
    result.note = summary.at("note");
    result.version = summary.at("version");
    result.timing = timing_of(summary.at("timing_s"));
    return result;
}

class TilesReader {
  public:
    TilesReader(const fs::path& file, SlideResult& result)
        : file_(file), table_(read_own_table(file, columns())), result_(result) {
        for (const auto& label : class_labels(result.model.class_names)) {
            probabilities_.push_back(column("prob_" + label));
        }
        if (table_.has("prob_tumour")) tumour_ = column("prob_tumour");
        if (table_.has("strangeness")) strangeness_ = column("strangeness");
        if (table_.has("attention_percentile")) attention_ = column("attention_percentile");
    }

    void read() {
        const auto cells = static_cast<std::size_t>(result_.grid.columns) * static_cast<std::size_t>(result_.grid.rows);
        if (table_.rows.size() != cells) {
            corrupt(file_, "holds " + std::to_string(table_.rows.size()) + " tiles where summary.json has " +
                               std::to_string(cells));
        }
        for (const auto& row : table_.rows) add(row);
    }

  private:
    static std::vector<std::string> columns() {
        return {"index", "x", "y", "width", "height", "status", "tissue_fraction", "reason"};
    }

    /// The manifest's names are in lower case.
    std::string column(std::string name) const {
        std::ranges::transform(name, name.begin(), [](char c) { return 'A' <= c && c <= 'Z' ? char(c + 32) : c; });
        if (!table_.has(name)) corrupt(file_, "lacks the column " + name);
        return name;
    }

    float value(const std::vector<std::string>& row, const std::string& name) const {
        return static_cast<float>(table_.number(row, name).value_or(kNone));
    }

    void add(const std::vector<std::string>& row) {
        const auto index = result_.grid.tiles.size();
        if (table_.integer(row, "index") != static_cast<int>(index)) corrupt(file_, "its tiles are out of order");
        Tile tile;
        tile.column = static_cast<int>(index) % result_.grid.columns;
        tile.row = static_cast<int>(index) / result_.grid.columns;
        tile.rect = {table_.integer(row, "x"), table_.integer(row, "y"), table_.integer(row, "width"),
                     table_.integer(row, "height")};
        tile.tissue_fraction = value(row, "tissue_fraction");
        tile.status = named(table_.at(row, "status"), static_cast<TileStatus>(kTileStatusCount - 1), file_);
        if (tile.status == TileStatus::benign) ++result_.set_aside.benign.count;
        if (tile.status == TileStatus::unfamiliar) ++result_.set_aside.unfamiliar.count;
        if (const auto& reason = table_.at(row, "reason"); !reason.empty()) result_.reasons[index] = reason;
        for (const auto& name : probabilities_) result_.probabilities.push_back(value(row, name));
        if (!tumour_.empty()) result_.tumour.push_back(value(row, tumour_));
        if (!strangeness_.empty()) result_.strangeness.push_back(value(row, strangeness_));
        if (!attention_.empty()) result_.attention_percentile.push_back(value(row, attention_));
        result_.grid.tiles.push_back(tile);
    }

    const fs::path& file_;
    Manifest table_;
    SlideResult& result_;
    std::vector<std::string> probabilities_;
    std::string tumour_, strangeness_, attention_;
};

}  // namespace

StageTimes read_stored_times(const fs::path& folder) {
    const auto summary = folder / "summary.json";
    try {
        return timing_of(json::parse(read_file(summary)).at("timing_s"));
    } catch (const json::exception& error) {
        corrupt(summary, error.what());
    }
}

SlideResult read_stored_summary(const fs::path& folder) {
    const auto summary = folder / "summary.json";
    if (!fs::exists(summary)) {
        throw Error(ErrorCode::not_found, folder.string(), "holds no complete result (no summary.json)",
                    "Give a folder that `slidetype run` wrote.");
    }
    try {
        auto result = read_summary(summary);
        result.folder = folder;
        return result;
    } catch (const json::exception& error) {
        corrupt(summary, error.what());
    }
}

SlideResult read_stored_result(const fs::path& folder) {
    auto result = read_stored_summary(folder);
    const auto tiles = folder / "tiles.csv";
    try {
        TilesReader(tiles, result).read();
        return result;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::bad_data) corrupt(tiles, error.cause());
        throw;
    }
}

std::vector<fs::path> stored_results(const fs::path& path) {
    if (fs::exists(path / "summary.json")) return {path};
    std::vector<fs::path> folders;
    if (!fs::is_directory(path)) return folders;
    for (const auto& entry : fs::directory_iterator(path)) {
        if (fs::exists(entry.path() / "summary.json")) folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    return folders;
}

}  // namespace slidetype
