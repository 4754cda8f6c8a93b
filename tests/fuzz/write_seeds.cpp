// write_seeds FOLDER: what fuzzers start from and is better made than stored. jpeg_tiff: small TIFFs of every kind that
// the quick way reads; feature_hdf5: small feature files of every layout.
#include <filesystem>
#include <iostream>

#include "tests/model/feature_files/made_hdf5.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype::testing {
namespace {

int write_tiff_seeds(const std::filesystem::path& folder) {
    int number = 0;
    for (const bool big : {false, true}) {
        for (const bool tables : {true, false}) {
            for (const int chroma : {0, 1, 2}) {
                TiffSlide slide;
                slide.codec = TiffSlide::Codec::jpeg;
                slide.levels = 2;
                slide.tile = 32;
                slide.quality = 50;
                slide.big = big;
                slide.big_endian = tables;
                slide.shared_tables = tables;
                slide.rgb = chroma == 0;
                slide.chroma_x = slide.chroma_y = std::max(chroma, 1);
                if (chroma == 1) slide.missing = {{0, 1, 1}};
                write_tiff_slide(folder / ("seed-" + std::to_string(number++) + ".tiff"), tissue_like_picture(88, 60),
                                 slide);
            }
        }
    }
    return number;
}

MadeHdf5 small_features(const std::string& name, MadeDataset::Type type) {
    MadeDataset features{name, {5, 4}, counted_numbers(5, 4)}, coords{"coords", {5, 2}, counted_numbers(5, 2)};
    features.type = type;
    return {{features, coords}};
}

int write_feature_seeds(const std::filesystem::path& folder) {
    using Type = MadeDataset::Type;
    constexpr int kDeflate = 1, kShuffle = 2, kFletcher = 3;
    int number = 0;
    const auto write = [&](const MadeHdf5& content) {
        write_made_hdf5(folder / ("seed-" + std::to_string(number++) + ".h5"), content);
    };
    for (const auto type : {Type::half, Type::single, Type::big_single, Type::twice}) {
        auto plain = small_features("features", type);
        plain.datasets[1].type = Type::int32;
        write(plain);
        for (const auto& filters : {std::vector<int>{}, {kDeflate}, {kShuffle, kDeflate}, {kFletcher}}) {
            plain.datasets[0].chunk = {2, 4};
            plain.datasets[0].growing = true;
            plain.datasets[0].filters = filters;
            write(plain);
        }
    }
    auto trident = small_features("features", Type::single);
    trident.attributes = {{"features", "encoder", "uni"}, {"coords", "patch_size_level0", 512.0}};
    write(trident);
    auto stamp = small_features("feats", Type::half);
    stamp.attributes = {{"", "unit", "um", true}, {"", "tile_size_um", 256.0}, {"", "extractor", "uni"}};
    write(stamp);
    auto own = small_features("features", Type::half);
    own.attributes = {{"", "slidetype_features", 1.0}, {"", "slide", "a"}, {"", "spacing_um_px", 0.5}};
    write(own);
    auto embeds = small_features("tile_embeds", Type::single);
    embeds.datasets[0].shape = {1, 5, 4};
    write(embeds);
    return number;
}

}  // namespace
}  // namespace slidetype::testing

int main(int argc, char** argv) {
    using namespace slidetype::testing;
    if (argc != 2) {
        std::cerr << "usage: write_seeds FOLDER\n";
        return 1;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder / "jpeg_tiff");
    std::filesystem::create_directories(folder / "feature_hdf5");
    const int tiffs = write_tiff_seeds(folder / "jpeg_tiff");
    std::cout << tiffs << " TIFFs and " << write_feature_seeds(folder / "feature_hdf5") << " feature files in "
              << folder.string() << "\n";
    return 0;
}
