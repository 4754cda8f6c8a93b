#include "cli/stage_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"

namespace slidetype {

std::string stage_report(const StageTimes& times) {
    const double wall = times.wall + times.write;
    const auto percent = [](double part, double whole) {
        return fmt::format("{:.1f} %", whole > 0 ? 100 * part / whole : 0);
    };
    Table table({"stage", "seconds", "of the wall time"});
    double known = 0;
    for (const auto& stage : stage_shares(times)) {
        table.add({std::string(stage.name), fmt::format("{:.3f}", stage.seconds), percent(stage.wall, wall)});
        known += stage.wall;
    }
    table.add({"the rest", "", percent(std::max(0.0, wall - known), wall)});
    std::string text = table.text();
    for (std::size_t i = 0; i < times.thread_busy.size(); ++i) {
        text += fmt::format("thread {}: busy {:.3f} s, idle {:.3f} s ({})\n", i + 1, times.thread_busy[i],
                            std::max(0.0, times.pipeline - times.thread_busy[i]),
                            percent(std::max(0.0, times.pipeline - times.thread_busy[i]), times.pipeline));
    }
    text += fmt::format("wall {:.3f} s; the bottleneck is {}\n", wall, bottleneck(times));
    return text;
}

}  // namespace slidetype
