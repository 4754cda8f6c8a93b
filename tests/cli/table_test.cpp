#include "cli/table.h"

#include <gtest/gtest.h>

#include "cli/progress.h"

namespace slidetype {
namespace {

TEST(Table, AlignsTextLeftAndNumbersRight) {
    Table table({"slide", "tiles"});
    table.add({"a", "5"});
    table.add({"long µ name", "12345"});
    EXPECT_EQ(table.text(),
              "slide        tiles\n"
              "-----------  -----\n"
              "a                5\n"
              "long µ name  12345\n");
}

TEST(Table, KeepsControlCharactersOffTheTerminal) {
    Table table({"slide"});
    table.add({"a\x1b[31m\nb"});
    EXPECT_NE(table.text().find("a?[31m?b"), std::string::npos);
}

TEST(DurationText, UsesTheUnitThatFits) {
    EXPECT_EQ(duration_text(4.25), "4.2 s");
    EXPECT_EQ(duration_text(200), "3 min 20 s");
    EXPECT_EQ(duration_text(7500), "2 h 05 min");
}

}  // namespace
}  // namespace slidetype
