// write_seeds FOLDER: small files for the fuzzers to start from: TIFFs of every kind that the quick way reads in
// FOLDER/jpeg_tiff, DICOM objects in FOLDER/dicom.
#include <filesystem>
#include <iostream>

#include "tests/tiler/dicom/made_dicom.h"
#include "tests/tiler/tiff_slide.h"

namespace {

using namespace slidetype::testing;

int write_dicom_seeds(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const auto picture = tissue_like_picture(40, 30);
    const auto jpeg = made_of(picture, as_jpeg, 16);
    std::vector<MadeDicom> seeds = {jpeg, plain_of(picture, 16)};
    for (const auto offsets : {MadeDicom::Offsets::none, MadeDicom::Offsets::extended, MadeDicom::Offsets::wrong}) {
        seeds.push_back(jpeg);
        seeds.back().offsets = offsets;
        seeds.back().fragments = 2;
    }
    seeds.push_back(made_of(
        picture, [](const slidetype::RgbImage& tile) { return as_jpeg2000(tile, true); }, 16));
    seeds.back().transfer_syntax = "1.2.840.10008.1.2.4.90";
    seeds.back().photometric = "YBR_RCT";
    seeds.push_back(plain_of(picture, 16));
    seeds.back().implicit_vr = true;
    seeds.back().transfer_syntax = "1.2.840.10008.1.2";
    seeds.back().optical_paths = {"A", "B"};
    seeds.push_back(plain_of(picture, 16));
    seeds.back().organisation = "TILED_SPARSE";
    seeds.back().places = {{0, 0, "A", 1}, {16, 0, "A", 2}, {32, 16, "B", 1}};
    seeds.back().frames.resize(3);
    seeds.back().spacing_per_frame = true;
    int number = 0;
    for (const auto& seed : seeds) write_dicom(folder / ("seed-" + std::to_string(number++) + ".dcm"), seed);
    return number;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: write_seeds FOLDER\n";
        return 1;
    }
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / "jpeg_tiff";
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
    number += write_dicom_seeds(std::filesystem::path(argv[1]) / "dicom");
    std::cout << number << " seeds in " << argv[1] << "\n";
    return 0;
}
