// `run` and `info` with DICOM slides, as a user calls them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/dicom/made_dicom.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::slidetype;

/// What a file holds, unpacked where it is compressed.
std::string unpacked(const fs::path& file) {
    std::string text;
    const auto handle = ::gzopen(file.c_str(), "rb");  // reads plain files as they are
    std::array<char, 65536> chunk{};
    for (int count = 0; (count = ::gzread(handle, chunk.data(), chunk.size())) > 0;)
        text.append(chunk.data(), static_cast<std::size_t>(count));
    ::gzclose(handle);
    return text;
}

class DicomRun : public ::testing::Test {
  protected:
    DicomRun() {
        fs::create_directories(slide);
        const auto picture = testing::tissue_picture(900, 800);
        write("fine.dcm", testing::made_of(picture, testing::as_jpeg, 128), "1.2.3.1");
        write("coarse.dcm", testing::made_of(testing::half_of(picture), testing::as_jpeg, 128), "1.2.3.2");
        auto label = testing::plain_of(RgbImage(64, 64, 3));
        label.image_type = "ORIGINAL\\PRIMARY\\LABEL\\NONE";
        write("label.dcm", label, "1.2.3.3");
    }
    void write(const std::string& name, testing::MadeDicom made, const std::string& uid) {
        made.patient = "Planted^Name";
        made.instance_uid = uid;
        testing::write_dicom(slide / name, made);
    }
    testing::TemporaryFolder folder;
    fs::path slide = folder / "case.7", out = folder / "out";
};

TEST_F(DicomRun, AFolderOfFilesIsOneSlideThatIsDoneOnce) {
    ASSERT_EQ(slidetype({"run", slide.string(), "-o", out.string()}).code, 0);
    const auto run = json::parse(read_file(out / "run.json"));
    ASSERT_EQ(run.at("slides").size(), 1U);
    const auto summary = json::parse(read_file(out / "case.7" / "summary.json"));
    EXPECT_EQ(summary.at("slide").at("name"), "case.7");
    EXPECT_EQ(summary.at("slide").at("vendor"), "dicom");
    EXPECT_EQ(summary.at("slide").at("bytes"), fs::file_size(slide / "fine.dcm") + fs::file_size(slide / "coarse.dcm"));
    EXPECT_EQ(summary.at("spacing_um_px"), (json::array({0.5, 0.5})));
    EXPECT_GT(summary.at("call").at("scored_area_mm2"), 0);
    EXPECT_THAT(slidetype({"run", slide.string(), "-o", out.string()}).error, HasSubstr("complete already"));
    fs::last_write_time(slide / "label.dcm", fs::file_time_type::clock::now());
    EXPECT_THAT(slidetype({"run", slide.string(), "-o", out.string()}).error, HasSubstr("complete already"));
    fs::last_write_time(slide / "coarse.dcm", fs::file_time_type::clock::now());
    EXPECT_THAT(slidetype({"run", slide.string(), "-o", out.string()}).error, HasSubstr("the slide has changed"));
}

TEST_F(DicomRun, OneBadFrameIsOneUnreadableTileAndNothingComesFromTheLibraries) {
    auto damaged = testing::made_of(testing::tissue_picture(900, 800), testing::as_jpeg, 128);
    auto& frame = damaged.frames[3 * 8 + 3];
    std::fill(frame.begin() + 300, frame.end(), std::uint8_t{0});
    write("fine.dcm", damaged, "1.2.3.1");
    const auto run = slidetype({"run", slide.string(), "-o", out.string()});
    EXPECT_EQ(run.code, 0);
    EXPECT_THAT(unpacked(out / "case.7" / "tiles.csv"), HasSubstr("read_error"));
    for (const auto* word : {"W: ", "E: ", "Dcm", "DCMTK"}) EXPECT_THAT(run.error, Not(HasSubstr(word)));
}

TEST_F(DicomRun, NothingOfThePatientIsSaidOrWritten) {
    write("cut.dcm", testing::plain_of(testing::tissue_picture(900, 800)), "1.2.3.9");
    fs::resize_file(slide / "cut.dcm", 500);
    std::vector<std::string> texts;
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"run", slide.string(), "-o", out.string(), "--report", "--log-json",
                                   (folder / "log").string()},
          std::vector<std::string>{"run", (slide / "cut.dcm").string(), "-o", out.string()},
          std::vector<std::string>{"info", slide.string()},
          std::vector<std::string>{"info", (slide / "label.dcm").string()},
          std::vector<std::string>{"info", (slide / "cut.dcm").string()}}) {
        const auto finished = slidetype(arguments);
        texts.push_back(finished.out);
        texts.push_back(finished.error);
    }
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
        if (!entry.is_regular_file() || entry.path().parent_path() == slide) continue;
        texts.push_back(unpacked(entry.path()));
        ++files;
    }
    EXPECT_GT(files, 8U);
    for (const auto& text : texts) {
        for (const auto* secret : {"Planted", "19991231", "1.2.3.4", "1.2.3.1", "Hospital"})
            EXPECT_THAT(text, Not(HasSubstr(secret)));
    }
}

TEST_F(DicomRun, NeedsNoDictionaryOfDcmtk) {
    auto made = testing::plain_of(testing::tissue_picture(900, 800));
    made.implicit_vr = true;
    made.transfer_syntax = "1.2.840.10008.1.2";
    write("fine.dcm", made, "1.2.3.1");
    ::setenv("DCMDICTPATH", "/nowhere/dicom.dic", 1);
    const auto info = slidetype({"info", "--no-plan", (slide / "fine.dcm").string()});
    ::unsetenv("DCMDICTPATH");
    EXPECT_EQ(info.code, 0) << info.error;
    EXPECT_EQ(info.error, "");
    EXPECT_THAT(info.out, HasSubstr("900 x 800"));
}

/// P(LUSC) of the scored tiles of a result, by their numbers.
std::map<std::string, double> scores_of(const fs::path& tiles) {
    std::istringstream lines(read_file(tiles));
    std::string line;
    std::getline(lines, line);
    const auto column = [](const std::string& row, std::size_t wanted) {
        std::istringstream fields(row);
        std::string field;
        for (std::size_t i = 0; i <= wanted; ++i) std::getline(fields, field, ',');
        return field;
    };
    std::size_t lusc = 0;
    while (column(line, lusc) != "prob_LUSC") ++lusc;
    std::map<std::string, double> scores;
    while (std::getline(lines, line)) {
        if (const auto score = column(line, lusc); !score.empty()) scores[column(line, 0)] = std::stod(score);
    }
    return scores;
}

TEST_F(DicomRun, AGenuineSlideScoresAsItsTwinOfAnotherFormat) {
    SLIDETYPE_SHARED_OR_SKIP(dicom, "slides/dicom_cmu1_small_region");
    SLIDETYPE_SHARED_OR_SKIP(aperio, "slides/aperio_CMU-1-Small-Region.svs");
    ASSERT_EQ(slidetype({"run", dicom.string(), aperio.string(), "-o", out.string()}).code, 0);
    const auto one = scores_of(out / "dicom_cmu1_small_region" / "tiles.csv");
    const auto other = scores_of(out / "aperio_CMU-1-Small-Region" / "tiles.csv");
    double sum = 0;
    std::size_t both = 0;
    for (const auto& [tile, score] : one) {
        const auto found = other.find(tile);
        if (found == other.end()) continue;
        sum += std::abs(score - found->second);
        ++both;
    }
    EXPECT_GE(both, 35U);
    EXPECT_LE(sum / static_cast<double>(both), 0.04) << "its pixels were compressed anew";
    const auto call = [&](const char* name) { return json::parse(read_file(out / name / "summary.json")).at("call"); };
    EXPECT_EQ(call("dicom_cmu1_small_region").at("label"), call("aperio_CMU-1-Small-Region").at("label"));
    EXPECT_NEAR(call("dicom_cmu1_small_region").at("prob_LUSC").get<double>(),
                call("aperio_CMU-1-Small-Region").at("prob_LUSC").get<double>(), 0.06);
}

}  // namespace
}  // namespace slidetype
