// write_seeds FOLDER: small TIFFs of every kind that the quick way reads, for the fuzzer to start from.
#include <filesystem>
#include <iostream>

#include "tests/tiler/tiff_slide.h"

int main(int argc, char** argv) {
    using namespace slidetype::testing;
    if (argc != 2) {
        std::cerr << "usage: write_seeds FOLDER\n";
        return 1;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
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
    std::cout << number << " seeds in " << folder.string() << "\n";
    return 0;
}
