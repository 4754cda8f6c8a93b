#include "plugin/cohorts/attended_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "model/backends/backend.h"
#include "model/heads/attention_head.h"
#include "model/heads/bag_pass.h"
#include "model/metrics/metrics.h"

namespace slidetype {
namespace {

/// How many tiles of each kind a slide of each patient may give, so that none gives more with several slides.
std::map<std::string, std::size_t> most_of_slides(const Cohort& cohort, const PickRule& rule) {
    std::map<std::string, std::size_t> most;
    for (const auto& slide : cohort.slides) ++most[slide.patient];
    for (auto& [patient, slides] : most) slides = std::max<std::size_t>(rule.most / slides, 1);
    return most;
}

void require_pixels_and_places(const CohortSlide& slide, const Bag& bag) {
    if (slide.file.empty()) {
        throw Error(ErrorCode::bad_data, slide.features.string(),
                    "only the features of this slide are there, and tiles are cut from the slide itself",
                    "Name the slides in the table, and the folder of their features by --features DIR.");
    }
    if (!bag.places.empty() && bag.origin.unit != PlaceUnit::unknown) return;
    throw Error(ErrorCode::bad_data, slide.features.string(),
                bag.places.empty() ? "does not say where its tiles lie"
                                   : "does not say in what unit the places of its tiles are",
                "Encode the slides anew: slidetype features SLIDES -o DIR --encoder ENCODER.");
}

/// What heads say of a slide, or why it cannot teach.
struct HeadsOnSlide {
    std::vector<BagPass> passes;  ///< of each head
    std::size_t tiles = 0;
    std::string problem;
};

HeadsOnSlide run_heads_on(const CohortSlide& slide, const Bag& bag, std::span<const HeadWeights> heads) {
    require_pixels_and_places(slide, bag);
    HeadsOnSlide said;
    said.tiles = bag.tiles;
    for (const auto& head : heads) said.passes.push_back(run_head_on_bag(head, bag));
    return said;
}

std::vector<HeadsOnSlide> run_heads_on_all(const CohortBags& bags, std::span<const HeadWeights> heads, int threads,
                                           const std::function<void(std::size_t, std::size_t)>& done) {
    const auto& slides = bags.cohort.slides;
    std::vector<HeadsOnSlide> all(slides.size());
    const auto run = [&](std::size_t i) {
        try {
            all[i] = run_heads_on(slides[i], *bags.store->get(i), heads);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::memory) throw;
            all[i].problem = error.what();
        }
    };
    parallel_for(threads, slides.size(), run, done);
    return all;
}

/// Of all tiles of all slides, one slide after the other.
std::vector<TileAttention> attention_of_all(const std::vector<HeadsOnSlide>& said, std::size_t heads) {
    std::vector<std::vector<float>> scores(heads);
    for (const auto& slide : said) {
        for (std::size_t h = 0; h < slide.passes.size(); ++h) {
            const auto& of_slide = slide.passes[h].scores;
            scores[h].insert(scores[h].end(), of_slide.begin(), of_slide.end());
        }
    }
    return compare_attention(scores);
}

float p_lusc_of(const HeadsOnSlide& said, std::size_t tile, double temperature) {
    double logit = 0;
    for (const auto& pass : said.passes) logit += double{pass.logits[tile]} / static_cast<double>(said.passes.size());
    return static_cast<float>(calibrated(logit, temperature));
}

AttendedSlide attended_slide(const CohortSlide& slide, const Bag& bag, const HeadsOnSlide& said,
                             std::span<const TileAttention> attention, std::span<const TilePick> picks,
                             double temperature) {
    AttendedSlide attended;
    attended.slide = slide;
    attended.origin = bag.origin;
    for (const auto& pick : picks) {
        const auto& places = attention[pick.tile];
        AttendedTile tile;
        tile.label = pick.label;
        tile.attention = pick.label == kBenignLabel ? places.highest : places.median;
        tile.p_lusc = p_lusc_of(said, pick.tile, temperature);
        tile.place = bag.places[pick.tile];
        attended.tiles.push_back(tile);
    }
    return attended;
}

void count_picks(AttendedTiles& tiles, const CohortSlide& slide, std::span<const TilePick> picks) {
    for (const auto& pick : picks) ++tiles.picked.at(static_cast<std::size_t>(pick.label));
    if (std::ranges::count(picks, slide.label, &TilePick::label) > 0) return;
    ++tiles.idle.at(static_cast<std::size_t>(slide.label));
}

void require_both_classes(const AttendedTiles& tiles, const Cohort& cohort) {
    for (std::size_t c = 0; c < cohort.class_names.size(); ++c) {
        if (tiles.picked.at(c) > 0) continue;
        const bool failed = !tiles.problems.empty();
        throw Error(ErrorCode::bad_data, cohort.source,
                    fmt::format("no tile of {} can be picked from its slides{}", cohort.class_names[c],
                                failed ? ": " + tiles.problems.front() : ""),
                    failed
                        ? "Tiles of both classes are needed to teach what tells them apart."
                        : "The heads hardly look at what tells it: try a larger --attended, or train heads anew with "
                          "another --seed.");
    }
}

std::vector<HeadWeights> heads_of(const ModelDirectory& model) {
    require_attention(model);
    (void)open_heads(model);  // it sees that the weights are what config.json tells of
    const auto source = (model.path / model.config.slidetype->weights_file).string();
    return heads_from_tensors(model.weights, Pooling::attention, source);
}

void require_dimension(const CohortBags& bags, std::size_t of_heads) {
    if (bags.dimension() == of_heads) return;
    throw Error(
        ErrorCode::bad_data, bags.cohort.source,
        fmt::format("its features have {} numbers a tile, and the heads were made for {}", bags.dimension(), of_heads),
        "Take the features that the heads were trained on.");
}

}  // namespace

std::size_t leave_out_test_slides(Cohort& cohort) {
    return std::erase_if(cohort.slides, [](const CohortSlide& slide) { return slide.part == Part::test; });
}

void require_attention(const ModelDirectory& model) {
    constexpr const char* kHint = "`slidetype train cohort.csv -o HEADS` makes one from diagnoses.";
    if (!model.is_heads()) {
        throw Error(ErrorCode::usage, model.path.string(), "is no model of heads, whose attention picks tiles", kHint);
    }
    if (model.config.slidetype->heads->attention) return;
    throw Error(ErrorCode::usage, model.path.string(),
                "has heads that take every tile alike (--head each-tile), so that none stand out", kHint);
}

AttendedTiles pick_attended_tiles(const CohortBags& bags, const ModelDirectory& model, const PickRule& rule,
                                  int threads, const std::function<void(std::size_t, std::size_t)>& done) {
    const auto heads = heads_of(model);
    require_dimension(bags, heads.front().shape().inputs);
    const auto& slides = bags.cohort.slides;
    const auto most = most_of_slides(bags.cohort, rule);
    const auto said = run_heads_on_all(bags, heads, threads, done);
    const auto attention = attention_of_all(said, heads.size());
    AttendedTiles tiles;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < slides.size(); ++i) {
        const auto of_slide = std::span(attention).subspan(begin, said[i].tiles);
        begin += said[i].tiles;
        if (!said[i].problem.empty()) {
            tiles.problems.push_back(said[i].problem);
            continue;
        }
        const auto picks = pick_tiles(of_slide, slides[i].label, rule, most.at(slides[i].patient));
        count_picks(tiles, slides[i], picks);
        if (picks.empty()) continue;
        tiles.slides.push_back(attended_slide(slides[i], *bags.store->get(i), said[i], of_slide, picks,
                                              model.config.slidetype->temperature));
    }
    // The size that a model gives for an encoder that is not at hand is no more than a number.
    const auto& encoder = bags.encoder;
    if (!encoder.path.empty()) tiles.tile_um = encoder.patch_size_px * encoder.spacing_um_px;
    require_both_classes(tiles, bags.cohort);
    return tiles;
}

}  // namespace slidetype
