// leave_out_unusable() of model/data/dataset.h, and what read_image() makes of damaged files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "model/data/dataset.h"
#include "tests/support.h"

#ifdef SLIDETYPE_HAVE_OPENCV
#include <opencv2/imgcodecs.hpp>

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string encoded(const std::string& extension, int width = 96, int height = 96) {
    cv::Mat picture(height, width, CV_8UC3);
    cv::randu(picture, 0, 255);
    std::vector<std::uint8_t> bytes;
    cv::imencode(extension, picture, bytes);
    return {bytes.begin(), bytes.end()};
}

/// A PNG file of which nothing can be seen.
std::string clear() {
    const cv::Mat picture(96, 96, CV_8UC4, cv::Scalar(60, 80, 160, 0));
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", picture, bytes);
    return {bytes.begin(), bytes.end()};
}

/// A TIFF whose directory comes first and whose pixels come last, as some writers have it: 64 × 64, grey.
std::string directory_first_tiff() {
    std::string file("II*\0\x08\0\0\0", 8);
    const auto put = [&](std::uint32_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) file += static_cast<char>(value >> (8 * i) & 255);
    };
    const auto entry = [&](std::uint32_t tag, std::uint32_t value) {
        put(tag, 2), put(4, 2), put(1, 4), put(value, 4);
    };
    constexpr std::uint32_t entries = 9, pixels = 8 + 2 + entries * 12 + 4;
    put(entries, 2);
    entry(256, 64), entry(257, 64), entry(258, 8), entry(259, 1), entry(262, 1), entry(273, pixels), entry(277, 1);
    entry(278, 64), entry(279, 64 * 64);
    put(0, 4);
    for (std::uint32_t i = 0; i < 64 * 64; ++i) put(i % 251, 1);
    return file;
}

class PictureCheck : public ::testing::Test {
  protected:
    bool is_read(const std::string& content, const std::string& name) const {
        write_file(folder / name, content);
        try {
            return !read_image(folder / name).empty();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data);
            EXPECT_THAT(error.what(), HasSubstr(name));
            return false;
        }
    }
    testing::TemporaryFolder folder;
};

TEST_F(PictureCheck, RefusesFilesOfAnyFormatThatWereCutShort) {
    for (const std::string extension : {".jpg", ".png", ".tif", ".bmp"}) {
        const auto whole = encoded(extension);
        EXPECT_TRUE(is_read(whole, "whole" + extension));
        for (const double share : {0.0, 0.001, 0.02, 0.5, 0.9}) {
            const auto bytes = static_cast<std::size_t>(share * static_cast<double>(whole.size()));
            EXPECT_FALSE(is_read(whole.substr(0, bytes), "part" + extension)) << extension << " " << share;
        }
        EXPECT_FALSE(is_read(whole.substr(0, whole.size() - 5), "part" + extension)) << extension;
    }
    const auto tiff = directory_first_tiff();
    EXPECT_TRUE(is_read(tiff, "whole.tif"));
    EXPECT_FALSE(is_read(tiff.substr(0, tiff.size() / 2), "part.tif"));
    EXPECT_FALSE(is_read("not a picture", "text.png"));
}

TEST_F(PictureCheck, ListsWhatCannotBeUsedAndKeepsTheRest) {
    const auto put = [&](const std::string& name, const std::string& content) {
        fs::create_directories((folder / name).parent_path());
        write_file(folder / name, content);
    };
    put("LUAD/good.png", encoded(".png"));
    put("LUAD/wide.png", encoded(".png", 96, 48));
    put("LUSC/good.jpg", encoded(".jpg"));
    put("LUSC/empty.png", "");
    put("LUSC/cut.jpg", encoded(".jpg").substr(0, 700));
    put("LUSC/small.png", encoded(".png", 31, 31));
    put("LUSC/oblong.png", encoded(".png", 97, 48));
    put("LUSC/clear.png", clear());
    put("benign/text.png", "hello");
    auto dataset = read_dataset(folder.path());
    EXPECT_EQ(leave_out_unusable(dataset, 3), 6U);
    EXPECT_EQ(dataset.tiles.size(), 3U);
    ASSERT_EQ(dataset.problems.size(), 6U);
    const auto named = [](const char* file, const char* why) {
        return ::testing::Contains(::testing::AllOf(HasSubstr(file), HasSubstr(why)));
    };
    EXPECT_THAT(dataset.problems, named("cut.jpg", "cut short"));
    EXPECT_THAT(dataset.problems, named("small.png", "too small, 31 x 31"));
    EXPECT_THAT(dataset.problems, named("oblong.png", "too oblong, 97 x 48"));
    EXPECT_THAT(dataset.problems, named("empty.png", "no picture"));
    EXPECT_THAT(dataset.problems, named("text.png", "no picture"));
    EXPECT_THAT(dataset.problems, named("clear.png", "is transparent"));
}

TEST_F(PictureCheck, RefusesAClassOfWhichNothingIsLeft) {
    fs::create_directories(folder / "LUAD");
    fs::create_directories(folder / "LUSC");
    write_file(folder / "LUAD/a.png", encoded(".png"));
    write_file(folder / "LUSC/b.png", "");
    auto dataset = read_dataset(folder.path());
    EXPECT_THROW(leave_out_unusable(dataset, 1), Error);
}

}  // namespace
}  // namespace slidetype
#endif
