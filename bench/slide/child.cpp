#include "bench/slide/child.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "base/error.h"

namespace slidetype::bench {
namespace {

void write_all(int file, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const auto now = ::write(file, text.data() + done, text.size() - done);
        if (now < 0) ::_exit(2);
        done += static_cast<std::size_t>(now);
    }
}

std::string read_all(int file) {
    std::string text;
    std::array<char, 4096> some{};
    for (ssize_t now = 0; (now = ::read(file, some.data(), some.size())) != 0;) {
        if (now < 0 && errno == EINTR) continue;
        if (now < 0) break;
        text.append(some.data(), static_cast<std::size_t>(now));
    }
    return text;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

[[noreturn]] void run(int file, const std::function<nlohmann::json()>& action) {
    nlohmann::json answer;
    try {
        answer = action();
    } catch (const std::exception& error) {
        answer = {{"error", error.what()}};
    }
    write_all(file, answer.dump());
    ::_exit(0);  // what the parent has buffered is the parent's to print
}

}  // namespace

nlohmann::json in_child(const std::function<nlohmann::json()>& action) {
    std::fflush(nullptr);
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw Error(ErrorCode::internal, "pipe", std::strerror(errno));
    const auto child = ::fork();
    if (child < 0) throw Error(ErrorCode::internal, "fork", std::strerror(errno));
    if (child == 0) run(ends[1], action);
    ::close(ends[1]);
    const auto text = read_all(ends[0]);
    ::close(ends[0]);
    rusage used{};
    int status = 0;
    ::wait4(child, &status, 0, &used);
    auto answer = nlohmann::json::parse(text, nullptr, false);
    if (status != 0 || answer.is_discarded()) throw Error(ErrorCode::internal, "measurement", "its process died");
    if (answer.contains("error")) throw Error(ErrorCode::internal, "measurement", answer["error"].get<std::string>());
    answer["cpu_s"] = seconds(used.ru_utime) + seconds(used.ru_stime);
    answer["peak_rss_mb"] = static_cast<double>(used.ru_maxrss) / 1024;
    return answer;
}

}  // namespace slidetype::bench
