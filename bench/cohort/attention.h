#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace slidetype::bench {

/// How well a number of tiles tells tumour from benign tissue, on a slide whose truth is known.
struct AttentionFigures {
    std::string slide;
    std::size_t tumour = 0, benign = 0;  ///< tiles
    std::size_t left_out = 0;            ///< whose centre shows no cell, or whose cells disagree
    double auc = 0;                      ///< of tumour against benign tiles; NaN where there are none of either
};

/// `truth_csv` is what tools::Mosaic writes of a slide (x,y,width,height,class), `tiles_csv` what `slidetype run` does
/// (x,y,width,height and `column`). A tile is what the cell at its centre is; one of which more than a third shows
/// cells of the other kind is left out. Tiles without the number (background) do not count. Throws Error(not_found |
/// bad_data).
AttentionFigures measure_attention(const std::filesystem::path& truth_csv, const std::filesystem::path& tiles_csv,
                                   const std::string& column = "attention");

/// The same for each NAME.csv of a folder of truth that has NAME/tiles.csv in a folder of results, by name. Throws
/// Error(bad_data) where there is none.
std::vector<AttentionFigures> measure_attention_of_all(const std::filesystem::path& truth,
                                                       const std::filesystem::path& results,
                                                       const std::string& column = "attention");

}  // namespace slidetype::bench
