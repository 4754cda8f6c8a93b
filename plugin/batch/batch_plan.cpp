#include "plugin/batch/batch_plan.h"

#include <algorithm>
#include <map>

#include "plugin/analysis/full_name.h"
#include "plugin/batch/slide_work.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// The files of a result by what they grow with, rounded up from those of the sample slides and of two Aperio slides.
constexpr std::uint64_t kBytesPerGridTile = 50;        // a line of tiles.csv without figures
constexpr std::uint64_t kBytesPerScoredTile = 80;      // the figures, and the tile in tiles.geojson.gz
constexpr std::uint64_t kBytesOfPictures = 2'000'000;  // at most 1600 pixels wide and high

class Planner {
  public:
    Planner(const Engine& engine, const BatchOptions& options, const std::function<bool()>& stop_requested)
        : engine_(engine), options_(options), stop_requested_(stop_requested), model_(model_digest(engine.model())) {
        for (auto& claimed : claimed_folders(options.output)) folders_.emplace(claimed.source, claimed.folder);
    }

    PlannedSlide plan(const BatchSlide& slide) {
        PlannedSlide planned;
        planned.source = slide.path;
        try {
            const auto analyse = slide_options(slide, options_.analyse);
            const auto now = fingerprint_of(engine_, model_, slide.path, analyse, options_.exports);
            if (const auto folder = folder_of(slide)) {
                const auto standing = standing_of(*folder, read_record(*folder), now, options_.force);
                planned.why = standing.why;
                if (standing.complete) {
                    planned.standing = PlannedSlide::Standing::complete;
                    return planned;
                }
            }
            estimate(planned, engine_.plan(slide.path, analyse, {{}, stop_requested_, {}, {}}));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            planned.standing = PlannedSlide::Standing::failing;
            // The slide is named beside it.
            planned.why = error.subject() == slide.path.string() ? error.cause() : error.what();
            planned.hint = error.hint();
        }
        return planned;
    }

  private:
    std::optional<fs::path> folder_of(const BatchSlide& slide) const {
        const auto [first, last] = folders_.equal_range(full_name(slide.path));
        for (auto at = first; at != last; ++at) {
            if (slide.name.empty() || at->second.filename() == slide.name) return at->second;
        }
        return std::nullopt;
    }

    void estimate(PlannedSlide& planned, const SlidePlan& plan) {
        const auto ok = [](const Tile& tile) { return tile.status == TileStatus::ok; };
        planned.tiles = static_cast<std::size_t>(std::ranges::count_if(plan.grid.tiles, ok));
        if (!seconds_per_tile_) seconds_per_tile_ = engine_.seconds_per_tile(plan, options_.analyse.threads);
        planned.seconds = plan.seconds_open + plan.seconds_tissue +
                          seconds_per_tile_.value_or(0) * static_cast<double>(planned.tiles);
        planned.disk_bytes =
            kBytesOfPictures + kBytesPerGridTile * plan.grid.tiles.size() + kBytesPerScoredTile * planned.tiles;
    }

    const Engine& engine_;
    const BatchOptions& options_;
    const std::function<bool()>& stop_requested_;
    std::string model_;
    std::multimap<std::string, fs::path> folders_;  ///< by the full path of their slide
    std::optional<double> seconds_per_tile_;
};

/// Of the folder, or of what is there of the way to it.
std::optional<std::uint64_t> free_bytes(fs::path folder) {
    std::error_code error;
    folder = fs::absolute(folder, error).lexically_normal();
    while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
    const auto space = fs::space(folder, error);
    return error ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

}  // namespace

std::size_t BatchPlan::count(PlannedSlide::Standing standing) const {
    return static_cast<std::size_t>(std::ranges::count(slides, standing, &PlannedSlide::standing));
}

PlannedSlide BatchPlan::sum() const {
    PlannedSlide sum;
    for (const auto& slide : slides) {
        sum.tiles += slide.tiles;
        sum.seconds += slide.seconds;
        sum.disk_bytes += slide.disk_bytes;
    }
    return sum;
}

BatchPlan plan_batch(const Engine& engine, std::span<const BatchSlide> slides, const BatchOptions& options,
                     const std::function<void(std::size_t, const PlannedSlide&)>& planned,
                     const std::function<bool()>& stop_requested) {
    Planner planner(engine, options, stop_requested);
    BatchPlan plan;
    plan.disk_free_bytes = free_bytes(options.output);
    for (const auto& slide : slides) {
        if (stop_requested && stop_requested()) throw Error(ErrorCode::cancelled, "", "stopped on request");
        plan.slides.push_back(planner.plan(slide));
        if (planned) planned(plan.slides.size() - 1, plan.slides.back());
    }
    return plan;
}

}  // namespace slidetype
