#include "tiler/spacing.h"

#include <gmock/gmock.h>

#include <clocale>
#include <map>

#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using ::slidetype::testing::code_of;
using ::slidetype::testing::error_of;
using Properties = std::map<std::string, std::string, std::less<>>;

Spacing resolve(const Properties& properties, std::optional<double> user = std::nullopt) {
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        const auto found = properties.find(name);
        return found == properties.end() ? std::nullopt : std::optional(found->second);
    };
    return resolve_spacing(lookup, user, "some.svs");
}

const Properties kEverything = {{"openslide.mpp-x", "0.25"},         {"openslide.mpp-y", "0.26"},
                                {"openslide.objective-power", "20"}, {"tiff.XResolution", "10000"},
                                {"tiff.YResolution", "10000"},       {"tiff.ResolutionUnit", "centimeter"}};

Properties without(std::initializer_list<const char*> names) {
    auto properties = kEverything;
    for (const auto* name : names) properties.erase(name);
    return properties;
}

TEST(Spacing, TheUsersFigureComesBeforeEverythingElse) {
    const auto found = resolve(kEverything, 0.4);
    EXPECT_EQ(found.source, SpacingSource::user);
    EXPECT_DOUBLE_EQ(found.x_um_px, 0.4);
    EXPECT_DOUBLE_EQ(found.y_um_px, 0.4);
}

TEST(Spacing, TheSlidesMppComesBeforeItsObjectiveAndItsAxesStayApart) {
    const auto found = resolve(kEverything);
    EXPECT_EQ(found.source, SpacingSource::slide_mpp);
    EXPECT_DOUBLE_EQ(found.x_um_px, 0.25);
    EXPECT_DOUBLE_EQ(found.y_um_px, 0.26);
    EXPECT_FALSE(found.is_estimate());
}

TEST(Spacing, TheObjectiveComesBeforeTheTiffTagsAndIsAnEstimate) {
    const auto found = resolve(without({"openslide.mpp-x", "openslide.mpp-y"}));
    EXPECT_EQ(found.source, SpacingSource::objective_power);
    EXPECT_DOUBLE_EQ(found.x_um_px, 0.5);
    EXPECT_TRUE(found.is_estimate());
}

TEST(Spacing, TheTiffTagsComeLastInCentimetresOrInches) {
    auto properties = without({"openslide.mpp-x", "openslide.mpp-y", "openslide.objective-power"});
    EXPECT_EQ(resolve(properties).source, SpacingSource::tiff_resolution);
    EXPECT_DOUBLE_EQ(resolve(properties).x_um_px, 1.0);
    properties["tiff.ResolutionUnit"] = "inch";
    properties["tiff.XResolution"] = properties["tiff.YResolution"] = "50800";
    EXPECT_DOUBLE_EQ(resolve(properties).x_um_px, 0.5);
}

TEST(Spacing, ImplausibleTiffTagsAreIgnored) {
    const Properties dpi = {{"tiff.XResolution", "72"}, {"tiff.YResolution", "72"}, {"tiff.ResolutionUnit", "inch"}};
    EXPECT_EQ(code_of([&] { resolve(dpi); }), ErrorCode::no_spacing);
    const Properties no_unit = {{"tiff.XResolution", "20000"}, {"tiff.YResolution", "20000"}};
    EXPECT_EQ(code_of([&] { resolve(no_unit); }), ErrorCode::no_spacing);
    const Properties zero = {
        {"tiff.XResolution", "0"}, {"tiff.YResolution", "0"}, {"tiff.ResolutionUnit", "centimeter"}};
    EXPECT_EQ(code_of([&] { resolve(zero); }), ErrorCode::no_spacing);
}

TEST(Spacing, WhatIsNoNumberCountsAsAbsent) {
    for (const auto* text : {"", "n/a", "0.25 um", "0,25", "nan", "inf", "1e999"}) {
        auto properties = kEverything;
        properties["openslide.mpp-x"] = properties["openslide.mpp-y"] = text;
        EXPECT_EQ(resolve(properties).source, SpacingSource::objective_power) << text;
    }
}

TEST(Spacing, ALoneMppStandsForBothAxes) {
    const auto found = resolve(without({"openslide.mpp-y"}));
    EXPECT_EQ(found.source, SpacingSource::slide_mpp);
    EXPECT_DOUBLE_EQ(found.y_um_px, 0.25);
}

TEST(Spacing, NumbersAreReadTheSameInEveryLocale) {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    for (const auto* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
        if (std::setlocale(LC_ALL, name) == nullptr) continue;
        EXPECT_DOUBLE_EQ(resolve(kEverything).x_um_px, 0.25) << name;
    }
    std::setlocale(LC_ALL, before.c_str());
}

TEST(Spacing, ValuesOutsideTheWindowAreRefusedAndNotReplacedByTheNextSource) {
    for (const double user : {0.0, -1.0, 0.049, 5.1, std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(code_of([&] { resolve(kEverything, user); }), ErrorCode::bad_spacing) << user;
    EXPECT_DOUBLE_EQ(resolve({}, 0.05).x_um_px, 0.05);
    EXPECT_DOUBLE_EQ(resolve({}, 5).x_um_px, 5);
    for (const auto* mpp : {"250", "0", "-0.25"}) {
        auto properties = kEverything;
        properties["openslide.mpp-y"] = mpp;
        EXPECT_EQ(code_of([&] { resolve(properties); }), ErrorCode::bad_spacing) << mpp;
    }
    EXPECT_EQ(code_of([&] { resolve({{"openslide.objective-power", "0"}}); }), ErrorCode::bad_spacing);
}

TEST(Spacing, RefusalsNameTheFileTheValueAndTheWayOut) {
    const auto bad = error_of([] { resolve({{"openslide.mpp-x", "250"}, {"openslide.mpp-y", "250"}}); });
    EXPECT_THAT(bad.what(), ::testing::HasSubstr("some.svs"));
    EXPECT_THAT(bad.what(), ::testing::HasSubstr("250"));
    EXPECT_THAT(bad.hint(), ::testing::HasSubstr("--spacing"));
    const auto none = error_of([] { resolve({}); });
    EXPECT_EQ(none.code(), ErrorCode::no_spacing);
    EXPECT_THAT(none.hint(), ::testing::HasSubstr("--spacing 0.25"));
    EXPECT_THAT(none.hint(), ::testing::HasSubstr("20x"));
}

}  // namespace
}  // namespace slidetype
