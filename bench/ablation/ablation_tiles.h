#pragma once

#include <string>
#include <vector>

#include "base/raster.h"
#include "bench/scanner_tissue/patient_auc.h"
#include "bench/scanner_tissue/tissue_set.h"
#include "model/data/dataset.h"

namespace slidetype::bench {

/// Tiles at the patch size of a model, with what they are.
struct AblationTiles {
    std::vector<RgbImage> tiles;
    std::vector<int> label;         ///< 0 LUAD, 1 LUSC; kBenignLabel for tissue that is only mixed in
    std::vector<std::string> unit;  ///< source image or patient: tiles of one are not independent

    std::size_t size() const { return tiles.size(); }
    void add(RgbImage tile, int its_label, std::string its_unit);
    /// One a tile, summing to one: both classes weigh the same, and in each the units.
    std::vector<double> weights() const;
    /// The same among the tiles of one class; zero for the others.
    std::vector<double> weights(int its_label) const;
    /// `values`, one a tile, by class and unit.
    PatientTiles by_unit(const std::vector<double>& values) const;
    std::size_t units(int its_label) const;
};

/// Pictures of one fold of a dataset, at most `most_a_group` of each source image; of one class, or of LUAD and LUSC.
/// Throws Error(bad_data) where there are none of a class, and what read_image() throws.
AblationTiles photograph_tiles(const Dataset& dataset, int fold, bool benign, int patch_px, std::size_t most_a_group);

/// Tiles of this edge from the LUAD and LUSC fields of the source of a set that has most patients of both, each tile
/// half over the next; `um` as it would be if the pixels had the size that is stated.
AblationTiles scanner_tiles(const TissueSet& set, double um, int patch_px);

/// Tiles of squares of the slides that hold this, side by side.
AblationTiles square_tiles(const TissueSet& set, const std::string& content, double um, int patch_px);

}  // namespace slidetype::bench
