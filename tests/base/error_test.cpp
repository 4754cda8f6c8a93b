#include "base/error.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

TEST(Error, SaysTheFileThenTheCause) {
    const Error error(ErrorCode::no_spacing, "a.svs", "does not say its spacing", "Give --spacing 0.5.");
    EXPECT_STREQ(error.what(), "a.svs: does not say its spacing");
    EXPECT_EQ(error.hint(), "Give --spacing 0.5.");
    EXPECT_EQ(to_string(error.code()), "no_spacing");
}

TEST(Error, LeavesTheColonOutWithoutAFile) {
    EXPECT_STREQ(Error(ErrorCode::internal, "", "oops").what(), "oops");
}

}  // namespace
}  // namespace slidetype
