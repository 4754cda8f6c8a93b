#include "plugin/analysis/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "base/stopwatch.h"
#include "model/backends/backend_check.h"
#include "plugin/analysis/bag_call.h"
#include "plugin/analysis/call_result.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/analysis/full_name.h"
#include "plugin/analysis/memory_need.h"
#include "plugin/analysis/slide_region.h"
#include "plugin/analysis/tile_pipeline.h"
#include "plugin/analysis/version.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype {
namespace {

/// About as many tiles of a slide are looked at for the check of the slide as a whole, or all of fewer.
constexpr std::size_t kTilesLookedAt = 256;

void report(const AnalyseCallbacks& callbacks, AnalyseStage stage, std::size_t done = 0, std::size_t total = 0) {
    if (callbacks.stop_requested && callbacks.stop_requested()) {
        throw Error(ErrorCode::cancelled, "", "stopped on request");
    }
    if (callbacks.progress) callbacks.progress({stage, done, total});
}

double mask_area_mm2(const TissueMask& mask, const Spacing& spacing) {
    const auto pixels = std::ranges::count_if(mask.tissue, [](std::uint8_t value) { return value != 0; });
    return static_cast<double>(pixels) * mask.scale_x * spacing.x_um_px * mask.scale_y * spacing.y_um_px / 1e6;
}

/// Takes the vote from tiles that are unfamiliar or do not look like tumour.
void set_tiles_aside(SlideResult& result, const AnalyseOptions& options) {
    const bool guard = options.familiarity_guard && !result.strangeness.empty();
    const bool gate = options.gate && !result.tumour.empty();
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        auto& status = result.grid.tiles[t].status;
        if (status != TileStatus::ok) continue;
        status = vote_of(guard ? std::optional(result.strangeness[t]) : std::nullopt,
                         gate ? std::optional(result.tumour[t]) : std::nullopt, result.model.gate);
    }
}

std::optional<StatedError> stated_error(const ModelConfig& config) {
    return config.slidetype && config.slidetype->heads ? config.slidetype->heads->stated_error : std::nullopt;
}

/// With the model's thresholds, or the user's where they are given.
CallOptions call_options(const AnalyseOptions& options, const ModelConfig& model) {
    auto call = options.call;
    auto& limits = call.thresholds;
    if (model.slidetype && model.slidetype->call) limits = *model.slidetype->call;
    limits.min_area_mm2 = options.min_area_mm2.value_or(limits.min_area_mm2);
    limits.min_tumour_share = options.min_tumour_share.value_or(limits.min_tumour_share);
    limits.mixed_region_mm2 = options.mixed_region_mm2.value_or(limits.mixed_region_mm2);
    limits.mixed_share = options.mixed_share.value_or(limits.mixed_share);
    return call;
}

std::vector<std::pair<std::string, ParameterValue>> parameters_of(const AnalyseOptions& options,
                                                                  const CallOptions& call) {
    const ParameterValue from_slide = std::string("from the slide");
    std::vector<std::pair<std::string, ParameterValue>> parameters = {
        {"spacing_um_px", options.spacing_um_px ? ParameterValue(*options.spacing_um_px) : from_slide},
        {"min_tissue", options.min_tissue},
        {"overlap", options.overlap},
        {"region_of_interest", options.region_of_interest.string()},
        {"keep_offset", options.keep_offset},
        {"gate", options.gate},
        {"familiarity_guard", options.familiarity_guard},
        {"call_min_area_mm2", call.thresholds.min_area_mm2},
        {"call_min_tumour_share", call.thresholds.min_tumour_share},
        {"call_mixed_region_mm2", call.thresholds.mixed_region_mm2},
        {"call_mixed_share", call.thresholds.mixed_share},
        {"call_mixed_certainty", call.thresholds.mixed_certainty},
        {"call_block_edge_tiles", std::int64_t{call.block_edge_tiles}},
        {"call_bootstrap_rounds", std::int64_t{call.bootstrap_rounds}},
        {"call_seed", static_cast<std::int64_t>(call.seed)}};
    if (const auto& vote = call.thresholds.vote) {
        parameters.emplace_back("call_vote_intercept", vote->intercept);
        parameters.emplace_back("call_vote_slope", vote->slope);
        parameters.emplace_back("call_vote_border", vote->border);
    }
    return parameters;
}

void add_note(std::string& notes, const std::string& note) {
    notes += (notes.empty() ? "" : ". ") + note;
}

/// A slide of which not one pixel can be read has no tissue to fail on, so it is refused here.
void require_some_pixels(const Slide& slide, TissueMask& mask) {
    double unreadable = 0;
    for (const auto& rect : mask.unreadable)
        unreadable += static_cast<double>(rect.width) * static_cast<double>(rect.height);
    const double share = unreadable / (static_cast<double>(slide.width()) * static_cast<double>(slide.height()));
    if (unreadable == 0) return;
    if (share > 0.999) {
        // Throws, and says why.
        (void)slide.read(
            0, {0, 0, std::min<std::int64_t>(slide.width(), 256), std::min<std::int64_t>(slide.height(), 256)});
    }
    add_note(mask.note,
             fmt::format("{:.1f} % of the overview could not be read and was taken for tissue", 100 * share));
}

int thread_count(int wanted) {
    return wanted > 0 ? wanted : default_threads();
}

/// A pixel size that the slide states and that cannot be right changes what is scored, so it is told.
std::string with_spacing(std::string note, const Spacing& spacing) {
    for (const auto& each : spacing.not_believed) {
        add_note(note, fmt::format("The pixel size is from {}: {} was not believed", spacing.place, each));
    }
    return note;
}

SlideResult describe(const SlidePlan& plan, const ModelDirectory& model) {
    SlideResult result;
    const auto& slide = *plan.slide;
    result.slide = {full_name(slide.path()),
                    name_of_slide(slide.path()),
                    slide.vendor(),
                    slide.quickhash(),
                    slide.width(),
                    slide.height(),
                    plan.spacing,
                    plan.offset,
                    bytes_of_slide(slide.path())};
    const auto& config = model.config;
    result.model = {.name = config.name,
                    .sha256 = model.sha256,
                    .class_names = config.class_names,
                    .patch_size_px = config.patch_size_px,
                    .spacing_um_px = config.spacing_um_px,
                    .gate = config.slidetype ? config.slidetype->gate : std::nullopt,
                    .familiarity = config.slidetype ? config.slidetype->familiarity : std::nullopt,
                    .domain = config.slidetype ? config.slidetype->domain : std::nullopt,
                    .good_for = config.slidetype ? config.slidetype->good_for : std::string()};
    result.tissue_area_mm2 = mask_area_mm2(plan.mask, plan.spacing);
    result.thumbnail = plan.overview.picture;
    result.thumbnail_scale_x = plan.overview.scale_x;
    result.thumbnail_scale_y = plan.overview.scale_y;
    result.note = with_spacing(notes_of(plan), plan.spacing);
    result.version = version();
    return result;
}

void mark_failures(SlideResult& result, std::map<std::size_t, std::string> failures, const std::string& file) {
    for (const auto& [tile, reason] : failures) result.grid.tiles[tile].status = TileStatus::read_error;
    const auto scored = result.status_counts()[static_cast<std::size_t>(TileStatus::ok)];
    if (scored == 0 && !failures.empty()) {
        throw Error(
            ErrorCode::corrupt, file,
            fmt::format("none of its {} tissue tiles can be read: {}", failures.size(), failures.begin()->second),
            "The file is damaged or was copied incompletely; copy it again.");
    }
    result.reasons = std::move(failures);
}

TileBlock first_tile(const TileGrid& grid, const TileBlock& of) {
    return {{of.tiles.front()}, grid.tiles[of.tiles.front()].rect};
}

}  // namespace

std::string notes_of(const SlidePlan& plan) {
    std::string text;
    for (const auto& note : plan.slide->notes()) add_note(text, note);
    if (!plan.mask.note.empty()) add_note(text, plan.mask.note);
    return text;
}

std::string version() {
    return SLIDETYPE_VERSION;
}

std::vector<std::pair<std::string, ParameterValue>> Engine::parameters(const AnalyseOptions& options) const {
    auto parameters = parameters_of(options, call_options(options, model_.config));
    parameters.emplace_back("backend", backend());
    return parameters;
}

Engine::Engine(ModelDirectory model, Backend backend) : model_(std::move(model)), open_(open_model(model_, backend)) {
    require_right_backend(model_, backend, open_);
    // The pixels have served their purpose once the backend holds its own copy.
    model_.weights.clear();
}

SlidePlan plan_slide(const ModelConfig& config, const std::filesystem::path& path, const AnalyseOptions& options,
                     const AnalyseCallbacks& callbacks) {
    SlidePlan plan;
    report(callbacks, AnalyseStage::open);
    auto begin = Clock::now();
    const auto slide = std::make_shared<const Slide>(path, PixelPath::fastest, options.memory_bytes);
    plan.slide = slide;
    plan.spacing = slide->spacing(options.spacing_um_px);
    const auto bounds = slide->bounds();
    if (bounds && !options.keep_offset) plan.offset = {bounds->x, bounds->y, 0, 0};
    std::optional<SlideRegion> region;
    if (!options.region_of_interest.empty()) {
        region = read_region(options.region_of_interest, plan.offset, {slide->width(), slide->height()},
                             callbacks.stop_requested);
    }
    plan.seconds_open = seconds_since(begin);

    report(callbacks, AnalyseStage::tissue);
    begin = Clock::now();
    GridOptions grid;
    grid.patch_size_px = config.patch_size_px;
    grid.spacing_um_px = config.spacing_um_px;
    grid.overlap = options.overlap;
    grid.min_tissue = options.min_tissue;
    if (options.memory_bytes) {
        require_memory(planning_need(*slide, plan.spacing, grid), *options.memory_bytes, path.string());
    }
    plan.mask = find_tissue(*slide, plan.spacing, {}, callbacks.stop_requested);
    require_some_pixels(*slide, plan.mask);
    plan.overview = take_overview(plan.mask);
    plan.grid = make_grid(*slide, plan.spacing, plan.mask, region ? &region->region : nullptr, grid);
    if (region) add_note(plan.mask.note, describe(*region, plan.grid));
    plan.seconds_tissue = seconds_since(begin);
    return plan;
}

SlidePlan Engine::plan(const std::filesystem::path& path, const AnalyseOptions& options,
                       const AnalyseCallbacks& callbacks) const {
    return plan_slide(model_.config, path, options, callbacks);
}

SlideResult Engine::analyse(const std::filesystem::path& path, const AnalyseOptions& options,
                            const AnalyseCallbacks& callbacks) const {
    return analyse(plan(path, options, callbacks), options, callbacks);
}

SlideResult Engine::analyse(SlidePlan plan, const AnalyseOptions& options, const AnalyseCallbacks& callbacks) const {
    const auto begin = Clock::now();
    const auto path = plan.slide->path().string();
    auto result = describe(plan, model_);
    result.parameters = parameters(options);
    result.timing.open = plan.seconds_open;
    result.timing.tissue = plan.seconds_tissue;

    const auto blocks = make_blocks(plan.grid);
    std::size_t total = 0;
    for (const auto& block : blocks) total += block.tiles.size();
    if (callbacks.grid_laid) callbacks.grid_laid(plan.grid);
    report(callbacks, AnalyseStage::score, 0, total);
    PipelineOptions pipeline;
    pipeline.threads = thread_count(options.threads);
    if (options.memory_bytes) {
        pipeline.threads =
            threads_within(*options.memory_bytes, scoring_need(plan, model_.config), pipeline.threads, path);
    }
    plan.mask = {}, plan.overview = {};  // large, and the result has what it needs of them
    pipeline.classes = result.classes();
    pipeline.gate = result.model.gate.has_value();
    pipeline.guard = result.model.familiarity.has_value();
    if (!model_.domain.empty()) {
        pipeline.traits_of_one_in = total / kTilesLookedAt + 1;
        pipeline.patch_size_px = model_.config.patch_size_px;
    }
    pipeline.stop_requested = callbacks.stop_requested;
    pipeline.scored = callbacks.tiles_scored;
    if (callbacks.progress) {
        pipeline.progress = [&](std::size_t done) { callbacks.progress({AnalyseStage::score, done, total}); };
    }
    SlideBag bag(open_.scorer->dimension());
    if (open_.aggregator != nullptr) {
        pipeline.encoded = [&](std::span<const std::size_t> tiles, std::span<const float> features) {
            bag.append(plan.grid, tiles, features);
        };
    }
    auto scored = score_blocks(plan.grid, blocks, TileReader(*plan.slide, plan.grid), open_, pipeline);
    if (scored.stopped) throw Error(ErrorCode::cancelled, path, "stopped on request");

    result.grid = std::move(plan.grid);
    result.probabilities = std::move(scored.probabilities);
    result.tumour = std::move(scored.tumour);
    result.strangeness = std::move(scored.strangeness);
    mark_failures(result, std::move(scored.failures), path);
    set_tiles_aside(result, options);
    call_result(result, call_options(options, model_.config), options.gate);
    if (open_.aggregator != nullptr) {
        call_bag(result, bag, *open_.aggregator, stated_error(model_.config), pipeline.threads);
    }
    if (scored.traits.tiles() > 0) {
        result.domain = judge_domain(model_.domain, scored.traits.mean(), scored.traits.tiles());
        heed_domain(result.call, *result.domain, options.familiarity_guard, result.thresholds, result.model.name);
    }
    result.timing.read = scored.seconds_read;
    result.timing.resample = scored.seconds_resample;
    result.timing.score = scored.seconds_score;
    result.timing.pipeline = scored.seconds_wall;
    result.timing.thread_busy = std::move(scored.thread_busy);
    result.timing.wall = plan.seconds_open + plan.seconds_tissue + seconds_since(begin);
    return result;
}

SlideCall Engine::call_patient(std::span<const SlideEvidence> slides, PatientCall how,
                               const AnalyseOptions& options) const {
    return slidetype::call_patient(
        slides, how, {open_.aggregator, stated_error(model_.config), call_options(options, model_.config)});
}

TileScores Engine::classify(std::span<const std::uint8_t> tiles, std::size_t count) const {
    return open_.classify(tiles, count);
}

void read_first_tile(const SlidePlan& plan) {
    const auto blocks = first_blocks(plan.grid, 1);
    if (!blocks.empty()) (void)TileReader(*plan.slide, plan.grid).read(first_tile(plan.grid, blocks.front()));
}

std::optional<double> Engine::seconds_per_tile(const SlidePlan& plan, int threads) const {
    PipelineOptions pipeline;
    pipeline.threads = thread_count(threads);
    // Few tiles, for who asks wants an answer at once; an estimate needs no more.
    constexpr int kEdge = 2;
    const auto blocks = first_blocks(plan.grid, 1, kEdge);
    if (blocks.empty()) return std::nullopt;
    const auto some = last_blocks(plan.grid, static_cast<std::size_t>(pipeline.threads), kEdge);
    pipeline.classes = model_.config.class_names.size();
    const TileReader reader(*plan.slide, plan.grid);
    // The first tile warms up caches and the backend and is not counted.
    const auto first = first_tile(plan.grid, blocks.front());
    (void)score_blocks(plan.grid, std::span(&first, 1), reader, open_, pipeline);
    const auto begin = Clock::now();
    (void)score_blocks(plan.grid, some, reader, open_, pipeline);
    std::size_t tiles = 0;
    for (const auto& block : some) tiles += block.tiles.size();
    return seconds_since(begin) / static_cast<double>(tiles);
}

}  // namespace slidetype
