#include "cli/shard_option.h"

#include <cstdio>
#include <utility>

#include "base/words.h"
#include "cli/print.h"
#include "cli/table.h"

namespace slidetype {
namespace {

std::optional<Shard> wanted_shard(std::size_t slides, const ShardOption& option) {
    if (option.none) return std::nullopt;
    if (!option.text.empty()) return parse_shard(option.text);
    return slides > 1 ? scheduled_shard() : std::nullopt;
}

}  // namespace

void declare_shard(CLI::App& command, const std::string& group, ShardOption& option) {
    auto* shard =
        command
            .add_option("--shard", option.text,
                        "Do one of N parts of the slides, such as 3/8, divided by their names; without it what "
                        "SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX says")
            ->group(group);
    command.add_flag("--no-shard", option.none, "Do all slides, whatever a scheduler's variables say")
        ->group(group)
        ->excludes(shard);
}

void declare_stage(CLI::App& command, const std::string& group, std::filesystem::path& folder) {
    command
        .add_option(
            "--stage", folder,
            "Folder on a disk of this machine: each slide is copied there while the one before is worked on, and "
            "removed afterwards")
        ->group(group);
}

ShardedSlides take_shard(std::vector<BatchSlide> slides, const ShardOption& option) {
    ShardedSlides taken;
    const auto shard = wanted_shard(slides.size(), option);
    if (!shard || shard->is_all()) {
        if (shard && option.text.empty()) print(stderr, "Shard 1/1 ({}): all slides.\n", printable(shard->why));
        taken.ours = std::move(slides);
        return taken;
    }
    taken.whole = std::move(slides);
    const DividedList list(taken.whole);
    taken.part = ListPart{*shard, list.identity(), taken.whole, list.part(*shard)};
    for (const auto place : taken.part->places) taken.ours.push_back(taken.whole[place]);
    print(stderr, "Shard {} ({}): {} of {}, by their names; --no-shard takes all.\n", shard->text(),
          printable(shard->why), taken.ours.size(), counted(taken.whole.size(), "slide"));
    return taken;
}

}  // namespace slidetype
