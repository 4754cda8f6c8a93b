#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/bags/feature_file.h"

namespace slidetype::testing {

/// Features in which a fifth of the tiles tells the class by its first number, as a feature file of any layout. Numbers
/// are such as halves hold, so files of halves and of floats hold the same.
inline void write_made_features(const std::filesystem::path& file, int label, std::uint64_t seed,
                                FeatureLayout layout = FeatureLayout::slidetype,
                                FeatureNumbers numbers = FeatureNumbers::half, std::size_t dimension = 6) {
    constexpr std::size_t kTiles = 40, kColumns = 8;
    Random random(seed);
    BagOrigin origin;
    origin.slide = file.stem().string();
    origin.encoder = "made";
    origin.encoder_sha256 = "abc";
    origin.tile_level0_px = 256;
    origin.patch_size_px = 256;
    origin.spacing_um_px = 0.5;
    origin.level0_spacing_um_px = 0.5;
    origin.unit = PlaceUnit::level0_px;
    const auto writer = open_feature_writer(file, layout, numbers, dimension, origin);
    for (std::size_t tile = 0; tile < kTiles; ++tile) {
        std::vector<float> row(dimension);
        for (auto& value : row) value = static_cast<float>(random.below(512)) / 256 - 1;
        if (tile % 5 == 0) row[0] = label == 1 ? 4.0F : -4.0F;
        row[1] = tile % 5 == 0 ? 3.0F : 0.0F;
        const auto column = tile % kColumns, row_of_grid = tile / kColumns;
        const TilePlace place{256 * static_cast<double>(column), 256 * static_cast<double>(row_of_grid)};
        writer->append(row, {&place, 1});
    }
    writer->finish();
}

/// A folder of feature files, a slide each, and the table of their diagnoses.
struct MadeStudy {
    std::filesystem::path table, features;
};

inline MadeStudy made_study(const std::filesystem::path& folder, std::size_t slides,
                            FeatureLayout layout = FeatureLayout::slidetype,
                            FeatureNumbers numbers = FeatureNumbers::half) {
    MadeStudy study{folder / "cohort.csv", folder / "features"};
    std::filesystem::create_directories(study.features);
    std::ofstream table(study.table);
    table << "slide,label,patient,site\n";
    for (std::size_t i = 0; i < slides; ++i) {
        const int label = i % 2 == 0 ? 0 : 1;
        const auto name = "slide" + std::to_string(i);
        write_made_features(study.features / (name + ".h5"), label, i + 1, layout, numbers);
        table << name << ',' << (label == 1 ? "LUSC" : "LUAD") << ",p" << i << ",s" << (i / 2) % 7 << '\n';
    }
    return study;
}

}  // namespace slidetype::testing
