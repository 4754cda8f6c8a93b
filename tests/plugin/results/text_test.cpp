#include "plugin/results/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slidetype {
namespace {

using ::testing::ElementsAre;

TEST(Text, ValidUtf8StaysAsItIs) {
    EXPECT_EQ(valid_utf8("Präparat 12 \"a\"\n µm² 肺"), "Präparat 12 \"a\"\n µm² 肺");
}

TEST(Text, InvalidBytesBecomeReplacementCharacters) {
    EXPECT_EQ(valid_utf8("a\xff"
                         "b"),
              "a\uFFFDb");
    EXPECT_EQ(valid_utf8("cut \xc3"), "cut \uFFFD");
}

TEST(Text, AsciiKeepsWhatItCanAndMarksTheRest) {
    EXPECT_EQ(ascii("plain (95 %) 0.5"), "plain (95 %) 0.5");
    EXPECT_EQ(ascii("0.41–0.63 µm²"), "0.41-0.63 um2");
    EXPECT_EQ(ascii("Präparat 肺 \xff"), "Pr?parat ? ?");
    EXPECT_EQ(ascii("a\nb\tc\x7f"), "a b c ");
}

TEST(Text, HarmlessClassNamesStayAsTheyAre) {
    EXPECT_THAT(class_labels({"LUAD", "LUSC", "Normal lung"}), ElementsAre("LUAD", "LUSC", "Normal lung"));
}

TEST(Text, ClassNamesThatViewersRefuseAreMended) {
    EXPECT_THAT(class_labels({"Tumor:Pos", "two\nlines", "  ", "\xff", " x "}),
                ElementsAre("Tumor_Pos", "two lines", "class 2", "\uFFFD", "x"));
}

TEST(Text, NoTwoClassesShareALabel) {
    EXPECT_THAT(class_labels({"a:b", "a_b",
                              "a\x01"
                              "b",
                              "a_b 2"}),
                ElementsAre("a_b", "a_b 2", "a b", "a_b 2 2"));
}

}  // namespace
}  // namespace slidetype
