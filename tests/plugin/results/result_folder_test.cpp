#include "plugin/results/result_folder.h"

#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/support.h"

namespace slidetype {
namespace {

TEST(ResultFolders, AreNamedAfterTheSlideAndRecordItsPath) {
    const testing::TemporaryFolder out;
    ResultFolders folders(out.path());
    EXPECT_EQ(folders.claim("/data/case 1.svs"), "case 1");
    EXPECT_EQ(read_file(out / "case 1" / "source.txt"), "/data/case 1.svs\n");
}

TEST(ResultFolders, NeverMixTwoSlidesOfOneName) {
    const testing::TemporaryFolder out;
    ResultFolders folders(out.path());
    const auto first = folders.claim("/a/x.svs"), second = folders.claim("/b/x.svs"),
               third = folders.claim("/a/x.ndpi");
    EXPECT_EQ(first, "x");
    EXPECT_NE(second, first);
    EXPECT_NE(third, first);
    EXPECT_NE(third, second);
}

TEST(ResultFolders, GiveASlideTheSameNameInALaterRun) {
    const testing::TemporaryFolder out;
    std::string first, second;
    {
        ResultFolders folders(out.path());
        first = folders.claim("/a/x.svs");
        second = folders.claim("/b/x.svs");
    }
    ResultFolders later(out.path());
    EXPECT_EQ(later.claim("/b/x.svs"), second);
    EXPECT_EQ(later.claim("/a/x.svs"), first);
}

TEST(ResultFolders, TameHostileNames) {
    const testing::TemporaryFolder out;
    ResultFolders folders(out.path());
    const std::vector<std::string> names = {"/s/..svs",
                                            "/s/.hidden.svs",
                                            "/s/a\nb.svs",
                                            "/s/<b>\"q\".svs",
                                            "/s/\xff\xfe.svs",
                                            "/s/ ..svs",
                                            "/s/" + std::string(200, 'x') + ".svs"};
    for (const auto& slide : names) {
        const auto name = folders.claim(slide);
        EXPECT_FALSE(name.empty());
        EXPECT_NE(name.front(), '.') << slide;
        EXPECT_EQ(name.find_first_of("/\n<>\""), std::string::npos) << slide;
        EXPECT_LT(name.size(), 140U);
        EXPECT_TRUE(std::filesystem::exists(out / name));
        EXPECT_EQ((out / name).parent_path(), out.path());
    }
}

}  // namespace
}  // namespace slidetype
