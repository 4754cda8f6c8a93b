#include "model/report/attended_section.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slidetype {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(AttendedSection, ShowsTilesWithTheirAttentionAndScore) {
    AttendedPage page;
    page.whose = "By <nobody>.";
    page.classes[1].most = {{"slide&1", 512, 1024, 23.4, 99.75, 0.8125, RgbImage(8, 8, 90), {}}};
    page.classes[1].least = {{"slide2", 0, 0, 0.0004, 0.2, 0.5, {}, "is <gone>"}};
    const auto html = attended_section(page);
    EXPECT_THAT(html, AllOf(HasSubstr("By &lt;nobody&gt;."), HasSubstr("Slides of LUSC: most attended tiles"),
                            HasSubstr("23 × the mean"), HasSubstr("percentile 99.8"), HasSubstr("P(LUSC) = 0.812"),
                            HasSubstr("slide&amp;1<br>at 512, 1024"), HasSubstr("src=\"data:image/jpeg;base64,")));
    EXPECT_THAT(html, AllOf(HasSubstr("&lt; 0.001 × the mean"), HasSubstr("is &lt;gone&gt;")));
    EXPECT_THAT(html, Not(HasSubstr("Slides of LUAD"))) << "of which there is none";
}

TEST(AttendedSection, WithoutTilesSaysWhy) {
    AttendedPage page;
    page.whose = "By nobody.";
    page.notes = {"The pixels are elsewhere."};
    const auto html = attended_section(page);
    EXPECT_THAT(html, AllOf(HasSubstr("most and least attended tiles</h2>"), HasSubstr("The pixels are elsewhere.")));
    EXPECT_THAT(html, Not(HasSubstr("By nobody.")));
}

}  // namespace
}  // namespace slidetype
