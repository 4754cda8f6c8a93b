#include "plugin/analysis/memory_need.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support.h"
#include "tests/tiler/tiff_slide.h"

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

TEST(PlanningNeed, CountsWhatALargeTileOfTheFileTakesWhenItIsDecoded) {
    const testing::TemporaryFolder folder;
    const auto need = [&](std::uint32_t edge) {
        testing::write_tiff_slide(folder / "slide.tiff", testing::noise_picture(200, 150), {});
        testing::set_tag(folder / "slide.tiff", 322, edge);
        testing::set_tag(folder / "slide.tiff", 323, edge);
        return planning_need(Slide(folder / "slide.tiff"), {0.5, 0.5}, {.patch_size_px = 112, .spacing_um_px = 1.14})
            .total(1);
    };
    EXPECT_EQ(need(4096) - need(512), std::uint64_t{4096} * 4096 * 7);
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
