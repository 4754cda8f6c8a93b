#include "model/exchange/keras_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/backend.h"
#include "model/scoring/classifier.h"
#include "tests/model/exchange/keras_files.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::KerasLayout;
using testing::KerasTensors;
using testing::notebook_config;
using testing::notebook_tensors;
using testing::write_keras_file;

/// A network with one path through it, short enough to follow by hand:
///   conv2d    output 5 = relu(0.5 · green of the pixel below its place + 0.25)     kernel place (2, 1), input 1
///   conv2d_1  output 7 = relu(2 · input 5 of the pixel to the left)                kernel place (1, 0)
///   conv2d_2  output 9 = relu(1 · input 7 of the pixel itself + 0.125)             kernel place (1, 1)
///   dense     output 3 = relu(4 · channel 9 at row 10, column 20)                  Keras i = (10 · 30 + 20) · 128 + 9
///   dense_1   z = 1 · input 3 - 2
KerasTensors one_path() {
    auto tensors = notebook_tensors();
    tensors.at("conv2d/kernel", {2, 1, 1, 5}) = 0.5F;
    tensors.at("conv2d/bias", {5}) = 0.25F;
    tensors.at("conv2d_1/kernel", {1, 0, 5, 7}) = 2;
    tensors.at("conv2d_2/kernel", {1, 1, 7, 9}) = 1;
    tensors.at("conv2d_2/bias", {9}) = 0.125F;
    tensors.at("dense/kernel", {(10 * 30 + 20) * 128 + 9, 3}) = 4;
    tensors.at("dense_1/kernel", {3, 0}) = 1;
    tensors.at("dense_1/bias", {0}) = -2;
    return tensors;
}

/// Black but for one pixel whose green is 204 = 0.8 · 255. Which pixel reaches row 10, column 20 of the last map?
/// One of the last map is 2 × 2 of conv2d_2, rows 20 and 21, which conv2d_1's pooled rows 21 and 22 feed (place 1, 1),
/// those are rows 42 … 45 of conv2d_1, conv2d's pooled rows 43 … 46 (place 1), rows 86 … 93, pixels of rows 88 … 95
/// (place 2). Columns: 40 and 41; 41 and 42; 82 … 85, the same pooled columns (place 0), 164 … 171, pixels 165 … 172.
std::vector<std::uint8_t> one_pixel(int x, int y) {
    std::vector<std::uint8_t> tile(std::size_t{256} * 256 * 3, 0);
    tile[static_cast<std::size_t>((y * 256 + x) * 3 + 1)] = 204;
    return tile;
}

/// The largest tensor cut to one number: for files that are refused before it is read, and quick to write.
KerasTensors without_dense_kernel() {
    auto tensors = notebook_tensors();
    tensors.shapes["dense/kernel"] = {1};
    tensors.values["dense/kernel"] = {0};
    return tensors;
}

/// What `run` would score with, from a model directory that was written and read back.
std::unique_ptr<Classifier> scorer(const fs::path& folder, const KerasImport& imported) {
    write_model_directory(folder, imported.config, imported.weights, StorageType::f32);
    return open_classifier(read_model_directory(folder));
}

double logit(Classifier& classifier, const std::vector<std::uint8_t>& tile) {
    const double p = classifier.classify(tile, 1).probabilities[1];
    return std::log(p / (1 - p));
}

double logit(const fs::path& folder, const KerasImport& imported, const std::vector<std::uint8_t>& tile) {
    return logit(*scorer(folder, imported), tile);
}

/// z where the pixel is seen: 4 · (2 · (0.5 · 0.8 + 0.25) + 0.125) - 2, and where it is not.
constexpr double kSeen = 4 * (2 * (0.5 * 0.8 + 0.25) + 0.125) - 2, kNotSeen = 4 * (2 * 0.25 + 0.125) - 2;

void expect_refusal(const fs::path& file, const std::string& cause) {
    try {
        import_keras(file, {});
        ADD_FAILURE() << "was not refused, expected: " << cause;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model) << error.what();
        EXPECT_EQ(error.subject(), file.string());
        EXPECT_THAT(error.cause(), HasSubstr(cause));
    }
}

class EveryKerasLayout : public ::testing::TestWithParam<KerasLayout> {};

TEST_P(EveryKerasLayout, GivesTheLogitThatIsComputedByHand) {
    const testing::TemporaryFolder folder;
    write_keras_file(folder / "network", GetParam(), one_path());
    const auto imported = import_keras(folder / "network", {});
    EXPECT_EQ(imported.config.architecture, "seed");
    EXPECT_THAT(imported.config.class_names, ::testing::ElementsAre("LUAD", "LUSC"));
    EXPECT_THAT(imported.config.slidetype->training, HasSubstr("imported from Keras"));
    EXPECT_NEAR(logit(folder / "model", imported, one_pixel(170, 90)), kSeen, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(KerasImport, EveryKerasLayout,
                         ::testing::Values(KerasLayout::archive_3, KerasLayout::archive_2_12, KerasLayout::weights_3,
                                           KerasLayout::model_2, KerasLayout::model_3, KerasLayout::weights_2,
                                           KerasLayout::bfloat16_3, KerasLayout::own_class_3,
                                           KerasLayout::own_weights_3));

TEST(KerasImport, SeesExactlyThePixelsThatTheOrderOfKernelsAndOfFlattenLetsThrough) {
    const testing::TemporaryFolder folder;
    write_keras_file(folder / "n.keras", KerasLayout::archive_3, one_path());
    const auto classifier = scorer(folder / "model", import_keras(folder / "n.keras", {}));
    struct Case {
        int x, y;
        bool seen;
    };
    // The corners of the window that is worked out above, and their neighbours outside.
    for (const auto& [x, y, seen] :
         {Case{165, 88, true}, Case{172, 95, true}, Case{164, 88, false}, Case{165, 87, false}, Case{173, 95, false},
          Case{172, 96, false}, Case{90, 170, false}}) {
        EXPECT_NEAR(logit(*classifier, one_pixel(x, y)), seen ? kSeen : kNotSeen, 1e-4) << x << ", " << y;
    }
}

TEST(KerasImport, PutsEveryNumberOfTheFirstDenseLayerWhereItsPixelIs) {
    const testing::TemporaryFolder folder;
    auto tensors = notebook_tensors();
    // Each kernel entry says which place, channel and output it belongs to; float holds whole numbers up to 2^24.
    auto& kernel = tensors.values.at("dense/kernel");
    ASSERT_EQ(kernel.size(), 115200U * 128U);
    std::iota(kernel.begin(), kernel.end(), 0.F);  // that of row i and column o is i · 128 + o, which a float holds
    write_keras_file(folder / "n.h5", KerasLayout::model_2, tensors);
    const auto weights = import_keras(folder / "n.h5", {}).weights;
    const auto& ours = weights.at("dense1.weight").values;
    for (std::int64_t o = 0; o < 128; o += 127) {
        for (std::int64_t c = 0; c < 128; ++c) {
            for (std::int64_t y = 0; y < 30; ++y) {
                for (std::int64_t x = 0; x < 30; ++x) {
                    const auto i = (y * 30 + x) * 128 + c;
                    ASSERT_EQ(ours[static_cast<std::size_t>(o * 115200 + (c * 30 + y) * 30 + x)],
                              static_cast<float>(i * 128 + o));
                }
            }
        }
    }
}

TEST(KerasImport, SwapsTheClassesWhenAsked) {
    const testing::TemporaryFolder folder;
    write_keras_file(folder / "n.keras", KerasLayout::archive_3, one_path());
    KerasImportOptions options;
    options.swap_classes = true;
    EXPECT_NEAR(logit(folder / "m", import_keras(folder / "n.keras", options), one_pixel(170, 90)), -kSeen, 1e-4);
}

TEST(KerasImport, KeepsWhatARescalingLayerDoes) {
    const testing::TemporaryFolder folder;
    const std::string input = R"({"class_name": "Conv2D", "config": {"name": "conv2d",)";
    const auto with = [&](const std::string& scale) {
        return notebook_config(
            input, R"({"class_name": "Rescaling", "config": {"name": "rescaling", )" + scale + "}},\n" + input);
    };
    // x / 127.5 - 1 maps green 204 to 0.6 and black to -1: one half of it plus 0.25, cut at 0, doubled, and so on.
    write_keras_file(folder / "a.keras", KerasLayout::archive_3, one_path(),
                     with(R"("scale": 0.00784313725490196, "offset": -1)"));
    EXPECT_NEAR(logit(folder / "a", import_keras(folder / "a.keras", {}), one_pixel(170, 90)),
                4 * (2 * (0.5 * 0.6 + 0.25) + 0.125) - 2, 1e-4);
    EXPECT_NEAR(logit(folder / "a", import_keras(folder / "a.keras", {}), one_pixel(0, 0)), 4 * 0.125 - 2, 1e-4);
    // 1 / 255 in the network is what is assumed of one without.
    write_keras_file(folder / "b.keras", KerasLayout::archive_3, one_path(),
                     with(R"("scale": 0.00392156862745098, "offset": 0.0)"));
    const auto plain = import_keras(folder / "b.keras", {});
    EXPECT_NEAR(logit(folder / "b", plain, one_pixel(170, 90)), kSeen, 1e-4);
    EXPECT_TRUE(plain.notes.empty()) << plain.notes.front();
}

TEST(KerasImport, TakesRawPixelsWhenAskedAndElseSaysWhatItAssumes) {
    const testing::TemporaryFolder folder;
    auto tensors = one_path();
    tensors.at("conv2d/kernel", {2, 1, 1, 5}) = 0.5F / 255;
    write_keras_file(folder / "n.h5", KerasLayout::weights_2, tensors);
    KerasImportOptions options;
    options.raw_pixels = true;
    EXPECT_NEAR(logit(folder / "m", import_keras(folder / "n.h5", options), one_pixel(170, 90)), kSeen, 1e-4);
    EXPECT_THAT(import_keras(folder / "n.h5", {}).notes, ::testing::Contains(HasSubstr("x / 255")));
}

TEST(KerasImport, NamesTheLayerThatDiffers) {
    const testing::TemporaryFolder folder;
    struct Case {
        std::string from, to, cause;
    };
    const std::vector<Case> cases = {
        {R"("name": "conv2d_1", "filters": 64, "kernel_size": [3, 3])",
         R"("name": "conv2d_1", "filters": 64, "kernel_size": [5, 5])", "layer conv2d_1 is Conv2D 64 filters 5 x 5"},
        {R"("name": "conv2d_2", "filters": 128, "kernel_size": [3, 3], "strides": [1, 1],
  "padding": "valid")",
         R"("name": "conv2d_2", "filters": 128, "kernel_size": [3, 3], "strides": [1, 1],
  "padding": "same")",
         "padding same where Conv2D 128 filters 3 x 3, stride 1 x 1, padding valid is expected"},
        {R"("units": 128)", R"("units": 256)", "layer dense is Dense 256 where Dense 128"},
        {R"("activation": "sigmoid")", R"("activation": "softmax")", "layer dense_1 is softmax where sigmoid"},
        {R"("class_name": "Flatten")", R"("class_name": "GlobalAveragePooling2D")", "GlobalAveragePooling2D"},
        {R"("class_name": "Dropout")", R"("class_name": "BatchNormalization")", "BatchNormalization where Dense 1"},
        {R"([null, 256, 256, 3])", R"([null, 224, 224, 3])", "224 x 224 pixels"},
        {R"("channels_last")", R"("channels_first")", "channels first"},
    };
    for (const auto& [from, to, cause] : cases) {
        write_keras_file(folder / "n.keras", KerasLayout::archive_3, without_dense_kernel(), notebook_config(from, to));
        expect_refusal(folder / "n.keras", cause);
    }
}

TEST(KerasImport, RefusesTensorsOfOtherShapes) {
    const testing::TemporaryFolder folder;
    auto tensors = without_dense_kernel();
    tensors.shapes["conv2d_1/kernel"] = {3, 3, 64, 32};
    for (const auto layout : {KerasLayout::archive_3, KerasLayout::weights_2, KerasLayout::weights_3}) {
        write_keras_file(folder / "n", layout, tensors);
        expect_refusal(folder / "n", "layer conv2d_1: ");
        expect_refusal(folder / "n", "(3, 3, 64, 32), expected (3, 3, 32, 64)");
    }
    auto infinite = without_dense_kernel();
    infinite.at("conv2d_1/bias", {0}) = INFINITY;
    write_keras_file(folder / "n", KerasLayout::archive_3, infinite);
    expect_refusal(folder / "n", "not finite");
}

TEST(KerasImport, TellsWhatIsTakenFromShapesInANetworkThatIsAClassOfItsOwn) {
    const testing::TemporaryFolder folder;
    write_keras_file(folder / "n.keras", KerasLayout::own_class_3, one_path());
    EXPECT_THAT(import_keras(folder / "n.keras", {}).notes,
                ::testing::Contains(::testing::AllOf(HasSubstr("LungNet"), HasSubstr("told by the shapes"))));
}

TEST(KerasImport, RefusesANetworkThatIsAClassOfItsOwnWhoseShapesDoNotTell) {
    const testing::TemporaryFolder folder;
    auto tensors = without_dense_kernel();
    write_keras_file(folder / "n", KerasLayout::own_class_3, tensors);
    expect_refusal(folder / "n", "no layer with the shape of dense1");
    tensors.shapes["conv2d_1/kernel"] = tensors.shapes["conv2d/kernel"];
    tensors.values["conv2d_1/kernel"] = tensors.values["conv2d/kernel"];
    write_keras_file(folder / "n", KerasLayout::own_weights_3, tensors);
    expect_refusal(folder / "n", "stage_b and stage_c have the same shape");
}

TEST(KerasImport, RefusesDamagedFiles) {
    const testing::TemporaryFolder folder;
    write_keras_file(folder / "n.keras", KerasLayout::archive_3, one_path());
    write_keras_file(folder / "n.h5", KerasLayout::model_2, one_path());
    for (const std::string name : {"n.keras", "n.h5"}) {
        const auto bytes = read_file(folder / name);
        write_file(folder / "damaged", bytes.substr(0, bytes.size() / 2));
        expect_refusal(folder / "damaged", "cut short");
    }
    write_file(folder / "damaged", "a letter");
    expect_refusal(folder / "damaged", "neither a .keras archive nor a HDF5 file");
    EXPECT_THROW(import_keras(folder / "none.keras", {}), Error);

    // One wrong byte would not do: in packed zeros, some unpack to the same zeros.
    auto wrong = read_file(folder / "n.keras");
    for (std::size_t i = 0; i < 64; ++i) wrong[wrong.size() / 2 + i] = static_cast<char>(i);
    write_file(folder / "damaged", wrong);
    EXPECT_THROW(import_keras(folder / "damaged", {}), Error);
}

TEST(KerasImport, RefusesArchivesOfSomethingElse) {
    const testing::TemporaryFolder folder;
    testing::write_zip(folder / "n.keras", {{"letter.txt", "hello"}});
    expect_refusal(folder / "n.keras", "holds no config.json");
    testing::write_zip(folder / "n.keras", {{"config.json", notebook_config()}, {"model.weights.json", "{}"}});
    expect_refusal(folder / "n.keras", "holds no model.weights.h5");
    testing::write_zip(folder / "n.keras", {{"config.json", std::string(200, '[')}, {"model.weights.h5", "x"}});
    expect_refusal(folder / "n.keras", "configuration cannot be read");
    testing::write_zip(folder / "n.keras", {{"config.json", notebook_config()}, {"model.weights.h5", "x"}});
    expect_refusal(folder / "n.keras", "no HDF5 file");
    // 64 MiB of zeros pack into little; a configuration is never that large.
    testing::write_zip(folder / "n.keras", {{"config.json", std::string(std::size_t{64} << 20, ' ')}});
    expect_refusal(folder / "n.keras", "larger than anything expected");
}

}  // namespace
}  // namespace slidetype
