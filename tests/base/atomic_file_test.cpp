#include "base/atomic_file.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
    const testing::TemporaryFolder folder;
    {
        AtomicFile file(folder / "a.txt");
        file.stream() << "half";
        file.stream().flush();
        EXPECT_FALSE(fs::exists(folder / "a.txt"));
        file.stream() << " and half";
        file.commit();
    }
    EXPECT_EQ(read_file(folder / "a.txt"), "half and half");
    EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(AtomicFile, LeavesTheOlderFileWhenItIsGivenUp) {
    const testing::TemporaryFolder folder;
    write_file(folder / "a.txt", "old");
    { AtomicFile(folder / "a.txt").stream() << "new"; }
    EXPECT_EQ(read_file(folder / "a.txt"), "old");
    EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(AtomicFile, NamesTheFileWhenTheFolderIsMissing) {
    const testing::TemporaryFolder folder;
    try {
        AtomicFile file(folder / "none" / "a.txt");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::io);
        EXPECT_NE(std::string(error.what()).find("a.txt"), std::string::npos);
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST(AtomicFile, ReportsAFullDisk) {
    // /dev/full accepts no byte; a link makes it look like a file of ours.
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "/dev/full is absent";
    const testing::TemporaryFolder folder;
    AtomicFile file(folder / "a.txt");
    static_cast<std::ofstream&>(file.stream()).close();
    static_cast<std::ofstream&>(file.stream()).open("/dev/full");
    file.stream() << std::string(100'000, 'x');
    EXPECT_THROW(file.commit(), Error);
    EXPECT_FALSE(fs::exists(folder / "a.txt"));
}

TEST(CreateFolders, MakesWhatIsMissingAndNamesWhatCannotBe) {
    const testing::TemporaryFolder folder;
    create_folders(folder / "a/b/c");
    create_folders(folder / "a/b/c");
    EXPECT_TRUE(fs::is_directory(folder / "a/b/c"));
    write_file(folder / "file", "x");
    try {
        create_folders(folder / "file/below");
        FAIL() << "made below a file";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::io);
        EXPECT_EQ(std::string(error.what()).find((folder / "file/below").string()), 0u) << error.what();
    }
}

TEST(ReadFile, TellsAbsentFromUnsuitable) {
    const testing::TemporaryFolder folder;
    write_file(folder / "a.txt", "12345");
    const auto code_of = [](const fs::path& path, std::uintmax_t limit) {
        try {
            (void)read_file(path, limit);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(code_of(folder / "none", 100), ErrorCode::not_found);
    EXPECT_EQ(code_of(folder.path(), 100), ErrorCode::io);
    EXPECT_EQ(code_of(folder / "a.txt", 4), ErrorCode::io);
}

}  // namespace
}  // namespace slidetype
