#pragma once

#include <array>
#include <cstddef>
#include <filesystem>

namespace slidetype::bench {

/// What tiles that were picked to teach a label show: LUAD, LUSC, benign, or glass for the most part.
using ShownByPicks = std::array<std::size_t, 4>;

/// How right the tiles are that `slidetype train --tiles-from` picked, by label: LUAD, LUSC, benign.
struct PickFigures {
    std::array<ShownByPicks, 3> of_label{};
    std::size_t slides = 0;
};

/// `truth`: folder with NAME.csv of each slide (see read_truth()); `picked_csv`: OUT/picked_tiles.csv. A tile shows
/// what covers most of it. Throws Error(not_found | bad_data).
PickFigures measure_picks(const std::filesystem::path& truth, const std::filesystem::path& picked_csv);

}  // namespace slidetype::bench
