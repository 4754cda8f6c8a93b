// Whether a network that was imported from Keras scores pictures as Keras does, from the picture's file to the
// probability: decoded by libjpeg as Pillow does it for Keras (its defaults), computed in doubles by the definitions of
// the layers. Keras itself is nothing that tests can install; docs/from-the-notebook.md tells what it was compared
// with.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include <jpeglib.h>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "base/random.h"
#include "model/backends/backend.h"
#include "model/exchange/keras_import.h"
#include "model/scoring/classifier.h"
#include "tests/model/exchange/keras_reference.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

constexpr int kEdgePx = 256;
constexpr double kTolerance = 1e-4;

/// Nuclei on pink of a tint of its own, with grain: something of every spatial frequency.
RgbImage field(unsigned seed) {
    Random random(seed, 3, 3);
    const double period = random.uniform(0.08, 0.5), tint = random.uniform(-50, 50);
    RgbImage picture(kEdgePx, kEdgePx);
    for (int y = 0; y < kEdgePx; ++y) {
        for (int x = 0; x < kEdgePx; ++x) {
            const bool nucleus = std::sin(x * period) * std::sin(y * period * 1.3) > 0.3;
            const double grain = static_cast<double>(random.below(40)) + tint;
            const double values[] = {nucleus ? 90.0 : 190.0, nucleus ? 60.0 : 120.0, nucleus ? 150.0 : 180.0};
            for (int c = 0; c < 3; ++c) {
                picture.at(x, y)[c] = static_cast<std::uint8_t>(std::clamp(values[c] + grain / (c + 1), 0.0, 255.0));
            }
        }
    }
    return picture;
}

/// As JPEG with chroma of full or of half the width and height, baseline or progressive.
void write_jpeg(const fs::path& file, const RgbImage& picture, int chroma, bool progressive) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    std::FILE* out = std::fopen(file.c_str(), "wb");
    ASSERT_NE(out, nullptr);
    jpeg_stdio_dest(&info, out);
    info.image_width = static_cast<JDIMENSION>(picture.width),
    info.image_height = static_cast<JDIMENSION>(picture.height);
    info.input_components = 3, info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 90, TRUE);
    info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = chroma;
    if (progressive) jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        auto* row = const_cast<std::uint8_t*>(picture.at(0, static_cast<int>(info.next_scanline)));
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::fclose(out);
}

/// By libjpeg's own defaults, which Pillow leaves as they are.
RgbImage decoded_as_pillow_does(const fs::path& file) {
    jpeg_decompress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&info);
    std::FILE* in = std::fopen(file.c_str(), "rb");
    if (in == nullptr) throw std::runtime_error("cannot be opened");
    jpeg_stdio_src(&info, in);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    jpeg_start_decompress(&info);
    RgbImage picture(static_cast<int>(info.output_width), static_cast<int>(info.output_height));
    while (info.output_scanline < info.output_height) {
        auto* row = picture.at(0, static_cast<int>(info.output_scanline));
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    std::fclose(in);
    return picture;
}

/// The same pictures as files of the kinds that come from notebooks.
struct PictureKind {
    const char* name;
    int chroma;  ///< 0: PNG
    bool progressive;
};
constexpr PictureKind kKinds[] = {
    {"full.jpeg", 1, false}, {"half.jpg", 2, false}, {"progressive.jpeg", 2, true}, {"plain.png", 0, false}};

void write_picture(const fs::path& file, const RgbImage& picture, const PictureKind& kind) {
    if (kind.chroma > 0) return write_jpeg(file, picture, kind.chroma, kind.progressive);
    const auto png = encode_png(picture);
    write_file(file, std::string(png.begin(), png.end()));
}

TEST(KerasPictures, AreDecodedToTheSameBytesAsByPillow) {
    const testing::TemporaryFolder folder;
    for (const auto& kind : kKinds) {
        if (kind.chroma == 0) continue;
        for (unsigned seed = 1; seed <= 3; ++seed) {
            write_picture(folder / kind.name, field(seed), kind);
            const auto ours = read_image(folder / kind.name);
            EXPECT_EQ(ours.pixels, decoded_as_pillow_does(folder / kind.name).pixels) << kind.name << " " << seed;
        }
    }
}

TEST(KerasScores, OfTheImportedNetworkAreKerasOwnFromThePicturesFile) {
    const testing::TemporaryFolder folder;
    auto tensors = testing::random_notebook_tensors(3);
    // What a network says that has learnt nothing hardly differs between pictures, so it is drawn apart.
    for (const std::string name : {"dense_1/kernel", "dense_1/bias"}) {
        for (auto& value : tensors.values.at(name)) value *= 8;
    }
    tensors.at("dense_1/bias", {0}) += 5;
    testing::write_keras_file(folder / "lung.h5", testing::KerasLayout::model_2, tensors);
    const auto imported = import_keras(folder / "lung.h5", {});
    write_model_directory(folder / "lung", imported.config, imported.weights, StorageType::f32);
    const auto classifier = open_classifier(read_model_directory(folder / "lung"));

    double least = 1, most = 0;
    unsigned seed = 1;
    for (const auto& kind : kKinds) {
        for (int i = 0; i < 2; ++i, ++seed) {
            const auto file = folder / kind.name;
            write_picture(file, field(seed), kind);
            // As evaluate_model() brings a picture to the network.
            const auto tile = resize_image(read_image(file), kEdgePx, kEdgePx);
            const double ours = classifier->classify(tile.pixels, 1).probabilities[1];
            const auto seen = kind.chroma > 0 ? decoded_as_pillow_does(file) : field(seed);
            const double theirs = testing::keras_prediction(tensors, seen.pixels);
            EXPECT_NEAR(ours, theirs, kTolerance) << kind.name << " " << seed;
            least = std::min(least, theirs), most = std::max(most, theirs);
        }
    }
    EXPECT_GT(most - least, 0.2) << "the pictures must be told apart for this to mean something";
}

}  // namespace
}  // namespace slidetype
