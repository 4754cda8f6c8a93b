// The C API over FieldScorer: one picture, from memory or from a file.
#include <cmath>
#include <cstring>

#include "base/raster.h"
#include "plugin/c_api/guarded.h"
#include "plugin/include/slidetype.h"
#include "plugin/pictures/field_file.h"
#include "plugin/pictures/field_scorer.h"

struct slidetype_picture_result {
    slidetype::FieldScore score;
    std::vector<double> probabilities;  ///< as many as the model has classes
};

namespace slidetype {
namespace {

static_assert(SLIDETYPE_SCALE_FIELD == static_cast<int>(ScaleSource::field_option) &&
              SLIDETYPE_SCALE_SPACING == static_cast<int>(ScaleSource::spacing_option) &&
              SLIDETYPE_SCALE_FILE == static_cast<int>(ScaleSource::file) &&
              SLIDETYPE_SCALE_ASSUMED == static_cast<int>(ScaleSource::assumed));

FieldOptions field_options(const slidetype_picture_options* options) {
    slidetype_picture_options chosen;
    slidetype_picture_options_init(&chosen, sizeof chosen);
    if (options != nullptr) {
        require(options->size >= sizeof options->size && options->size <= sizeof chosen,
                "options (fill them with slidetype_picture_options_init)");
        std::memcpy(&chosen, options, options->size);
    }
    require(std::isfinite(chosen.field_um) && chosen.field_um >= 0, "field_um");
    require(std::isfinite(chosen.spacing_um_px) && chosen.spacing_um_px >= 0, "spacing_um_px");
    require(chosen.min_tissue >= 0 && chosen.min_tissue <= 1, "min_tissue");
    FieldOptions out;
    if (chosen.field_um > 0) out.scale.field_um = chosen.field_um;
    if (chosen.spacing_um_px > 0) out.scale.spacing_um_px = chosen.spacing_um_px;
    out.min_tissue = chosen.min_tissue;
    out.gate = chosen.use_gate != 0;
    out.familiarity_guard = chosen.use_guard != 0;
    return out;
}

RgbImage copied(const std::uint8_t* pixels, int width, int height, std::size_t stride) {
    RgbImage picture(width, height);
    for (int y = 0; y < height; ++y) {
        std::memcpy(picture.at(0, y), pixels + static_cast<std::size_t>(y) * stride,
                    3 * static_cast<std::size_t>(width));
    }
    return picture;
}

slidetype_picture_result* finished(const Engine& engine, FieldScore score) {
    auto probabilities = score.probabilities;
    probabilities.resize(engine.model().config.class_names.size(), kNone);
    return new slidetype_picture_result{std::move(score), std::move(probabilities)};
}

slidetype_picture_score score_of(const FieldScore& score) {
    return {.status = static_cast<slidetype_tile_status>(score.status),
            .voted_class = score.voted_class ? static_cast<std::int32_t>(*score.voted_class) : -1,
            .prob_tumour = score.tumour.value_or(kNone),
            .strangeness = score.strangeness.value_or(kNone),
            .width = score.width,
            .height = score.height,
            .spacing_um_px = score.scale.spacing_um_px,
            .scale = static_cast<slidetype_scale_source>(score.scale.source),
            .is_cut = score.scale.cut ? 1 : 0,
            .tiles = score.scale.cut ? score.tiles.size() : 1,
            .voting_tiles = score.voting_tiles()};
}

}  // namespace
}  // namespace slidetype

using namespace slidetype;

void slidetype_picture_options_init(slidetype_picture_options* options, size_t size) {
    const FieldOptions usual;
    const slidetype_picture_options defaults = {.size = std::min(size, sizeof(slidetype_picture_options)),
                                                .field_um = 0,
                                                .spacing_um_px = 0,
                                                .min_tissue = usual.min_tissue,
                                                .use_gate = usual.gate,
                                                .use_guard = usual.familiarity_guard};
    if (options != nullptr) std::memcpy(options, &defaults, defaults.size);
}

slidetype_status slidetype_score_rgb(const slidetype_model* model, const uint8_t* pixels, int32_t width, int32_t height,
                                     size_t stride, const slidetype_picture_options* options,
                                     slidetype_picture_result** result) {
    if (result != nullptr) *result = nullptr;
    return guarded([&] {
        require(model != nullptr, "model");
        require(pixels != nullptr, "pixels");
        require(width > 0, "width");
        require(height > 0, "height");
        require(stride >= 3 * static_cast<std::size_t>(width), "stride");
        require(result != nullptr, "result");
        const FieldScorer scorer(model->engine, field_options(options));
        *result = finished(model->engine, scorer.score(copied(pixels, width, height, stride)));
    });
}

slidetype_status slidetype_score_picture(const slidetype_model* model, const char* file,
                                         const slidetype_picture_options* options, slidetype_picture_result** result) {
    if (result != nullptr) *result = nullptr;
    return guarded([&] {
        require(model != nullptr, "model");
        require(file != nullptr, "file");
        require(result != nullptr, "result");
        const FieldScorer scorer(model->engine, field_options(options));
        *result = finished(model->engine, score_field_file(scorer, file));
    });
}

void slidetype_picture_result_free(slidetype_picture_result* result) {
    delete result;
}

const char* slidetype_scale_source_name(slidetype_scale_source source) {
    if (source < SLIDETYPE_SCALE_FIELD || source > SLIDETYPE_SCALE_ASSUMED) return "unknown";
    return to_string(static_cast<ScaleSource>(source)).data();
}

slidetype_status slidetype_picture_result_score(const slidetype_picture_result* result, slidetype_picture_score* score,
                                                size_t size) {
    return guarded([&] {
        require(result != nullptr, "result");
        hand_over(score_of(result->score), score, size);
    });
}

const double* slidetype_picture_result_probabilities(const slidetype_picture_result* result) {
    return result->probabilities.data();
}

const char* slidetype_picture_result_reason(const slidetype_picture_result* result) {
    return result->score.reason.c_str();
}

const char* slidetype_picture_result_note(const slidetype_picture_result* result) {
    return result->score.note.c_str();
}

slidetype_status slidetype_picture_result_tile(const slidetype_picture_result* result, size_t index,
                                               slidetype_picture_tile* tile, size_t size, float* probabilities) {
    return guarded([&] {
        require(result != nullptr, "result");
        const auto& score = result->score;
        FieldTile whole;
        whole.rect = {0, 0, score.width, score.height};
        whole.status = score.status;
        require(index < (score.scale.cut ? score.tiles.size() : 1), "index");
        const auto& from = score.scale.cut ? score.tiles[index] : whole;
        hand_over(slidetype_picture_tile{from.rect.x, from.rect.y, from.rect.width, from.rect.height,
                                         static_cast<slidetype_tile_status>(from.status)},
                  tile, size);
        if (probabilities == nullptr) return;
        for (std::size_t c = 0; c < result->probabilities.size(); ++c) {
            const bool scored = !score.scale.cut || !from.probabilities.empty();
            const double value =
                score.scale.cut && scored ? static_cast<double>(from.probabilities[c]) : result->probabilities[c];
            probabilities[c] = static_cast<float>(scored ? value : kNone);
        }
    });
}
