#include "tests/cli/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "base/atomic_file.h"
#include "tests/support.h"

namespace slidetype::testing {

Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const std::filesystem::path& interrupt_when) {
    const TemporaryFolder folder;
    const auto out = (folder / "out").string(), error = (folder / "error").string();
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
        const auto redirect = [](const std::string& file, int target) {
            const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
            ::dup2(descriptor, target);
        };
        redirect(out, STDOUT_FILENO);
        redirect(error, STDERR_FILENO);
        std::vector<char*> argv = {const_cast<char*>(program.c_str())};
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        ::execv(program.c_str(), argv.data());
        ::_exit(127);
    }
    int status = 0;
    if (!interrupt_when.empty()) {
        bool ended = false;
        while (!ended && !std::filesystem::exists(interrupt_when)) {
            ended = ::waitpid(child, &status, WNOHANG) == child;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        if (ended) throw std::runtime_error("the program ended before it could be interrupted");
        ::kill(child, SIGINT);
    }
    ::waitpid(child, &status, 0);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {code, read_file(out), read_file(error)};
}

Finished slidetype(const std::vector<std::string>& arguments, const std::filesystem::path& interrupt_when) {
    return run_program(SLIDETYPE_PROGRAM, arguments, interrupt_when);
}

}  // namespace slidetype::testing
