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
    PicturesByGroup luad, lusc;
    tools::TileFiles benign;
};

/// `groups_csv`: file,class,group,fold. Throws Error(bad_data) where a class has no picture of this fold.
FoldPictures read_fold_pictures(const std::filesystem::path& groups_csv, const std::filesystem::path& root, int fold);

/// A slide that can be put together, and what it should be called.
struct PlannedSlide {
    std::string name;       ///< "mixed-30-2"
    std::string kind;       ///< "mixed, 30 % minority"
    std::string expected;   ///< the right call
    double lusc_share = 0;  ///< of its tumour cells; the rest is LUAD
    tools::Layout layout;
    std::map<char, tools::MosaicClass> classes;
    std::uint64_t seed = 0;
};

/// Edge of a field in cells. All cells of a field come from one source image, as neighbouring tiles of a slide do; it
/// is no multiple of the blocks that the call's bootstrap draws, so that those cut through fields.
inline constexpr int kFieldEdge = 5;

/// 72 slides: twelve each of pure LUAD and pure LUSC, twenty-four of both (20, 30, 40 and 50 % minority, either class),
/// twelve of tumour in four times as much benign tissue, six with too little tumour, six of benign tissue alone. No
/// source image is used twice in a slide. `seed` chooses the images.
std::vector<PlannedSlide> plan_slides(const FoldPictures& pictures, std::uint64_t seed);

/// One slide that shows every tumour picture of the fold once.
PlannedSlide plan_census(const FoldPictures& pictures);

}  // namespace slidetype::bench
