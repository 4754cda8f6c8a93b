#include "cli/stop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "base/error.h"

namespace slidetype {
namespace {

/// Ends the program with what it was asked before.
void end_saying_whether_stopped() {
    std::exit(stop_requested() ? 42 : 0);
}

TEST(StopOnSignals, AsksFirstAndEndsTheProgramTheSecondTime) {
    const auto signalled = [](int times) {
        stop_on_signals();
        for (int i = 0; i < times; ++i) std::raise(SIGINT);
        end_saying_whether_stopped();
    };
    EXPECT_EXIT(signalled(0), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(signalled(1), ::testing::ExitedWithCode(42), "");
    EXPECT_EXIT(signalled(2), ::testing::KilledBySignal(SIGINT), "");
}

TEST(EndAtOnce, LetsTheFirstSignalEndTheProgramWhileItLives) {
    const auto within = [](int signal) {
        stop_on_signals();
        const EndAtOnce nothing_to_lose;
        std::raise(signal);
        end_saying_whether_stopped();
    };
    EXPECT_EXIT(within(SIGINT), ::testing::KilledBySignal(SIGINT), "");
    EXPECT_EXIT(within(SIGTERM), ::testing::KilledBySignal(SIGTERM), "");
    const auto after = [] {
        stop_on_signals();
        { const EndAtOnce nothing_to_lose; }
        std::raise(SIGINT);
        end_saying_whether_stopped();
    };
    EXPECT_EXIT(after(), ::testing::ExitedWithCode(42), "");
    const auto before = [] {
        stop_on_signals();
        std::raise(SIGINT);
        try {
            const EndAtOnce nothing_to_lose;
        } catch (const Error& error) {
            std::exit(error.code() == ErrorCode::cancelled ? 43 : 0);
        }
    };
    EXPECT_EXIT(before(), ::testing::ExitedWithCode(43), "");
}

}  // namespace
}  // namespace slidetype
