#include "plugin/records/slide_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/atomic_file.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

class SlideLockTest : public ::testing::Test {
  protected:
    std::unique_ptr<SlideLock> acquire() { return SlideLock::acquire(folder.path(), holder); }
    /// A lock-1 of another owner, with its time of change so many seconds from now.
    void leave_lock(const ProcessIdentity& owner, long seconds_from_now) {
        const nlohmann::json content = {{"host", owner.host},
                                        {"boot", owner.boot},
                                        {"pid_space", owner.pid_space},
                                        {"pid", owner.pid},
                                        {"process_start_ticks", owner.start}};
        write_file(folder / "lock-1", content.dump());
        timespec times[2] = {{0, UTIME_OMIT}, {::time(nullptr) + seconds_from_now, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, (folder / "lock-1").c_str(), times, 0), 0);
    }
    bool is_empty() { return fs::is_empty(folder.path()); }
    static ProcessIdentity elsewhere() {
        auto owner = this_process();
        owner.host = "another_machine";
        return owner;
    }
    testing::TemporaryFolder folder;
    std::string holder;
};

TEST_F(SlideLockTest, IsHeldByOneUntilItIsGivenBack) {
    auto lock = acquire();
    ASSERT_TRUE(lock);
    EXPECT_TRUE(lock->is_held());
    EXPECT_FALSE(acquire());
    EXPECT_THAT(holder, ::testing::HasSubstr(std::to_string(::getpid())));
    lock.reset();
    EXPECT_TRUE(is_empty());
    EXPECT_TRUE(acquire());
}

TEST_F(SlideLockTest, OfAProcessThatHasEndedIsOvertaken) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::string other;
        auto lock = SlideLock::acquire(folder.path(), other);
        ::_exit(lock ? 0 : 1);  // without giving it back
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    ASSERT_TRUE(fs::exists(folder / "lock-1"));
    auto lock = acquire();
    ASSERT_TRUE(lock);
    EXPECT_TRUE(lock->is_held());
    lock.reset();
    EXPECT_TRUE(is_empty());
}

TEST_F(SlideLockTest, OfAProcessWhoseNumberWasGivenAnewIsOvertaken) {
    auto owner = this_process();
    owner.start -= 1;
    leave_lock(owner, 0);
    EXPECT_TRUE(acquire());
}

TEST_F(SlideLockTest, OfAnotherMachineHoldsWhileItIsRenewed) {
    leave_lock(elsewhere(), -60);
    EXPECT_FALSE(acquire());
    EXPECT_THAT(holder, ::testing::HasSubstr("another_machine"));
    leave_lock(elsewhere(), -3600);
    EXPECT_TRUE(acquire());
}

TEST_F(SlideLockTest, FromTheFutureWasNotRenewedSinceTheClockWasPutBack) {
    leave_lock(elsewhere(), 3600);
    EXPECT_TRUE(acquire());
}

TEST_F(SlideLockTest, OfThisMachineHoldsHoweverOldItIs) {
    leave_lock(this_process(), -1'000'000);
    EXPECT_FALSE(acquire());
    leave_lock(this_process(), 1'000'000);
    EXPECT_FALSE(acquire());
}

TEST_F(SlideLockTest, ThatIsNotYetWrittenHoldsForAWhile) {
    write_file(folder / "lock-1", "");
    EXPECT_FALSE(acquire());
    EXPECT_EQ(holder, "another process");
}

TEST_F(SlideLockTest, KnowsThatItWasOvertaken) {
    auto lock = acquire();
    write_file(folder / "lock-2", "");
    EXPECT_FALSE(lock->is_held());
    lock.reset();
    EXPECT_TRUE(fs::exists(folder / "lock-2")) << "another's";
}

TEST_F(SlideLockTest, GoesToOneOfManyThatFindAStaleOne) {
    for (int round = 0; round < 20; ++round) {
        auto owner = this_process();
        owner.start -= 1;
        leave_lock(owner, 0);
        std::vector<std::unique_ptr<SlideLock>> locks(6);
        {
            std::vector<std::jthread> threads;
            threads.reserve(locks.size());
            for (auto& lock : locks) {
                threads.emplace_back([&] {
                    std::string other;
                    lock = SlideLock::acquire(folder.path(), other);
                });
            }
        }
        EXPECT_EQ(std::ranges::count_if(locks, [](const auto& lock) { return lock != nullptr; }), 1);
        locks.clear();
        EXPECT_TRUE(is_empty());
    }
}

TEST_F(SlideLockTest, SaysThatAFolderCannotBeUsed) {
    std::string other;
    EXPECT_ANY_THROW(SlideLock::acquire(folder / "absent", other));
}

}  // namespace
}  // namespace slidetype
