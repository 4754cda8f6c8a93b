#include "model/network/architecture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace slidetype {
namespace {

using ::testing::ElementsAre;
using Shape = std::vector<int>;

TEST(SeedNetwork, HasTheParametersOfTheNotebook) {
    EXPECT_EQ(parameter_count(find_architecture("seed")), 14'839'105U);
}

TEST(SeedNetwork, HasTheLayerShapesOfTheNotebook) {
    const auto& seed = find_architecture("seed");
    EXPECT_EQ(seed.patch_size_px, 256);
    EXPECT_EQ(seed.input, InputKind::unit);
    EXPECT_THAT(layer_shapes(seed),
                ElementsAre(Shape{32, 254, 254}, Shape{32, 127, 127}, Shape{64, 125, 125}, Shape{64, 62, 62},
                            Shape{128, 60, 60}, Shape{128, 30, 30}, Shape{115'200}, Shape{128}, Shape{128}, Shape{1}));
}

TEST(CompactNetwork, StaysBelowOneMillionParameters) {
    const auto& compact = find_architecture("compact");
    EXPECT_EQ(parameter_count(compact), 539'489U);
    EXPECT_EQ(layer_shapes(compact).back(), Shape{1});
    EXPECT_EQ(compact.patch_size_px, 112);
}

TEST(CompactNetwork, HalvesThePictureInItsFirstLayer) {
    const auto shapes = layer_shapes(find_architecture("compact"));
    EXPECT_THAT(shapes.front(), ElementsAre(32, 56, 56));
    EXPECT_THAT(shapes[1], ElementsAre(32, 28, 28));
}

TEST(Networks, SeeTheSameField) {
    for (const auto& name : architecture_names()) {
        const auto& architecture = find_architecture(name);
        EXPECT_NEAR(architecture.patch_size_px * architecture.spacing_um_px, 128, 1e-9) << name;
    }
}

TEST(FindArchitecture, NamesTheKnownOnesForAnUnknownName) {
    try {
        find_architecture("vgg");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_NE(error.hint().find("compact"), std::string::npos);
    }
}

TEST(LayerShapes, RefuseLayersThatDoNotFit) {
    const Architecture wrong{"wrong", 8, 1, InputKind::unit, {ConvLayer{4, 8, 3, 0, false}}, 1, 1e-3};
    EXPECT_THROW(layer_shapes(wrong), Error);
    const Architecture too_small{"small", 2, 1, InputKind::unit, {ConvLayer{3, 8, 3, 0, false}}, 1, 1e-3};
    EXPECT_THROW(layer_shapes(too_small), Error);
}

}  // namespace
}  // namespace slidetype
