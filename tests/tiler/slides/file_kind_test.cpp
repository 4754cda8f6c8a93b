#include "tiler/slides/file_kind.h"

#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/support.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

TEST(FileKind, TellsSlidesFromWhatMayBeOneAndFromPlainPictures) {
    const testing::TemporaryFolder folder;
    testing::write_tiff_slide(folder / "slide", testing::tissue_like_picture(300, 300), {});
    EXPECT_EQ(kind_of_file(folder / "slide"), FileKind::slide) << "whatever its name";
    testing::write_plain_tiff(folder / "photo.tif");
    EXPECT_EQ(kind_of_file(folder / "photo.tif"), FileKind::picture);
    const auto photo = read_file(folder / "photo.tif");
    write_file(folder / "cut.tif", photo.substr(0, photo.size() - 40));
    EXPECT_EQ(kind_of_file(folder / "cut.tif"), FileKind::suspect);
    write_file(folder / "photo.svs", photo);
    EXPECT_EQ(kind_of_file(folder / "photo.svs"), FileKind::suspect);
    write_file(folder / "empty.NDPI", "");
    EXPECT_EQ(kind_of_file(folder / "empty.NDPI"), FileKind::suspect);
    write_file(folder / "photo.JPG", "whatever it holds");
    EXPECT_EQ(kind_of_file(folder / "photo.JPG"), FileKind::picture);
    write_file(folder / "._photo.jpg", std::string("\0\5\x16\7", 4));
    EXPECT_EQ(kind_of_file(folder / "._photo.jpg"), FileKind::other) << "left by macOS";
    write_file(folder / "empty.txt", "");
    EXPECT_EQ(kind_of_file(folder / "empty.txt"), FileKind::other);
    EXPECT_EQ(kind_of_file(folder / "absent.txt"), FileKind::suspect) << "it cannot be read";
}

}  // namespace
}  // namespace slidetype
