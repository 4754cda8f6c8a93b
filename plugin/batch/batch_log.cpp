#include "plugin/batch/batch_log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

constexpr auto kProgressPause = std::chrono::seconds(5);

std::string now_text() {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto milliseconds = now.time_since_epoch().count() % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                       milliseconds);
}

std::string_view stage_name(AnalyseStage stage) {
    static constexpr std::array<std::string_view, 3> names = {"open", "tissue", "score"};
    return names.at(static_cast<std::size_t>(stage));
}

std::string line_of(const char* event, const ordered_json& members) {
    ordered_json line = {{"time", now_text()}, {"event", event}, {"pid", ::getpid()}};
    line.update(members);
    return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

BatchLog::BatchLog(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
        throw Error(ErrorCode::io, file.string(), std::string("cannot be opened for writing: ") + std::strerror(errno),
                    "Choose another place for --log-json.");
    }
}

BatchLog::~BatchLog() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void BatchLog::write(const std::string& line) {
    if (descriptor_ < 0) return;
    if (::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size())) return;
    ::close(descriptor_);
    descriptor_ = -1;
}

void BatchLog::run_begins(const Engine& engine, std::span<const BatchSlide> slides,
                          const std::filesystem::path& output) {
    write(line_of("run_begins", {{"version", version()},
                                 {"host", host_name()},
                                 {"model", {{"name", engine.model().config.name}, {"sha256", engine.model().sha256}}},
                                 {"backend", engine.backend()},
                                 {"output", valid_utf8(output.string())},
                                 {"slides", slides.size()}}));
}

void BatchLog::slide_begins(std::size_t index, const SlideRecord& record, const std::string& why) {
    write(line_of("slide_begins", {{"index", index},
                                   {"source", valid_utf8(record.source.string())},
                                   {"name", valid_utf8(record.name)},
                                   {"again_because", why}}));
}

void BatchLog::progress(std::size_t index, const AnalyseProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_progress_) return;
    next_progress_ = now + kProgressPause;
    write(line_of(
        "progress",
        {{"index", index}, {"stage", stage_name(progress.stage)}, {"done", progress.done}, {"total", progress.total}}));
}

void BatchLog::slide_ends(std::size_t index, const SlideRecord& record) {
    ordered_json members = {{"index", index}, {"skipped", record.skipped}};
    members.update(ordered_json::parse(record_json(record)));
    write(line_of("slide_ends", members));
}

void BatchLog::run_ends(const BatchReport& report, int exit_code) {
    ordered_json counts;
    for (const auto state : {SlideRecord::State::done, SlideRecord::State::failed, SlideRecord::State::cancelled,
                             SlideRecord::State::locked, SlideRecord::State::pending}) {
        counts[std::string(to_string(state))] = report.count(state);
    }
    write(line_of("run_ends", {{"counts", counts},
                               {"skipped", report.skipped()},
                               {"interrupted", report.interrupted},
                               {"stopped", report.stopped},
                               {"exit_code", exit_code}}));
}

}  // namespace slidetype
