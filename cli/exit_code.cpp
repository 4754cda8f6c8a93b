#include "cli/exit_code.h"

#include "cli/command.h"
#include "cli/stop.h"

namespace slidetype {

int exit_code_of(const BatchOutcome& outcome) {
    if (outcome.interrupted) return stop_was_by_scheduler() ? kTryAgain : kInterrupted;
    if (outcome.may_pass > 0) return kTryAgain;
    if (outcome.failed == 0) return outcome.stopped ? kSomeFailed : kDone;
    return outcome.failed == outcome.slides ? kAllFailed : kSomeFailed;
}

const char* exit_code_help() {
    return "Exit code: 0 all done, 1 nothing could be begun, 2 some slides failed, 3 all failed, 75 try again: "
           "something "
           "that\nmay pass (disk or its server, memory, another process at work, SIGTERM) kept slides from being done, "
           "130 "
           "interrupted.";
}

}  // namespace slidetype
