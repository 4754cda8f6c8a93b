#include "tiler/slides/slide_properties.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace slidetype {
namespace {

std::optional<Rect> bounds(std::map<std::string, std::string, std::less<>> properties) {
    return bounds_from(
        [&](std::string_view name) -> std::optional<std::string> {
            const auto found = properties.find(name);
            return found == properties.end() ? std::nullopt : std::optional(found->second);
        },
        1000, 800);
}

const std::map<std::string, std::string, std::less<>> kBounds = {{"openslide.bounds-x", "100"},
                                                                 {"openslide.bounds-y", "50"},
                                                                 {"openslide.bounds-width", "600"},
                                                                 {"openslide.bounds-height", "700"}};

TEST(SlideProperties, TechnicalOnesAreShown) {
    for (const auto* name : {"openslide.mpp-x", "openslide.vendor", "openslide.level[2].downsample",
                             "openslide.level[10].tile-width", "openslide.bounds-height", "tiff.XResolution",
                             "aperio.AppMag", "aperio.MPP", "ventana.ScannerModel", "hamamatsu.SourceLens"})
        EXPECT_TRUE(may_show_property(name, "1")) << name;
}

TEST(SlideProperties, WhateverMayIdentifyAPatientIsWithheldAndSoIsWhatNobodyKnows) {
    for (const auto* name : {"openslide.comment",
                             "tiff.ImageDescription",
                             "tiff.DateTime",
                             "tiff.Artist",
                             "tiff.HostComputer",
                             "tiff.DocumentName",
                             "aperio.Filename",
                             "aperio.User",
                             "aperio.Date",
                             "aperio.Time",
                             "aperio.ImageID",
                             "aperio.ScanScope ID",
                             "aperio.Title",
                             "hamamatsu.Created",
                             "hamamatsu.NDP.S/N",
                             "leica.creation-date",
                             "leica.barcode",
                             "mirax.GENERAL.SLIDE_NAME",
                             "mirax.GENERAL.SLIDE_ID",
                             "philips.PIM_DP_UFS_BARCODE",
                             "philips.DICOM_ACQUISITION_DATETIME",
                             "ventana.UserName",
                             "ventana.LabelText",
                             "openslide.level[0].name",
                             "openslide.level[",
                             "future.field",
                             ""})
        EXPECT_FALSE(may_show_property(name, "1")) << name;
}

TEST(SlideProperties, FreeTextInATechnicalFieldIsWithheld) {
    EXPECT_FALSE(may_show_property("tiff.Make", "line\nline"));
    EXPECT_FALSE(may_show_property("tiff.Make", std::string(200, 'x')));
    EXPECT_FALSE(may_show_property("tiff.Make", "M\xC3\xBCller"));
}

TEST(SlideProperties, BoundsNeedAllFourPropertiesAndASaneRectangle) {
    EXPECT_EQ(bounds(kBounds), (Rect{100, 50, 600, 700}));
    for (const auto& [name, value] : kBounds) {
        auto properties = kBounds;
        properties.erase(name);
        EXPECT_FALSE(bounds(properties)) << name;
        for (const auto* bad : {"", "-1", "1.5", "x", "99999999999999999999", "9223372036854775807", "1001"}) {
            properties[name] = bad;
            EXPECT_FALSE(bounds(properties)) << name << "=" << bad;
        }
    }
}

}  // namespace
}  // namespace slidetype
