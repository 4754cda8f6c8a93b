#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/data/manifest.h"

namespace slidetype::bench {

/// Level-0 pixels.
struct CellBox {
    double x = 0, y = 0, width = 0, height = 0;

    bool holds(double px, double py) const { return px >= x && px < x + width && py >= y && py < y + height; }
    /// Area that two boxes have in common.
    double shared_with(const CellBox& other) const;
};

/// A cell of a slide that was put together, and what it shows.
struct TruthCell {
    CellBox box;
    int label = 0;  ///< LUAD, LUSC or benign: see label_name()
    bool is_tumour() const;
};

/// The columns x, y, width and height of a row.
CellBox read_box(const Manifest& table, const std::vector<std::string>& row);

/// What tools::Mosaic writes of a slide: x,y,width,height,class. Throws Error(not_found | bad_data).
std::vector<TruthCell> read_truth(const std::filesystem::path& file);

/// The label that covers most of a tile; nothing where cells cover less than half of it.
std::optional<int> label_of_most(const std::vector<TruthCell>& cells, const CellBox& tile);

}  // namespace slidetype::bench
