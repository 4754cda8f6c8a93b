#include "base/own_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

// These tests run in the folder that they were built in, where a part that is not there is a part that is not built.
TEST(OwnModule, SaysHowToBuildWhatIsNotBuilt) {
    try {
        (void)load_own_module({"module of nobody", "libslidetype_nobody.so", "nobody", "SLIDETYPE_NOBODY_MODULE"});
        FAIL() << "a module that nobody has was loaded";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
        EXPECT_THAT(error.what(), HasSubstr("lib/slidetype/libslidetype_nobody.so: not there"));
        EXPECT_THAT(error.hint(), HasSubstr("make program"));
        EXPECT_THAT(error.hint(), HasSubstr("SLIDETYPE_NOBODY_MODULE"));
    }
}

}  // namespace
}  // namespace slidetype
