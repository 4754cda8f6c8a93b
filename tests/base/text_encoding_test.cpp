#include "base/text_encoding.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

using namespace std::string_literals;

TEST(TextEncoding, ReadsEveryWayInWhichTextIsWritten) {
    EXPECT_EQ(utf8_text("Größe"), "Größe");
    EXPECT_EQ(utf8_text("\xef\xbb\xbfGröße"), "Größe");
    EXPECT_EQ(utf8_text("Gr\xf6\xdf"s + "e \x80"), "Größe €");
    EXPECT_EQ(utf8_text("\xff\xfe\x47\0\xf6\0"s), "Gö");
    EXPECT_EQ(utf8_text("\xfe\xff\0G\0\xf6"s), "Gö");
    EXPECT_EQ(utf8_text("[\0]\0"s), "[]");
    EXPECT_EQ(utf8_text("\0[\0]"s), "[]");
    EXPECT_EQ(utf8_text("\xff\xfe\x3d\xd8\x00\xde"s), "😀");
    EXPECT_EQ(utf8_text("\xff\xfe\x3d\xd8\x41"s), "\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(utf8_text(""), "");
}

TEST(TextEncoding, KnowsUtf8) {
    EXPECT_TRUE(is_utf8("a ö € 😀"));
    for (const auto& wrong : {"\xc0\xaf"s, "\xe0\x80\x80"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xf6"s, "\xc3"s})
        EXPECT_FALSE(is_utf8(wrong));
}

}  // namespace
}  // namespace slidetype
