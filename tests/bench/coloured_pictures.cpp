#include "tests/bench/coloured_pictures.h"

#include <algorithm>
#include <array>
#include <opencv2/imgcodecs.hpp>

#include "base/atomic_file.h"
#include "tests/model/tile_pictures.h"

namespace slidetype::testing {
namespace {

constexpr std::array<const char*, 3> kNames = {"aca", "scc", "n"};
constexpr std::array<const char*, 3> kClasses = {"LUAD", "LUSC", "benign"};

/// Red up and blue down for LUAD, the other way for LUSC.
void tint(RgbImage& picture, int label) {
    const int red = label == 0 ? 40 : label == 1 ? -40 : 0;
    for (std::size_t i = 0; i + 2 < picture.pixels.size(); i += 3) {
        picture.pixels[i] = static_cast<std::uint8_t>(std::clamp(picture.pixels[i] + red, 0, 255));
        picture.pixels[i + 2] = static_cast<std::uint8_t>(std::clamp(picture.pixels[i + 2] - red, 0, 255));
    }
}

}  // namespace

Dataset grouped_tiles(int groups, int per_group) {
    Dataset dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    dataset.has_groups = dataset.has_folds = true;
    for (int label = 0; label <= kBenignLabel; ++label) {
        const std::string name = kNames[static_cast<std::size_t>(label)];
        for (int group = 0; group < groups; ++group) {
            for (int k = 0; k < per_group; ++k) {
                LabelledTile tile;
                tile.file = name + "/" + std::to_string(group) + "_" + std::to_string(k) + ".png";
                tile.label = label;
                tile.group = name + "_" + std::to_string(group);
                tile.fold = group % 2;
                tile.stain_cluster = name + std::to_string(group % 2);
                dataset.tiles.push_back(std::move(tile));
            }
        }
    }
    std::ranges::sort(dataset.tiles, {}, [](const LabelledTile& tile) { return tile.file; });
    return dataset;
}

std::filesystem::path write_coloured_pictures(const std::filesystem::path& folder, int groups, int per_group) {
    std::string manifest = "file,class,group,fold,stain_cluster\n";
    unsigned seed = 0;
    for (const auto& tile : grouped_tiles(groups, per_group).tiles) {
        auto picture = striped_picture(112, tile.label == 1 ? 1 : 0, ++seed);
        tint(picture, tile.label);
        std::filesystem::create_directories((folder / tile.file).parent_path());
        cv::Mat rgb(picture.height, picture.width, CV_8UC3, picture.pixels.data()), bgr(rgb.size(), CV_8UC3);
        const std::array<int, 6> swap = {0, 2, 1, 1, 2, 0};
        cv::mixChannels(&rgb, 1, &bgr, 1, swap.data(), 3);
        cv::imwrite((folder / tile.file).string(), bgr);
        manifest += tile.file.string() + "," + kClasses[static_cast<std::size_t>(tile.label)] + "," + tile.group + "," +
                    std::to_string(tile.fold) + "," + tile.stain_cluster + "\n";
    }
    write_file(folder / "tiles.csv", manifest);
    return folder / "tiles.csv";
}

}  // namespace slidetype::testing
