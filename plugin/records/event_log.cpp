#include "plugin/records/event_log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

std::string now_text() {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto milliseconds = now.time_since_epoch().count() % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                       milliseconds);
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
        const int reason = errno;
        throw Error(ErrorCode::io, file.string(), std::string("cannot be opened for writing: ") + std::strerror(reason),
                    "Choose another place for --log-json.")
            .lasting(is_lasting(reason) || reason == ENOENT);
    }
}

EventLog::~EventLog() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void EventLog::write(const char* event, const ordered_json& members) {
    if (descriptor_ < 0) return;
    ordered_json object = {{"time", now_text()}, {"event", event}, {"pid", ::getpid()}};
    object.update(members);
    const auto line = object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    if (::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size())) return;
    ::close(descriptor_);
    descriptor_ = -1;
}

}  // namespace slidetype
