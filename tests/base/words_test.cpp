#include "base/words.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

TEST(Counted, UsesTheSingularForOneAlone) {
    EXPECT_EQ(counted(0, "slide"), "0 slides");
    EXPECT_EQ(counted(1, "slide"), "1 slide");
    EXPECT_EQ(counted(2, "annotation"), "2 annotations");
    EXPECT_EQ(counted(3, "entry"), "3 entries");
    EXPECT_EQ(counted(2, "day"), "2 days");
    EXPECT_EQ(counted(2, "class"), "2 classes");
}

TEST(InLowerCase, ChangesAsciiLettersAlone) {
    EXPECT_EQ(in_lower_case("Slide Ä 7"), "slide Ä 7");
    EXPECT_EQ(in_quotes(in_lower_case("NA")), "\"na\"");
}

TEST(Sentence, BeginsWithACapitalAndEndsWithAStop) {
    EXPECT_EQ(sentence("nothing on the glass is stained"), "Nothing on the glass is stained.");
    EXPECT_EQ(sentence("12.0 % could not be read."), "12.0 % could not be read.");
    EXPECT_EQ(sentence(""), "");
}

TEST(Wrapped, BreaksAtBlanksAlone) {
    EXPECT_EQ(wrapped("one two three", 8), "one two\nthree");
    EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
    EXPECT_EQ(wrapped("one two three", 6), "one\ntwo\nthree");
    EXPECT_EQ(wrapped("incomprehensible it is", 4), "incomprehensible\nit\nis");
    EXPECT_EQ(wrapped("", 4), "");
}

}  // namespace
}  // namespace slidetype
