#include "plugin/batch/batch_log.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

constexpr auto kProgressPause = std::chrono::seconds(5);

std::string_view stage_name(AnalyseStage stage) {
    static constexpr std::array<std::string_view, 3> names = {"open", "tissue", "score"};
    return names.at(static_cast<std::size_t>(stage));
}

}  // namespace

void BatchLog::run_begins(const Engine& engine, std::span<const BatchSlide> slides,
                          const std::filesystem::path& output) {
    log_.write("run_begins", {{"version", version()},
                              {"host", host_name()},
                              {"model", {{"name", engine.model().config.name}, {"sha256", engine.model().sha256}}},
                              {"backend", engine.backend()},
                              {"output", valid_utf8(output.string())},
                              {"slides", slides.size()}});
}

void BatchLog::slide_begins(std::size_t index, const SlideRecord& record, const std::string& why) {
    log_.write("slide_begins", {{"index", index},
                                {"source", valid_utf8(record.source.string())},
                                {"name", valid_utf8(record.name)},
                                {"again_because", why}});
}

void BatchLog::progress(std::size_t index, const AnalyseProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_progress_) return;
    next_progress_ = now + kProgressPause;
    log_.write(
        "progress",
        {{"index", index}, {"stage", stage_name(progress.stage)}, {"done", progress.done}, {"total", progress.total}});
}

void BatchLog::slide_ends(std::size_t index, const SlideRecord& record) {
    ordered_json members = {{"index", index}, {"skipped", record.skipped}};
    members.update(ordered_json::parse(record_json(record)));
    log_.write("slide_ends", members);
}

void BatchLog::run_ends(const BatchReport& report, int exit_code) {
    ordered_json counts;
    for (const auto state : {SlideRecord::State::done, SlideRecord::State::failed, SlideRecord::State::cancelled,
                             SlideRecord::State::locked, SlideRecord::State::pending}) {
        counts[std::string(to_string(state))] = report.count(state);
    }
    log_.write("run_ends", {{"counts", counts},
                            {"skipped", report.skipped()},
                            {"interrupted", report.interrupted},
                            {"stopped", report.stopped},
                            {"exit_code", exit_code}});
}

}  // namespace slidetype
