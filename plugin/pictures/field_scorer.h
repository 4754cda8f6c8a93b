#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/raster.h"
#include "model/network/tile_traits.h"
#include "plugin/analysis/engine.h"
#include "plugin/pictures/field_scale.h"
#include "plugin/pictures/field_tiles.h"

namespace slidetype {

/// How pictures are scored.
struct FieldOptions {
    ScaleOptions scale = {};
    bool gate = true;               ///< pictures below the model's tumour gate do not vote
    bool familiarity_guard = true;  ///< pictures that are unfamiliar to the model do not vote
    double min_tissue = 0.5;        ///< of pictures that are cut: tiles with less tissue are background
};

/// What a model says of one picture.
struct FieldScore {
    /// ok: it votes. benign, unfamiliar: scored, and does not vote. background: cut into tiles, none of them on tissue.
    TileStatus status = TileStatus::ok;
    std::optional<std::size_t> voted_class;  ///< that of the highest probability; nothing where it does not vote
    /// Per class of the model; empty for background. Of a picture that is cut what its tiles vote for together, as
    /// those of a slide do (see call_field()), or the mean over those that were scored where none votes.
    std::vector<double> probabilities;
    std::optional<double> tumour;       ///< P(tumour), where the model has a gate; of a cut picture its tiles' mean
    std::optional<double> strangeness;  ///< above 1: unfamiliar; where the model knows; of a cut picture the mean
    std::optional<SlideCall> call;      ///< of a picture that is cut and votes, where the classes are LUAD and LUSC
    /// How its scored tiles look on average, for what is judged as a whole (see judge_domain()); absent where the model
    /// does not know what it was made from, or nothing was scored.
    std::optional<TileTraits> traits;
    std::size_t traits_tiles = 0;  ///< that `traits` is the mean of
    std::string reason;            ///< why it does not vote, a sentence; empty where it does
    int width = 0, height = 0;     ///< of the picture, upright
    FieldScale scale;
    std::vector<FieldTile> tiles;  ///< empty where it was scored whole
    std::string note;              ///< what else is to be told, in sentences; mostly empty
    std::size_t voting_tiles() const;
};

/// A picture brought to the model's patch size, so that its own pixels need not be kept.
struct PreparedField {
    int width = 0, height = 0;
    FieldScale scale;
    std::vector<FieldTile> tiles;      ///< empty where it is scored whole
    std::vector<std::uint8_t> pixels;  ///< patch × patch × 3 bytes for the whole picture, or for each tile on tissue
    std::string note;
};

/// Scores pictures of tissue, each a field of its own: whole at the model's patch size, as `evaluate` does, with the
/// same bits; larger ones (see scale_of) in tiles at the model's spacing, which vote as those of a slide. Immutable, so
/// any number of threads may use it.
class FieldScorer {
  public:
    /// `engine` must outlive it.
    explicit FieldScorer(const Engine& engine, FieldOptions options = {}) : engine_(engine), options_(options) {}

    /// `file_um_px`: what the picture's file says of the size of a pixel, absent where it says nothing plausible; what
    /// the options say counts first. Throws Error(bad_data) for pictures that are too small or too oblong, and what
    /// cut_field() throws; the subject of these is "picture".
    PreparedField prepare(const RgbImage& picture, std::optional<double> file_um_px = {}) const;
    /// The same with other options for the scale than those of all.
    PreparedField prepare(const RgbImage& picture, std::optional<double> file_um_px, const ScaleOptions& scale) const;
    /// Scores these in the order in which they are given. Throws what Classifier::classify() throws.
    std::vector<FieldScore> score(std::span<PreparedField> fields) const;
    /// Both for one picture.
    FieldScore score(const RgbImage& picture, std::optional<double> file_um_px = {}) const;

    const Engine& engine() const { return engine_; }
    const FieldOptions& options() const { return options_; }

  private:
    const Engine& engine_;
    FieldOptions options_;
};

}  // namespace slidetype
