#include "tiler/spacing/spacing.h"

#include <gmock/gmock.h>

#include <clocale>
#include <map>

#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using ::slidetype::testing::code_of;
using ::slidetype::testing::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Properties = std::map<std::string, std::string, std::less<>>;

Spacing resolve(const Properties& properties, std::optional<double> user = std::nullopt) {
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        const auto found = properties.find(name);
        return found == properties.end() ? std::nullopt : std::optional(found->second);
    };
    return resolve_spacing(find_spacings(lookup), user, "some.svs");
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

TEST(Spacing, WhatOpenSlideMakesOfTheTiffTagsOfAGenericTiffComesLastAsTheyDo) {
    auto properties = kEverything;
    properties["openslide.vendor"] = "generic-tiff";
    properties["openslide.mpp-x"] = properties["openslide.mpp-y"] = "1";
    EXPECT_EQ(resolve(properties).source, SpacingSource::objective_power);
    properties.erase("openslide.objective-power");
    EXPECT_EQ(resolve(properties).source, SpacingSource::tiff_resolution);
    properties["openslide.vendor"] = "aperio";
    EXPECT_EQ(resolve(properties).source, SpacingSource::slide_mpp);
}

TEST(Spacing, ImplausibleTiffTagsAreNotBelieved) {
    const Properties dpi = {{"tiff.XResolution", "72"}, {"tiff.YResolution", "72"}, {"tiff.ResolutionUnit", "inch"}};
    EXPECT_EQ(code_of([&] { resolve(dpi); }), ErrorCode::bad_spacing);
    const Properties no_unit = {{"tiff.XResolution", "20000"}, {"tiff.YResolution", "20000"}};
    EXPECT_EQ(code_of([&] { resolve(no_unit); }), ErrorCode::bad_spacing);
    const Properties zero = {
        {"tiff.XResolution", "0"}, {"tiff.YResolution", "0"}, {"tiff.ResolutionUnit", "centimeter"}};
    EXPECT_EQ(code_of([&] { resolve(zero); }), ErrorCode::bad_spacing);
}

TEST(Spacing, WhatIsNoNumberIsNotBelieved) {
    for (const auto* text : {"", " ", "n/a", "0.25 um", "nan", "inf", "1e999", "0", "0.0"}) {
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

TEST(Spacing, TheUsersFigureIsRefusedOutsideTheWindow) {
    for (const double user : {0.0, -1.0, 0.049, 5.1, std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(code_of([&] { resolve(kEverything, user); }), ErrorCode::bad_spacing) << user;
    EXPECT_DOUBLE_EQ(resolve({}, 0.05).x_um_px, 0.05);
    EXPECT_DOUBLE_EQ(resolve({}, 5).x_um_px, 5);
}

TEST(Spacing, AFigureThatCannotBeRightIsPassedOverForTheNextPlaceAndTold) {
    for (const auto* mpp : {"250", "-0.25"}) {
        auto properties = kEverything;
        properties["openslide.mpp-y"] = mpp;
        const auto found = resolve(properties);
        EXPECT_EQ(found.source, SpacingSource::objective_power) << mpp;
        EXPECT_EQ(found.place, "openslide.objective-power");
        EXPECT_THAT(found.not_believed, ElementsAre(AllOf(HasSubstr("openslide.mpp-x = 0.25 x "), HasSubstr(mpp))));
    }
    EXPECT_EQ(code_of([&] { resolve({{"openslide.objective-power", "0"}}); }), ErrorCode::bad_spacing);
}

struct Told {
    const char* what;
    Properties properties;
    double x_um_px, y_um_px;
    SpacingSource source;
};

std::string ome(const std::string& attributes, const std::string& size = R"(SizeX="4096" SizeY="3072")") {
    return R"(<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0" )"
           R"(Name="Doe, Jane"><Pixels ID="Pixels:0" )" +
           size + " " + attributes + "><Channel/></Pixels></Image></OME>";
}

Properties described(const std::string& description, const char* resolution = nullptr) {
    Properties out = {{"tiff.ImageDescription", description},
                      {"openslide.level[0].width", "4096"},
                      {"openslide.level[0].height", "3072"}};
    if (resolution != nullptr) out["tiff.XResolution"] = out["tiff.YResolution"] = resolution;
    return out;
}

TEST(Spacing, IsFoundWhereverItMayStand) {
    using Source = SpacingSource;
    const std::string imagej = "ImageJ=1.53t\nunit=", second = R"(</Image><Image><Pixels SizeX="4096" SizeY="3072" )";
    const std::vector<Told> all = {
        {"Aperio", {{"aperio.MPP", "0.2528"}, {"aperio.AppMag", "20"}}, 0.2528, 0.2528, Source::vendor},
        {"decimal comma", {{"aperio.MPP", "0,5"}}, 0.5, 0.5, Source::vendor},
        {"unknown mpp",
         {{"openslide.mpp-x", "0"}, {"openslide.mpp-y", "0"}, {"aperio.MPP", "0.5"}},
         0.5,
         0.5,
         Source::vendor},
        {"MIRAX",
         {{"mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_X", "0.23"},
          {"mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_Y", "0.24"}},
         0.23,
         0.24,
         Source::vendor},
        {"Sakura in mm", {{"sakura.ResolutionMmPerPix", "0.00025"}}, 0.25, 0.25, Source::vendor},
        {"Ventana", {{"ventana.ScanRes", "0.465"}}, 0.465, 0.465, Source::vendor},
        {"Philips in mm", {{"philips.DICOM_PIXEL_SPACING", R"("0.00025" "0.00026")"}}, 0.25, 0.26, Source::vendor},
        {"OME in its default unit", described(ome(R"(PhysicalSizeX="0.5" PhysicalSizeY="0.6")")), 0.5, 0.6,
         Source::ome_xml},
        {"OME in µm", described(ome("PhysicalSizeX=\"0.5\" PhysicalSizeXUnit=\"\u00B5m\"")), 0.5, 0.5, Source::ome_xml},
        {"OME in another µm", described(ome("PhysicalSizeX=\"0.5\" PhysicalSizeXUnit=\"&#181;m\"")), 0.5, 0.5,
         Source::ome_xml},
        {"OME in nm and mm",
         described(
             ome(R"(PhysicalSizeX='500' PhysicalSizeXUnit='nm' PhysicalSizeY="0.0005" PhysicalSizeYUnit = "mm")")),
         0.5, 0.5, Source::ome_xml},
        {"OME, second picture",
         described(ome(R"(PhysicalSizeX="4"/>)" + second + R"(PhysicalSizeX="0.4")", R"(SizeX="512" SizeY="384")")),
         0.4, 0.4, Source::ome_xml},
        {"ImageJ", described(imagej + "micron\nslices=1\n", "2"), 0.5, 0.5, Source::imagej},
        {"ImageJ as Java writes µ", described(imagej + "\\u00B5m\n", "4"), 0.25, 0.25, Source::imagej},
        {"ImageJ in mm", described(imagej + "mm", "2000"), 0.5, 0.5, Source::imagej},
        {"Aperio's objective", {{"aperio.AppMag", "20.000000"}}, 0.5, 0.5, Source::objective_power},
        {"Hamamatsu's lens", {{"hamamatsu.SourceLens", "40"}}, 0.25, 0.25, Source::objective_power},
        {"Leica's", {{"leica.objective", "40x"}}, 0.25, 0.25, Source::objective_power},
        {"MIRAX'", {{"mirax.GENERAL.OBJECTIVE_MAGNIFICATION", "20"}}, 0.5, 0.5, Source::objective_power},
        {"Trestle's", {{"trestle.Objective Power", "20 X"}}, 0.5, 0.5, Source::objective_power},
        {"OME's", described(ome("/><Objective NominalMagnification=\"20.0\"")), 0.5, 0.5, Source::objective_power},
    };
    for (const auto& each : all) {
        SCOPED_TRACE(each.what);
        const auto found = resolve(each.properties);
        EXPECT_EQ(found.source, each.source);
        EXPECT_NEAR(found.x_um_px, each.x_um_px, 1e-12);
        EXPECT_NEAR(found.y_um_px, each.y_um_px, 1e-12);
        EXPECT_FALSE(found.place.empty());
    }
}

TEST(Spacing, WhereNoPlaceIsBelievedTheRefusalTellsWhatEachSaid) {
    auto properties = described(ome(R"(PhysicalSizeX="25" PhysicalSizeXUnit="&#181;m")"), "396");
    properties["openslide.mpp-x"] = properties["openslide.mpp-y"] = "0";
    properties["aperio.AppMag"] = "1";
    properties["tiff.ResolutionUnit"] = "centimeter";
    const auto error = error_of([&] { resolve(properties); });
    EXPECT_EQ(error.code(), ErrorCode::bad_spacing);
    for (const auto* part :
         {"openslide.mpp-x = 0 (stands for unknown)", "OME-XML PhysicalSize = 25 (25 um per pixel is not between",
          "aperio.AppMag = 1 (10 / power: 10 um per pixel", "TIFF resolution = 396 pixels per cm (25.25"})
        EXPECT_THAT(error.what(), HasSubstr(part));
}

TEST(Spacing, NothingOfTheDescriptionIsShownButFiguresAndUnits) {
    for (const auto* what : {"PhysicalSizeX=\"Jane Doe\"", "PhysicalSizeX=\"1\" PhysicalSizeXUnit=\"Jane Doe\""}) {
        const auto error = error_of([&] { resolve(described(ome(what))); });
        EXPECT_EQ(error.code(), ErrorCode::bad_spacing);
        EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("Doe")));
    }
    const auto error = error_of([&] { resolve({{"aperio.MPP", "Jane Doe"}}); });
    EXPECT_THAT(error.what(), AllOf(HasSubstr("aperio.MPP (is no number)"), ::testing::Not(HasSubstr("Doe"))));
}

TEST(Spacing, OmeSizesOfAnotherPictureAndUnitsThatAreNoneAreNotBelieved) {
    const auto why = [](const Properties& properties) {
        return std::string(error_of([&] { resolve(properties); }).what());
    };
    EXPECT_THAT(why(described(ome(R"(PhysicalSizeX="0.5")", R"(SizeX="9" SizeY="9")"))), HasSubstr("of another size"));
    EXPECT_THAT(why(described(ome(R"(PhysicalSizeX="0.5" PhysicalSizeXUnit="pixel")"))),
                HasSubstr("no unit of length"));
    EXPECT_THAT(why(described("ImageJ=1.53t\nunit=pixel\n", "1")), HasSubstr("ImageJ's unit (is no unit of length)"));
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
