#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/tools/mosaic.h"

namespace slidetype::bench {

/// Pictures of one class, by the source image that they are copies of.
using PicturesByGroup = std::map<std::string, tools::TileFiles>;

/// The pictures of one fold that slides are put together from.
struct FoldPictures {
    PicturesByGroup luad, lusc, benign;
};

/// `groups_csv`: file,class,group,fold. Throws Error(bad_data) where a class has no picture of this fold.
FoldPictures read_fold_pictures(const std::filesystem::path& groups_csv, const std::filesystem::path& root, int fold);

/// One half of the source images of each class, by a shuffle that is always the same; `second` gives the other.
FoldPictures half_of(const FoldPictures& pictures, bool second);

/// A slide that can be put together, and what it should be called.
struct PlannedSlide {
    std::string name;      ///< "LUAD-40-blocks-2"
    std::string kind;      ///< "blocks, 40 % benign"
    std::string expected;  ///< the right call
    tools::Layout layout;
    std::map<char, tools::MosaicClass> classes;
    tools::MosaicOptions mosaic;
    double spacing_um_px = 0.5;
};

/// 117 slides that do not lie on the model's grid: cells of 104 to 160 µm at 0.5 or 0.25 µm/px, behind a margin of
/// glass of any width. All cells of a field come from one source image, as neighbouring tiles of a slide do.
///   - LUAD and LUSC, with 0, 20, 40, 60 and 80 % benign tissue, in blocks, scattered, and with every cell a field;
///   - mixed, 20, 30, 40 and 50 % minority, with 0, 40 and 60 % benign tissue, in blocks and scattered;
///   - one field alone, too little tumour, and benign tissue alone.
/// `seed` chooses the images and layouts.
std::vector<PlannedSlide> plan_slides(const FoldPictures& pictures, std::uint64_t seed);

}  // namespace slidetype::bench
