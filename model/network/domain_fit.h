#pragma once

#include <cstddef>
#include <span>

#include "model/network/domain_check.h"

namespace slidetype {

/// A tile of the material that a model is made from.
struct MaterialTile {
    TileTraits traits{};
    std::size_t source = 0;  ///< slide, patient or source picture that it is of
    int label = 0;           ///< means are taken per source and label, since a slide may show tumour and benign tissue
    bool unseen = false;     ///< of a source that the network did not learn from
    bool varied = false;     ///< a variation of the tile before it (sharpness, compression)
    /// Lies across borders to other sources, as tiles of a slide do. Their mean, whatever their labels, says how far a
    /// slide that is all borders differs; they are no sources whose false alarms are counted.
    bool across = false;
};

/// How often material of the same kind would be taken for another.
struct FalseAlarms {
    std::size_t sources = 0, source_alarms = 0;    ///< whole sources, each by a fit without it
    std::size_t pictures = 0, picture_alarms = 0;  ///< their single tiles
};

struct DomainFit {
    KnownMaterial material;
    FalseAlarms alarms;
    bool unseen = false;  ///< the alarms are of sources that the network did not learn from, else of all
};

/// Fewer sources hardly tell how far slides differ; see fit_material().
inline constexpr std::size_t kEnoughSources = 20;

/// Mean and covariances of the traits, and the limits: what 1 in 100 of the sources, and of their tiles, exceeds by a
/// fit without them (five folds of whole sources). The spread between sources is shrunk towards `usual_between`, as
/// 16 sources of it would: that of a model that was known before, else twice the spread of the tiles of a source; so a
/// single slide makes no narrow domain. With fewer than kEnoughSources sources the limits are the usual ones, or as
/// far as the material itself goes, within bounds. Deterministic. Throws Error(bad_data) for fewer than two tiles.
DomainFit fit_material(std::span<const MaterialTile> tiles, const TraitMatrix* usual_between = nullptr);

}  // namespace slidetype
