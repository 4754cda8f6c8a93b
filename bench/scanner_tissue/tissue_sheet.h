#pragma once

#include <span>
#include <vector>

#include "base/raster.h"
#include "bench/scanner_tissue/tissue_set.h"

namespace slidetype::bench {

/// Fields of one patient, of one control slide and of one spacing.
struct TissueSheet {
    TissueIdentity identity;
    std::vector<TissueField> fields;
};

/// The sheets of all that have two fields or more, in the order of the fields. Pieces of different patients never share
/// one.
std::vector<TissueSheet> tissue_sheets(std::span<const TissueField> fields);

/// The fields side by side on white, so that tiles of `tile_px` (of level 0, not a whole number in general) that are
/// laid from the corner hold one field each. A field is given the tiles that it fills to nine tenths or more, so that
/// no tile is white in good part, and is cut where it is larger. Throws what read_image() throws.
RgbImage draw_sheet(const TissueSheet& sheet, double tile_px);

}  // namespace slidetype::bench
