#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/network/domain_check.h"
#include "model/network/model_directory.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/analysis/stage_times.h"
#include "tiler/spacing/spacing.h"
#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// Red, green, blue.
using Color = std::array<std::uint8_t, 3>;

/// Which slide the result is of.
struct SlideIdentity {
    std::string source;  ///< the full path as it was opened
    std::string name;    ///< name of the result folder
    std::string vendor;
    std::string quickhash;  ///< may be empty
    std::int64_t width = 0, height = 0;
    Spacing spacing;
    Rect offset;               ///< x, y: what is subtracted from level-0 pixels in GeoJSON (the bounds offset, or 0, 0)
    std::uintmax_t bytes = 0;  ///< of the file that was opened; 0: not known
};

/// Which model made it.
struct ModelIdentity {
    std::string name;
    std::string sha256;                    ///< of the weights file
    std::vector<std::string> class_names;  ///< columns of the probabilities
    int patch_size_px = 0;
    double spacing_um_px = 0;
    std::optional<GateConfig> gate;                ///< absent: the model has none
    std::optional<FamiliarityConfig> familiarity;  ///< absent: the model has none
    std::optional<DomainConfig> domain;            ///< absent: the model does not know what it was made from
    std::string good_for;                          ///< what it says that it is good for; empty: nothing
};

/// What becomes of a tile that was scored: `unfamiliar` or, where it is familiar, `benign` where it does not look like
/// tumour, else `ok`, which votes. That a tile is unfamiliar comes first: then the gate's word on it is worth nothing
/// either. What the model does not say, or is not to be heeded, is left out.
TileStatus vote_of(std::optional<float> strangeness, std::optional<float> tumour,
                   const std::optional<GateConfig>& gate);

/// The value of a setting.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// Everything that is known about one slide after a run; what exporters write is a view of this.
/// A plain value: copy it, read it from many threads.
struct SlideResult {
    SlideIdentity slide;
    ModelIdentity model;
    TileGrid grid;
    /// tiles × classes, row-major; NaN where the tile was not scored.
    std::vector<float> probabilities;
    /// P(tumour) per tile, NaN where it was not scored; empty where the model has no gate.
    std::vector<float> tumour;
    /// How unlike its training a tile is to the model (above 1: unfamiliar), NaN where it was not scored; empty where
    /// the model does not know.
    std::vector<float> strangeness;
    /// How much a tile weighs in the call among those of its slide, as a percentile (0 … 100, ties share the middle;
    /// its weight itself says nothing, since they sum to one), NaN where it was not scored; empty where the model makes
    /// its call by the tiles' votes.
    std::vector<float> attention_percentile;
    /// Why a tile was not scored, for the tiles where that needs words (read errors).
    std::map<std::size_t, std::string> reasons;
    SlideCall call;
    /// Whether the slide as a whole is like what the model was made from; absent where the model does not know, or
    /// nothing was scored.
    std::optional<DomainVerdict> domain;
    CallThresholds thresholds;  ///< by which it was made
    /// Tissue area of the voting tiles by the class of the highest probability, mm², in the order of class_names.
    std::vector<double> class_areas_mm2;
    SetAside set_aside;                                   ///< the scored tiles that do not vote
    double tissue_area_mm2 = 0;                           ///< by the tissue mask, whole slide
    RgbImage thumbnail;                                   ///< for pictures
    double thumbnail_scale_x = 1, thumbnail_scale_y = 1;  ///< level-0 pixels per pixel of the thumbnail
    std::string note;  ///< a remark on the slide ("black background …"), may be empty
    /// The settings of the run as name and value, in the order in which they are to be written.
    std::vector<std::pair<std::string, ParameterValue>> parameters;
    StageTimes timing;
    std::string version;             ///< of slidetype
    std::filesystem::path folder{};  ///< where a stored result was read from; empty for a fresh one

    std::size_t classes() const { return model.class_names.size(); }
    /// The probability of class `c` at tile `t`; NaN where the tile was not scored.
    float probability(std::size_t t, std::size_t c) const { return probabilities[t * classes() + c]; }
    /// The class of the highest probability, nothing where the tile was not scored.
    std::optional<std::size_t> top_class(std::size_t t) const;
    /// The class that the tile votes for; nothing where it was not scored or is benign or unfamiliar.
    std::optional<std::size_t> voted_class(std::size_t t) const;
    /// Number of tiles by status, indexed by TileStatus.
    std::array<std::size_t, kTileStatusCount> status_counts() const;
};

/// An RGB colour for a class: blue for LUAD and vermilion for LUSC (distinguishable with colour-blind eyes, Okabe and
/// Ito 2008), QuPath's own colours for the class names that it knows (its colours win whatever a file says), and a
/// fixed series for other classes, by index.
Color class_color(const std::string& class_name, std::size_t index);

/// Colours of the scored tiles that do not vote: dull, so that they stand back behind the classes.
inline constexpr Color kBenignColor = {134, 166, 128}, kUnfamiliarColor = {128, 128, 128};

/// The column of "LUSC" where the classes are LUAD and LUSC and no others, else nothing.
std::optional<std::size_t> lusc_column(const std::vector<std::string>& class_names);

}  // namespace slidetype
