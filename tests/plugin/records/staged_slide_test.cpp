#include "plugin/records/staged_slide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "base/atomic_file.h"
#include "plugin/records/retry.h"
#include "plugin/records/slide_lock.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class StagedSlideTest : public ::testing::Test {
  protected:
    void write(const std::string& name, const std::string& content = "content") {
        fs::create_directories((folder / name).parent_path());
        write_file(folder / name, content);
    }
    std::size_t staged() const {
        std::error_code error;
        const fs::directory_iterator entries(disk, error);
        return error ? 0 : static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    }
    testing::TemporaryFolder folder;
    fs::path disk = folder / "disk";
};

TEST_F(StagedSlideTest, IsACopyThatGoesWithTheObject) {
    write("a.svs", "pixels");
    {
        const StagedSlide slide(folder / "a.svs", disk, {});
        EXPECT_EQ(read_file(slide.path()), "pixels");
        EXPECT_EQ(slide.path().filename(), "a.svs");
        EXPECT_EQ(slide.bytes(), 6U);
        EXPECT_EQ(staged(), 1U);
    }
    EXPECT_EQ(staged(), 0U);
    EXPECT_EQ(read_file(folder / "a.svs"), "pixels");
}

TEST_F(StagedSlideTest, BringsWhatBelongsToTheSlideAndNothingElse) {
    write("m.mrxs");
    write("m/Slidedat.ini", "[HIERARCHICAL]\nINDEXFILE = Index.dat\n[DATAFILE]\nFILE_0 = Data0000.dat\n");
    write("m/Index.dat");
    write("m/Data0000.dat", "data");
    write("other.svs");
    const StagedSlide mirax(folder / "m.mrxs", disk, {});
    EXPECT_EQ(read_file(mirax.path().parent_path() / "m" / "Data0000.dat"), "data");
    EXPECT_FALSE(fs::exists(mirax.path().parent_path() / "other.svs"));
    write("v.vms", "[Virtual Microscope Specimen]\nImageFile=v_0.jpg\nMapFile=v_map.jpg\n");
    write("v_0.jpg");
    write("v_map.jpg");
    const StagedSlide hamamatsu(folder / "v.vms", disk, {});
    EXPECT_TRUE(fs::exists(hamamatsu.path().parent_path() / "v_map.jpg"));
    write("series/1.dcm", std::string(128, '\0') + "DICM1");
    write("series/2.dcm", std::string(128, '\0') + "DICM2");
    write("series/notes.txt");
    const StagedSlide instance(folder / "series/2.dcm", disk, {});
    EXPECT_TRUE(fs::exists(instance.path().parent_path() / "1.dcm"));
    EXPECT_FALSE(fs::exists(instance.path().parent_path() / "notes.txt"));
    const StagedSlide whole((folder / "series").string() + "/", disk, {});
    EXPECT_TRUE(fs::is_directory(whole.path()));
    EXPECT_TRUE(fs::exists(whole.path() / "2.dcm"));
}

TEST_F(StagedSlideTest, LeavesNothingWhereItFailsOrIsStopped) {
    write("a.svs");
    EXPECT_THROW(StagedSlide(folder / "a.svs", disk, [] { return true; }), Error);
    EXPECT_THROW(StagedSlide(folder / "absent.svs", disk, {}), Error);
    EXPECT_EQ(staged(), 0U);
    write("file");
    EXPECT_THROW(StagedSlide(folder / "a.svs", folder / "file", {}), Error);
    if (::access("/dev/full", W_OK) != 0) return;
}

TEST_F(StagedSlideTest, NamesTheOriginalInWhatIsSaidOfTheCopy) {
    write("a.svs");
    const StagedSlide slide(folder / "a.svs", disk, {});
    EXPECT_EQ(slide.original_names(slide.path().string() + ": is torn"), (folder / "a.svs").string() + ": is torn");
    const Error error = slide.original_names(Error(ErrorCode::io, slide.path().string(), "is gone", "Look."));
    EXPECT_EQ(error.what(), (folder / "a.svs").string() + ": is gone");
    EXPECT_TRUE(error.may_pass());
    EXPECT_FALSE(
        slide.original_names(Error(ErrorCode::io, slide.path().string(), "is forbidden").lasting()).may_pass());
}

TEST_F(StagedSlideTest, RemovesWhatAKilledProcessLeftAndNothingElse) {
    write("a.svs");
    const pid_t child = ::fork();
    if (child == 0) {
        const StagedSlide slide(folder / "a.svs", disk, {});
        ::_exit(0);  // as if it were killed: nothing is cleared
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(staged(), 1U);
    const StagedSlide alive(folder / "a.svs", disk, {});
    fs::create_directories(disk / "slidetype-stage-of-somebody");  // without our mark
    fs::create_directories(disk / "other");
    fs::create_directory_symlink(folder / "a.svs", disk / "slidetype-stage-link");
    remove_staged_leftovers(disk);
    EXPECT_EQ(staged(), 4U);
    EXPECT_TRUE(fs::exists(alive.path()));
    remove_staged_leftovers(folder / "absent");
}

TEST_F(StagedSlideTest, RemovesWhatAProcessLeftThatWasKilledBetweenFolderAndMark) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    int status = 0;
    ::waitpid(child, &status, 0);
    const auto of = [&](pid_t process, int number) {
        return "disk/slidetype-stage-" + process_space() + "-" + std::to_string(process) + "-" + std::to_string(number);
    };
    fs::create_directories(folder / of(child, 0));
    write(of(child, 1) + "/staged-by.json.tmp-x-1-0");
    write(of(child, 2) + "/slide/a.svs");  // without a mark nobody knows whether it is a copy
    fs::create_directories(folder / of(::getpid(), 3));
    fs::create_directories(disk / ("slidetype-stage-elsewhere-" + std::to_string(child) + "-4"));
    remove_staged_leftovers(disk);
    EXPECT_FALSE(fs::exists(folder / of(child, 0)));
    EXPECT_FALSE(fs::exists(folder / of(child, 1)));
    EXPECT_TRUE(fs::exists(folder / of(child, 2) / "slide/a.svs"));
    EXPECT_TRUE(fs::exists(folder / of(::getpid(), 3)));
    EXPECT_EQ(staged(), 3U);
}

TEST_F(StagedSlideTest, KeepsForADayWhatAnotherMachineStaged) {
    auto elsewhere = this_process();
    elsewhere.host = "elsewhere";
    const auto left = disk / "slidetype-stage-elsewhere";
    fs::create_directories(left / "slide");
    write_file(left / "staged-by.json", identity_text(elsewhere));
    remove_staged_leftovers(disk);
    EXPECT_TRUE(fs::exists(left));
    fs::last_write_time(left / "staged-by.json", fs::file_time_type::clock::now() - std::chrono::hours(25));
    remove_staged_leftovers(disk);
    EXPECT_FALSE(fs::exists(left));
}

TEST(WorthRetrying, IsWhatMayPass) {
    const testing::TemporaryFolder folder;
    const auto file = (folder / "file").string();
    write_file(file, "");
    EXPECT_TRUE(worth_retrying(Error(ErrorCode::io, file, "cannot be read")));
    EXPECT_TRUE(worth_retrying(Error(ErrorCode::memory, file, "not enough memory")));
    EXPECT_FALSE(worth_retrying(Error(ErrorCode::memory, file, "more than --memory").lasting()));
    for (const auto code : {ErrorCode::usage, ErrorCode::not_found, ErrorCode::unsupported, ErrorCode::corrupt,
                            ErrorCode::no_spacing, ErrorCode::bad_spacing, ErrorCode::too_coarse, ErrorCode::bad_model,
                            ErrorCode::bad_data, ErrorCode::cancelled, ErrorCode::internal})
        EXPECT_FALSE(worth_retrying(Error(code, file, "is wrong"))) << to_string(code);
    EXPECT_FALSE(worth_retrying(Error(ErrorCode::io, "/dev/null", "is not a file")))
        << "it will be a device tomorrow, too";
    if (::geteuid() == 0) return;  // whom nothing is forbidden
    fs::permissions(file, fs::perms::none);
    EXPECT_FALSE(worth_retrying(Error(ErrorCode::io, file, "cannot be read")));
}

}  // namespace
}  // namespace slidetype
