// The C API over Engine. Every function that can fail goes through `guarded`, so that nothing is thrown into C.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "model/network/installed_models.h"
#include "plugin/analysis/engine.h"
#include "plugin/c_api/guarded.h"
#include "plugin/include/slidetype.h"
#include "plugin/results/exporter.h"

struct slidetype_result {
    slidetype::SlideResult result;
};

namespace slidetype {
namespace {

static_assert(SLIDETYPE_MEMORY == static_cast<int>(ErrorCode::memory) + 1, "a status is an error code plus one");
static_assert(SLIDETYPE_CALL_NONE == static_cast<int>(CallLabel::none) &&
              SLIDETYPE_CALL_MIXED == static_cast<int>(CallLabel::mixed) &&
              SLIDETYPE_CALL_MIXED + 1 == kCallLabelCount);
static_assert(SLIDETYPE_STAGE_SCORE == static_cast<int>(AnalyseStage::score));
static_assert(SLIDETYPE_TILE_UNFAMILIAR == static_cast<int>(TileStatus::unfamiliar) &&
              SLIDETYPE_TILE_UNFAMILIAR + 1 == kTileStatusCount);

/// Nothing where it is left to the model.
std::optional<double> threshold(double value, double most, const char* name) {
    if (std::isnan(value)) return std::nullopt;
    require(value >= 0 && value <= most, name);
    return value;
}

AnalyseOptions analyse_options(const slidetype_options& from) {
    require(std::isfinite(from.spacing_um_px) && from.spacing_um_px >= 0, "spacing_um_px");
    require(from.min_tissue >= 0 && from.min_tissue <= 1, "min_tissue");
    require(from.threads >= 0, "threads");
    AnalyseOptions options;
    if (from.spacing_um_px > 0) options.spacing_um_px = from.spacing_um_px;
    options.min_tissue = from.min_tissue;
    options.overlap = from.overlap;
    if (from.region_of_interest != nullptr) options.region_of_interest = from.region_of_interest;
    options.keep_offset = from.keep_offset != 0;
    options.gate = from.use_gate != 0;
    options.familiarity_guard = from.use_guard != 0;
    options.threads = from.threads;
    options.min_area_mm2 = threshold(from.min_area_mm2, std::numeric_limits<double>::max(), "min_area_mm2");
    options.min_tumour_share = threshold(from.min_tumour_share, 1, "min_tumour_share");
    options.mixed_region_mm2 = threshold(from.mixed_region_mm2, std::numeric_limits<double>::max(), "mixed_region_mm2");
    options.mixed_share = threshold(from.mixed_share, 1, "mixed_share");
    return options;
}

AnalyseCallbacks analyse_callbacks(const slidetype_options& from) {
    AnalyseCallbacks callbacks;
    if (from.progress != nullptr) {
        callbacks.progress = [progress = from.progress, user = from.user](const AnalyseProgress& now) {
            progress(user, static_cast<slidetype_stage>(now.stage), now.done, now.total);
        };
    }
    if (from.cancelled != nullptr) {
        callbacks.stop_requested = [cancelled = from.cancelled, user = from.user] { return cancelled(user) != 0; };
    }
    return callbacks;
}

slidetype_call call_of(const SlideResult& result) {
    const auto& call = result.call;
    return {.label = static_cast<slidetype_call_label>(call.label),
            .prob_lusc = call.prob_lusc.value_or(kNone),
            .ci95_low = call.ci95 ? (*call.ci95)[0] : kNone,
            .ci95_high = call.ci95 ? (*call.ci95)[1] : kNone,
            .voting_mm2 = call.voting_area_mm2,
            .scored_mm2 = call.scored_area_mm2,
            .tissue_mm2 = result.tissue_area_mm2,
            .coherent_luad_mm2 = call.coherent_mm2[0],
            .coherent_lusc_mm2 = call.coherent_mm2[1],
            .benign_mm2 = result.set_aside.benign.mm2,
            .unfamiliar_mm2 = result.set_aside.unfamiliar.mm2,
            .unfamiliar_share = call.unfamiliar_share,
            .tumour_mm2 = call.tumour_area_mm2,
            .vote_mean = call.vote_mean.value_or(kNone),
            .border_share = call.border_share.value_or(kNone)};
}

slidetype_tile tile_of(const SlideResult& result, std::size_t index) {
    const auto& tile = result.grid.tiles[index];
    const auto or_none = [&](const std::vector<float>& values) {
        return values.empty() ? static_cast<float>(kNone) : values[index];
    };
    return {.x = tile.rect.x,
            .y = tile.rect.y,
            .width = tile.rect.width,
            .height = tile.rect.height,
            .column = tile.column,
            .row = tile.row,
            .status = static_cast<slidetype_tile_status>(tile.status),
            .tissue = tile.tissue_fraction,
            .prob_tumour = or_none(result.tumour),
            .strangeness = or_none(result.strangeness)};
}

}  // namespace
}  // namespace slidetype

using namespace slidetype;

int slidetype_api_version(void) {
    return SLIDETYPE_API_VERSION;
}

const char* slidetype_version(void) {
    static const std::string text = version();
    return text.c_str();
}

const char* slidetype_status_name(slidetype_status status) {
    if (status == SLIDETYPE_OK) return "ok";
    if (status < SLIDETYPE_OK || status > SLIDETYPE_MEMORY) return "unknown";
    return to_string(static_cast<ErrorCode>(status - 1)).data();
}

const char* slidetype_last_error(void) {
    return last_error().text.c_str();
}

const char* slidetype_last_hint(void) {
    return last_error().hint.c_str();
}

slidetype_status slidetype_model_open(const char* name_or_path, slidetype_model** model) {
    if (model != nullptr) *model = nullptr;
    return guarded([&] {
        require(model != nullptr, "model");
        const auto folder = find_model(name_or_path != nullptr ? name_or_path : kDefaultModel);
        *model = new slidetype_model{Engine(read_model_directory(folder))};
    });
}

void slidetype_model_close(slidetype_model* model) {
    delete model;
}

const char* slidetype_model_name(const slidetype_model* model) {
    return model->engine.model().config.name.c_str();
}

size_t slidetype_model_class_count(const slidetype_model* model) {
    return model->engine.model().config.class_names.size();
}

const char* slidetype_model_class_name(const slidetype_model* model, size_t index) {
    const auto& names = model->engine.model().config.class_names;
    return index < names.size() ? names[index].c_str() : nullptr;
}

void slidetype_options_init(slidetype_options* options, size_t size) {
    const AnalyseOptions usual;
    const slidetype_options defaults = {.size = std::min(size, sizeof(slidetype_options)),
                                        .spacing_um_px = 0,
                                        .min_tissue = usual.min_tissue,
                                        .overlap = usual.overlap,
                                        .region_of_interest = nullptr,
                                        .keep_offset = usual.keep_offset,
                                        .use_gate = usual.gate,
                                        .use_guard = usual.familiarity_guard,
                                        .threads = usual.threads,
                                        .progress = nullptr,
                                        .cancelled = nullptr,
                                        .user = nullptr,
                                        .min_area_mm2 = kNone,
                                        .min_tumour_share = kNone,
                                        .mixed_region_mm2 = kNone,
                                        .mixed_share = kNone};
    if (options != nullptr) std::memcpy(options, &defaults, defaults.size);
}

slidetype_status slidetype_analyse(const slidetype_model* model, const char* slide, const slidetype_options* options,
                                   slidetype_result** result) {
    if (result != nullptr) *result = nullptr;
    return guarded([&] {
        require(model != nullptr, "model");
        require(slide != nullptr, "slide");
        require(result != nullptr, "result");
        slidetype_options chosen;
        slidetype_options_init(&chosen, sizeof chosen);
        if (options != nullptr) {
            require(options->size >= sizeof options->size && options->size <= sizeof chosen,
                    "options (fill them with slidetype_options_init)");
            std::memcpy(&chosen, options, options->size);
        }
        *result =
            new slidetype_result{model->engine.analyse(slide, analyse_options(chosen), analyse_callbacks(chosen))};
    });
}

void slidetype_result_free(slidetype_result* result) {
    delete result;
}

const char* slidetype_call_name(slidetype_call_label label) {
    if (label < SLIDETYPE_CALL_LUAD || label > SLIDETYPE_CALL_MIXED) return "unknown";
    return to_string(static_cast<CallLabel>(label)).data();
}

slidetype_status slidetype_result_call(const slidetype_result* result, slidetype_call* call, size_t size) {
    return guarded([&] {
        require(result != nullptr, "result");
        hand_over(call_of(result->result), call, size);
    });
}

double slidetype_result_class_area(const slidetype_result* result, size_t index) {
    const auto& areas = result->result.class_areas_mm2;
    return index < areas.size() ? areas[index] : kNone;
}

slidetype_status slidetype_result_thresholds(const slidetype_result* result, slidetype_thresholds* thresholds,
                                             size_t size) {
    return guarded([&] {
        require(result != nullptr, "result");
        const auto& used = result->result.thresholds;
        hand_over(
            slidetype_thresholds{used.min_area_mm2, used.min_tumour_share, used.mixed_region_mm2, used.mixed_share},
            thresholds, size);
    });
}

const char* slidetype_result_reason(const slidetype_result* result) {
    return result->result.call.reason.c_str();
}

int slidetype_result_known(const slidetype_result* result) {
    const auto& domain = result->result.domain;
    return !domain ? -1 : domain->known ? 1 : 0;
}

const char* slidetype_tile_status_name(slidetype_tile_status status) {
    if (status < SLIDETYPE_TILE_OK || status > SLIDETYPE_TILE_UNFAMILIAR) return "unknown";
    return to_string(static_cast<TileStatus>(status)).data();
}

size_t slidetype_result_tile_count(const slidetype_result* result) {
    return result->result.grid.tiles.size();
}

slidetype_status slidetype_result_tile(const slidetype_result* result, size_t index, slidetype_tile* tile,
                                       size_t size) {
    return guarded([&] {
        require(result != nullptr, "result");
        require(index < result->result.grid.tiles.size(), "index");
        hand_over(tile_of(result->result, index), tile, size);
    });
}

const float* slidetype_result_probabilities(const slidetype_result* result) {
    return result->result.probabilities.data();
}

void slidetype_result_spacing(const slidetype_result* result, double* x_um_px, double* y_um_px) {
    const auto& spacing = result->result.slide.spacing;
    if (x_um_px != nullptr) *x_um_px = spacing.x_um_px;
    if (y_um_px != nullptr) *y_um_px = spacing.y_um_px;
}

void slidetype_result_offset(const slidetype_result* result, int64_t* x, int64_t* y) {
    const auto& offset = result->result.slide.offset;
    if (x != nullptr) *x = offset.x;
    if (y != nullptr) *y = offset.y;
}

slidetype_status slidetype_result_export(const slidetype_result* result, const char* folder) {
    return guarded([&] {
        require(result != nullptr, "result");
        require(folder != nullptr, "folder");
        write_result_folder(result->result, folder, {});
    });
}
