#include "base/scratch_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"

namespace slidetype {
namespace {

/// TMPDIR for the time of a test.
class Environment {
  public:
    explicit Environment(const char* value) {
        if (const char* now = std::getenv("TMPDIR")) before_ = now;
        ::setenv("TMPDIR", value, 1);
    }
    ~Environment() { before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    std::string before_;
};

TEST(ScratchFolder, NamesTheFolderThatIsNotThere) {
    const Environment environment("/nowhere/tmp");
    try {
        const ScratchFolder folder("test");
        FAIL() << "a folder was made";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::io);
        EXPECT_EQ(error.subject(), "/nowhere/tmp");
        EXPECT_NE(error.hint().find("TMPDIR"), std::string::npos);
    }
}

TEST(ScratchFolder, IsGoneAfterwards) {
    std::filesystem::path path;
    {
        const ScratchFolder folder("test");
        path = folder.path();
        EXPECT_TRUE(std::filesystem::is_directory(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace slidetype
