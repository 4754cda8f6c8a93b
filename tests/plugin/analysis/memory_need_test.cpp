#include "plugin/analysis/memory_need.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace slidetype {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The warning where the system allows so many bytes of addresses. The bound is gone before anything is compared: tests
/// need more than that under a sanitizer.
std::string warning_within(rlim_t bytes, int threads) {
    rlimit before{};
    ::getrlimit(RLIMIT_AS, &before);
    const rlimit bound{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_AS, &bound);
    auto warning = address_space_warning(threads);
    ::setrlimit(RLIMIT_AS, &before);
    return warning;
}

TEST(AddressSpaceWarning, IsGivenWhereTheSystemAllowsLittleForSoManyThreads) {
    EXPECT_THAT(warning_within(3'000'000'000, 2), IsEmpty());
    EXPECT_THAT(warning_within(3'000'000'000, 16), HasSubstr("allows this program 3000 MB"));
    EXPECT_THAT(warning_within(3'000'000'000, 16), HasSubstr("4200 MB are advised for 16 threads"));
}

TEST(AddressSpaceWarning, IsNotGivenWithoutABound) {
    EXPECT_THAT(warning_within(RLIM_INFINITY, 1000), IsEmpty());
}

}  // namespace
}  // namespace slidetype
