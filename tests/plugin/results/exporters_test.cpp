#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "geojson_validator.h"
#include "plugin/results/exporter.h"
#include "plugin/results/text.h"
#include "plugin/results/uuid.h"
#include "tests/plugin/make_result.h"
#include "tests/support.h"
#include "unpack.h"

namespace slidetype {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// All files of a result, in a folder that lives as long as this.
class Exported {
  public:
    explicit Exported(const SlideResult& result, const ExportOptions& options = {}) {
        for (const Exporter& exporter : exporters()) exporter.write(result, folder_.path(), options);
    }
    std::string text(const std::string& name) const { return read_file(folder_ / name); }
    bool has(const std::string& name) const { return std::filesystem::exists(folder_ / name); }
    std::string tiles() const { return testing::unpacked(text("tiles.geojson.gz")); }
    json features(const std::string& document) const { return json::parse(document)["features"]; }
    const std::filesystem::path& path() const { return folder_.path(); }

  private:
    testing::TemporaryFolder folder_;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::size_t scored(const SlideResult& result) {
    return result.status_counts()[static_cast<std::size_t>(TileStatus::ok)];
}

SlideResult hostile_result() {
    testing::ResultOptions options;
    options.classes = {"LU:AD", "new\nline", "bad \xff"};
    SlideResult result = testing::make_result(options);
    result.slide.name = result.slide.source = "<img src=x>\n\"quoted\" \xc3( ü.svs";
    result.slide.quickhash.clear();
    result.model.name = "model \xff";
    result.note = "note,\n\"with\" all";
    result.reasons[3] = "line one\nline \"two\", \xff";
    result.parameters = {{"k\xff", "v\xff"}};
    return result;
}

SlideResult gated_result() {
    testing::ResultOptions options;
    options.gated = true;
    return testing::make_result(options);
}

/// A result of which every scored tile has the given status.
SlideResult all_set_aside(TileStatus status) {
    SlideResult result = gated_result();
    for (Tile& tile : result.grid.tiles) {
        if (testing::is_scored(tile)) tile.status = status;
    }
    result.set_aside = {};
    testing::add_call(result);
    return result;
}

TEST(Exporters, SummaryJsonIsTheLast) {
    EXPECT_EQ(exporters().back().file_name, "summary.json");
    EXPECT_EQ(exporters().size(), 6U);
}

TEST(Exporters, EachWritesTheFileThatItNamesAndNothingElse) {
    const Exported exported(testing::make_result());
    std::size_t files = 0;
    for (const Exporter& exporter : exporters()) EXPECT_TRUE(exported.has(std::string(exporter.file_name)));
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(exported.path())) ++files;
    EXPECT_EQ(files, exporters().size());
}

TEST(Exporters, EqualResultsGiveEqualBytes) {
    const Exported first(testing::make_result()), second(testing::make_result());
    for (const Exporter& exporter : exporters()) {
        const std::string name(exporter.file_name);
        EXPECT_EQ(first.text(name), second.text(name)) << name;
    }
}

TEST(Exporters, GeoJsonOfAllKindsOfResultsIsValid) {
    testing::ResultOptions overlapping, blank, single, multi, large, gated;
    gated.gated = true;
    overlapping.overlap = 0.25;
    blank.tissue = false;
    single.columns = single.rows = 1;
    multi.classes = {"Tumor", "Stroma", "Necrosis"};
    large.columns = 120;
    large.rows = 90;
    std::vector<SlideResult> results = {testing::make_result(), hostile_result()};
    for (const auto& options : {overlapping, blank, single, multi, large, gated})
        results.push_back(testing::make_result(options));
    for (const SlideResult& result : results) {
        const Exported exported(result);
        EXPECT_THAT(testing::geojson_problems(exported.tiles()), IsEmpty()) << result.slide.name;
        EXPECT_THAT(testing::geojson_problems(exported.text("overlay.geojson")), IsEmpty()) << result.slide.name;
    }
}

TEST(TilesCsv, HasARowForEveryTileAndProbabilitiesOnlyWhereScored) {
    const SlideResult result = testing::make_result();
    const auto lines = lines_of(Exported(result).text("tiles.csv"));
    ASSERT_EQ(lines.size(), result.grid.tiles.size() + 1);
    EXPECT_EQ(lines[0], "index,x,y,width,height,status,tissue_fraction,prob_LUAD,prob_LUSC,reason");
    EXPECT_EQ(lines[1], "0,0,0,512,512,background,0.0000,,,");
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const bool empty =
            lines[t + 1].find(",,,") != std::string::npos || lines[t + 1].find(",,,\"") != std::string::npos;
        EXPECT_EQ(empty, !result.top_class(t).has_value()) << lines[t + 1];
    }
}

TEST(TilesCsv, KeepsWhatTheModelSaidOfTilesThatDoNotVote) {
    const SlideResult result = gated_result();
    const auto lines = lines_of(Exported(result).text("tiles.csv"));
    EXPECT_EQ(lines[0],
              "index,x,y,width,height,status,tissue_fraction,prob_LUAD,prob_LUSC,prob_tumour,strangeness,reason");
    EXPECT_EQ(lines[1], "0,0,0,512,512,background,0.0000,,,,,");
    std::size_t benign = 0, unfamiliar = 0;
    for (const std::string& line : lines) {
        benign += line.find(",benign,") != std::string::npos && line.ends_with(",0.125000,0.500000,") ? 1 : 0;
        unfamiliar += line.find(",unfamiliar,") != std::string::npos && line.ends_with(",0.125000,3.500000,") ? 1 : 0;
        if (line.find(",benign,") == std::string::npos) continue;
        EXPECT_EQ(line.find(",,"), std::string::npos) << line;
    }
    EXPECT_EQ(benign, result.set_aside.benign.count);
    EXPECT_EQ(unfamiliar, result.set_aside.unfamiliar.count);
}

TEST(TilesCsv, IgnoresTheOffset) {
    SlideResult result = testing::make_result();
    const std::string plain = Exported(result).text("tiles.csv");
    result.slide.offset = {512, 512, 4096, 4096};
    EXPECT_EQ(Exported(result).text("tiles.csv"), plain);
}

TEST(TilesCsv, QuotesWhatNeedsIt) {
    const std::string text = Exported(hostile_result()).text("tiles.csv");
    EXPECT_THAT(text,
                StartsWith("index,x,y,width,height,status,tissue_fraction,prob_LU_AD,prob_new line,prob_bad \uFFFD,"));
    EXPECT_THAT(text, HasSubstr(",,,,\"line one\nline \"\"two\"\", \uFFFD\"\n4,"));
    EXPECT_EQ(text, valid_utf8(text));
}

TEST(TilesGeoJson, HasTheScoredTilesOnly) {
    const SlideResult result = testing::make_result();
    const Exported exported(result);
    const auto features = exported.features(exported.tiles());
    ASSERT_EQ(features.size(), scored(result));
    for (const auto& feature : features) EXPECT_EQ(feature["properties"]["objectType"], "tile");
}

TEST(TilesGeoJson, TilesThatDoNotVoteAreBenignOrUnfamiliarAndHaveNoClassProbabilities) {
    const SlideResult result = gated_result();
    const Exported exported(result);
    std::map<std::string, std::size_t> counts;
    for (const auto& feature : exported.features(exported.tiles())) {
        const auto& properties = feature["properties"];
        const auto name = properties["classification"]["name"].get<std::string>();
        ++counts[name];
        const bool votes = name == "LUAD" || name == "LUSC";
        EXPECT_EQ(properties["objectType"], "tile");
        EXPECT_EQ(properties["measurements"].contains("prob_LUSC"), votes) << name;
        EXPECT_EQ(properties["measurements"]["prob_tumour"], votes ? 0.875 : 0.125);
        EXPECT_EQ(properties["measurements"]["strangeness"], name == "Unfamiliar" ? 3.5 : 0.5);
        if (name == "Benign") {
            EXPECT_EQ(properties["classification"]["color"], json(kBenignColor));
        }
    }
    EXPECT_EQ(counts["Benign"], result.set_aside.benign.count);
    EXPECT_EQ(counts["Unfamiliar"], result.set_aside.unfamiliar.count);
    EXPECT_EQ(counts["LUAD"] + counts["LUSC"], scored(result));
}

TEST(TilesGeoJson, TheFirstTileReadsAsQuPathWouldWriteIt) {
    const SlideResult result = testing::make_result();
    std::size_t t = 0;
    while (!result.top_class(t)) ++t;
    const Rect& rect = result.grid.tiles[t].rect;
    const Exported exported(result);
    std::ostringstream expected;
    expected << R"("geometry":{"type":"Polygon","coordinates":[[[)" << rect.x << ", " << rect.y << "],[" << rect.x
             << ", " << rect.bottom() << "],[" << rect.right() << ", " << rect.bottom() << "],[" << rect.right() << ", "
             << rect.y << "],[" << rect.x << ", " << rect.y
             << R"(]]]},"properties":{"objectType":"tile","classification":{"name":)"
             << R"("LUAD","color":[0, 114, 178]},"measurements":{"prob_LUAD":)";
    EXPECT_THAT(exported.tiles(), HasSubstr(expected.str()));
}

TEST(TilesGeoJson, TheOffsetIsSubtractedAndIdsStay) {
    SlideResult result = testing::make_result();
    const Exported plain(result);
    result.slide.offset = {100, 200, 4096, 4096};
    const Exported shifted(result);
    const auto before = plain.features(plain.tiles())[0], after = shifted.features(shifted.tiles())[0];
    const auto from = before["geometry"]["coordinates"][0][0], to = after["geometry"]["coordinates"][0][0];
    EXPECT_EQ(to[0], from[0].get<int>() - 100);
    EXPECT_EQ(to[1], from[1].get<int>() - 200);
    EXPECT_EQ(before["id"], after["id"]);
}

TEST(TilesGeoJson, ThePlainFileIsWrittenWhenAskedForAndAStaleOneRemoved) {
    const SlideResult result = testing::make_result();
    const Exported exported(result, {.plain_tiles_geojson = true});
    EXPECT_EQ(exported.text("tiles.geojson"), exported.tiles());
    for (const Exporter& exporter : exporters()) exporter.write(result, exported.path(), {});
    EXPECT_FALSE(exported.has("tiles.geojson"));
}

TEST(OverlayGeoJson, BeginsWithTheCallAndHasARegionPerClass) {
    const SlideResult result = testing::make_result();
    const Exported exported(result);
    const auto features = exported.features(exported.text("overlay.geojson"));
    ASSERT_EQ(features.size(), 3U);
    const auto call = features[0]["properties"];
    EXPECT_THAT(call["name"].get<std::string>(), StartsWith("Slide call: "));
    EXPECT_EQ(call["metadata"]["reason"], result.call.reason);
    EXPECT_EQ(call["metadata"]["model_sha256"], result.model.sha256);
    EXPECT_EQ(call["measurements"]["scored_tiles"], scored(result));
    EXPECT_EQ(features[1]["properties"]["name"], "LUAD region");
    EXPECT_EQ(features[2]["properties"]["classification"]["name"], "LUSC");
    for (const auto& feature : features) {
        EXPECT_EQ(feature["properties"]["objectType"], "annotation");
        EXPECT_EQ(feature["properties"]["isLocked"], true);
    }
}

TEST(OverlayGeoJson, HasARegionOfWhatWasLeftOutToo) {
    const SlideResult result = gated_result();
    const Exported exported(result);
    std::map<std::string, json> regions;
    for (const auto& feature : exported.features(exported.text("overlay.geojson")))
        regions[feature["properties"]["name"]] = feature["properties"];
    ASSERT_EQ(regions.size(), 5U);
    EXPECT_EQ(regions["Benign region"]["classification"]["name"], "Benign");
    EXPECT_EQ(regions["Benign region"]["measurements"]["tiles"], result.set_aside.benign.count);
    EXPECT_NEAR(regions["Unfamiliar region"]["measurements"]["area_mm2"].get<double>(), result.set_aside.unfamiliar.mm2,
                1e-3);
    const auto call = exported.features(exported.text("overlay.geojson"))[0]["properties"]["measurements"];
    EXPECT_NEAR(call["benign_area_mm2"].get<double>(), result.set_aside.benign.mm2, 1e-3);
    const Exported plain(testing::make_result());
    EXPECT_FALSE(
        plain.features(plain.text("overlay.geojson"))[0]["properties"]["measurements"].contains("benign_area_mm2"));
}

TEST(OverlayGeoJson, SaysSoWhereNothingLooksLikeTumourOrMostIsUnfamiliar) {
    const auto name_of_call = [](const SlideResult& result) {
        const Exported exported(result);
        return exported.features(exported.text("overlay.geojson"))[0]["properties"]["name"].get<std::string>();
    };
    EXPECT_EQ(name_of_call(all_set_aside(TileStatus::benign)), "Slide call: insufficient, nothing looks like tumour");
    EXPECT_EQ(name_of_call(all_set_aside(TileStatus::unfamiliar)),
              "Slide call: indeterminate, most of the tissue is unfamiliar to the model");
}

TEST(OverlayGeoJson, NamesAClearCallWithItsInterval) {
    testing::ResultOptions options;
    options.columns = options.rows = 24;
    options.low = 0.8;
    const SlideResult result = testing::make_result(options);
    ASSERT_EQ(result.call.label, CallLabel::lusc);
    const Exported exported(result);
    const auto features = exported.features(exported.text("overlay.geojson"));
    EXPECT_THAT(features[0]["properties"]["name"].get<std::string>(),
                ::testing::MatchesRegex("Slide call: LUSC \\(P\\(LUSC\\) 0\\.[0-9]+, 95 % 0\\.[0-9]+-0\\.[0-9]+\\)"));
    EXPECT_EQ(features[0]["properties"]["classification"]["color"], json({213, 94, 0}));
}

TEST(OverlayGeoJson, SaysSoWhereNothingWasScored) {
    testing::ResultOptions options;
    options.tissue = false;
    SlideResult result = testing::make_result(options);
    const Exported exported(result);
    const auto features = exported.features(exported.text("overlay.geojson"));
    ASSERT_EQ(features.size(), 1U);
    EXPECT_EQ(features[0]["properties"]["name"], "Slide call: insufficient, no tile was scored");
    EXPECT_EQ(features[0]["geometry"]["coordinates"][0][2], json({result.slide.width, result.slide.height}));
    EXPECT_FALSE(features[0]["properties"]["measurements"].contains("prob_LUSC"));
}

TEST(OverlayGeoJson, WithABoundsOffsetAnUnscoredSlideIsCoveredAsTheViewerShowsIt) {
    testing::ResultOptions options;
    options.tissue = false;
    SlideResult result = testing::make_result(options);
    result.slide.offset = {100, 200, 3000, 2000};
    const Exported exported(result);
    const auto ring = exported.features(exported.text("overlay.geojson"))[0]["geometry"]["coordinates"][0];
    EXPECT_EQ(ring[0], json({0, 0}));
    EXPECT_EQ(ring[2], json({3000, 2000}));
}

TEST(SummaryJson, HasTheKeysThatScriptsRelyOn) {
    const SlideResult result = testing::make_result();
    const auto summary = json::parse(Exported(result).text("summary.json"));
    EXPECT_EQ(summary["format_version"], 1);
    EXPECT_EQ(summary["call"]["label"], std::string(to_string(result.call.label)));
    EXPECT_NEAR(summary["call"]["prob_LUSC"].get<double>(), *result.call.prob_lusc, 1e-6);
    EXPECT_EQ(summary["call"]["ci95"].size(), 2U);
    EXPECT_EQ(summary["call"]["reason"], result.call.reason);
    EXPECT_EQ(summary["tiles"]["ok"], scored(result));
    EXPECT_TRUE(summary["tiles"].contains("read_error"));
    EXPECT_TRUE(summary["areas_mm2"].contains("LUSC"));
    EXPECT_EQ(summary["spacing_um_px"], json({0.25, 0.25}));
    EXPECT_EQ(summary["offset_px"], json({0, 0}));
    EXPECT_EQ(summary["model"]["sha256"], result.model.sha256);
    EXPECT_EQ(summary["grid"]["columns"], result.grid.columns);
    EXPECT_EQ(summary["parameters"]["overlap"], "0");
    EXPECT_EQ(summary["slide"]["source"], result.slide.source);
    EXPECT_EQ(summary["slide"]["bytes"], 123456789);
    const auto& timing = summary["timing_s"];
    for (const char* key : {"open", "tissue", "read", "resample", "score", "write", "wall", "pipeline", "idle"}) {
        EXPECT_TRUE(timing[key].is_number()) << key;
    }
    EXPECT_EQ(timing["thread_busy"].size(), 2U);
    EXPECT_NEAR(timing["idle"].get<double>(), 0.1 + 0.5, 1e-6);
    EXPECT_EQ(timing["bottleneck"], "score");
    for (const char* key : {"version", "timing_s", "tissue_area_mm2"}) EXPECT_TRUE(summary.contains(key)) << key;
}

TEST(TilesGeoJson, KeepsTheOrderOfTilesThroughManyChunks) {
    testing::ResultOptions options;
    options.columns = 120, options.rows = 90;
    const SlideResult result = testing::make_result(options);
    const auto document = json::parse(Exported(result).tiles());
    const ObjectIds ids(result.slide);
    std::size_t at = 0;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!testing::is_scored(result.grid.tiles[t])) continue;
        ASSERT_LT(at, document["features"].size());
        EXPECT_EQ(document["features"][at++]["id"], ids("tile", t));
    }
    EXPECT_EQ(at, document["features"].size());
    EXPECT_GT(at, 5000U);
}

TEST(SummaryJson, TellsOfGateAndGuard) {
    const SlideResult result = gated_result();
    const auto summary = json::parse(Exported(result).text("summary.json"));
    EXPECT_EQ(summary["tiles"]["benign"], result.set_aside.benign.count);
    EXPECT_EQ(summary["tiles"]["unfamiliar"], result.set_aside.unfamiliar.count);
    EXPECT_NEAR(summary["benign_area_mm2"].get<double>(), result.set_aside.benign.mm2, 1e-6);
    EXPECT_NEAR(summary["unfamiliar_area_mm2"].get<double>(), result.set_aside.unfamiliar.mm2, 1e-6);
    EXPECT_NEAR(summary["call"]["unfamiliar_share"].get<double>(), result.call.unfamiliar_share, 1e-6);
    EXPECT_LT(summary["call"]["voting_area_mm2"], summary["call"]["scored_area_mm2"]);
    EXPECT_EQ(summary["model"]["gate"]["threshold"], 0.5);
    EXPECT_EQ(summary["model"]["gate"]["temperature"], 1.25);
    EXPECT_EQ(summary["model"]["familiarity"]["threshold"], 17.5);
    const auto plain = json::parse(Exported(testing::make_result()).text("summary.json"));
    EXPECT_TRUE(plain["model"]["gate"].is_null());
    EXPECT_EQ(plain["tiles"]["benign"], 0);
    EXPECT_EQ(plain["call"]["voting_area_mm2"], plain["call"]["scored_area_mm2"]);
}

TEST(SummaryJson, HasNullForWhatIsNotKnown) {
    testing::ResultOptions options;
    options.tissue = false;
    const auto summary = json::parse(Exported(testing::make_result(options)).text("summary.json"));
    EXPECT_TRUE(summary["call"]["ci95"].is_null());
    EXPECT_TRUE(summary["call"]["prob_LUSC"].is_null());
    EXPECT_EQ(summary["call"]["label"], "insufficient");
}

TEST(SummaryJson, TakesHostileNames) {
    const auto summary = json::parse(Exported(hostile_result()).text("summary.json"));
    EXPECT_EQ(summary["slide"]["name"], "<img src=x>\n\"quoted\" \uFFFD( ü.svs");
}

TEST(Exporters, AFolderThatIsMissingIsAnIoError) {
    const SlideResult result = testing::make_result();
    for (const Exporter& exporter : exporters()) {
        EXPECT_ANY_THROW(exporter.write(result, "/nonexistent/folder", {})) << exporter.file_name;
    }
}

}  // namespace
}  // namespace slidetype
