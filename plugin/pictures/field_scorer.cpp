#include "plugin/pictures/field_scorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/pictures/field_vote.h"

namespace slidetype {
namespace {

constexpr int kMinEdgePx = 32;   ///< as of pictures that teach
constexpr int kMostUnequal = 2;  ///< long edge over short edge of a picture that is squeezed into a square
/// Tiles that are handed to the backend in one go.
constexpr std::size_t kBatch = 16;

void require_size(const RgbImage& picture) {
    if (std::min(picture.width, picture.height) >= kMinEdgePx) return;
    throw Error(
        ErrorCode::bad_data, "picture",
        fmt::format("is too small, {} x {} pixels; at least {} are needed", picture.width, picture.height, kMinEdgePx));
}

void require_square_enough(const RgbImage& picture) {
    const auto [shorter, longer] = std::minmax(picture.width, picture.height);
    if (longer <= kMostUnequal * shorter) return;
    throw Error(ErrorCode::bad_data, "picture",
                fmt::format("is too oblong, {} x {} pixels, to be scored as one field", picture.width, picture.height),
                "Cut it, or say with --field-um or --spacing how large its field is.");
}

void append(TileScores& to, const TileScores& more) {
    const auto add = [](auto& all, const auto& new_ones) { all.insert(all.end(), new_ones.begin(), new_ones.end()); };
    add(to.probabilities, more.probabilities);
    add(to.tumour, more.tumour);
    add(to.strangeness, more.strangeness);
}

TileScores classify(const Engine& engine, std::span<const std::uint8_t> pixels) {
    const auto patch = static_cast<std::size_t>(engine.model().config.patch_size_px);
    const std::size_t bytes = patch * patch * 3;
    TileScores scores;
    for (std::size_t at = 0; at < pixels.size(); at += kBatch * bytes) {
        const auto part = pixels.subspan(at, std::min(kBatch * bytes, pixels.size() - at));
        append(scores, engine.classify(part, part.size() / bytes));
    }
    return scores;
}

/// The scores of some pictures' tiles, one after the other.
class Reader {
  public:
    Reader(const Engine& engine, const FieldOptions& options, const TileScores& scores)
        : model_(engine.model()),
          scores_(scores),
          classes_(engine.model().config.class_names.size()),
          options_(options) {
        const auto& ours = engine.model().config.slidetype;
        if (ours) gate_ = ours->gate;
    }

    FieldScore read(PreparedField& field) {
        FieldScore score;
        const auto first = next_;
        score.width = field.width, score.height = field.height;
        score.scale = field.scale;
        score.tiles = std::move(field.tiles);
        score.note = std::move(field.note);
        if (score.scale.cut) {
            read_tiles(score);
        } else {
            read_whole(score);
        }
        if (!model_.domain.empty() && next_ > first) look_as_a_whole(field, first, score);
        if (score.status == TileStatus::ok) {
            const auto& p = score.probabilities;
            score.voted_class = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
        }
        if (score.call) {
            add_sentence(score.note, fmt::format("Its tiles vote as those of a slide: {}. {}",
                                                 to_string(score.call->label), score.call->reason));
        }
        return score;
    }

  private:
    static std::optional<float> at(const std::vector<float>& values, std::size_t tile) {
        return values.empty() ? std::nullopt : std::optional(values[tile]);
    }
    TileStatus vote(std::size_t tile) const {
        return vote_of(options_.familiarity_guard ? at(scores_.strangeness, tile) : std::nullopt,
                       options_.gate ? at(scores_.tumour, tile) : std::nullopt, gate_);
    }
    std::span<const float> probabilities(std::size_t tile) const {
        return std::span(scores_.probabilities).subspan(tile * classes_, classes_);
    }

    /// A picture that is of another kind than what the model was made from is unfamiliar, whatever its tiles are. Where
    /// that is not to be heeded, its call as a slide is told to be unsupported.
    void look_as_a_whole(const PreparedField& field, std::size_t first, FieldScore& score) const {
        const int patch = model_.config.patch_size_px;
        const std::size_t bytes = field.pixels.size() / (next_ - first);
        TraitMean traits;
        for (std::size_t tile = first; tile < next_; ++tile) {
            traits.add(tile_traits(std::span(field.pixels).subspan((tile - first) * bytes, bytes), patch,
                                   at(scores_.strangeness, tile)));
        }
        score.traits = traits.mean();
        score.traits_tiles = traits.tiles();
        if (score.status == TileStatus::unfamiliar || !(options_.familiarity_guard || score.call)) return;
        const auto verdict = judge_domain(model_.domain, traits.mean(), traits.tiles());
        if (verdict.known) return;
        if (!options_.familiarity_guard) {
            score.call->supported = false;
            score.call->reason += " It " + unlike_text(verdict) + ", so nothing supports this call.";
            return;
        }
        score.status = TileStatus::unfamiliar;
        score.reason = "It " + unlike_text(verdict) + ".";
        score.call.reset();
    }

    void read_whole(FieldScore& score) {
        const auto tile = next_++;
        const auto p = probabilities(tile);
        score.probabilities.assign(p.begin(), p.end());
        score.tumour = at(scores_.tumour, tile);
        score.strangeness = at(scores_.strangeness, tile);
        score.status = vote(tile);
        if (score.status == TileStatus::unfamiliar) {
            score.reason =
                fmt::format("It looks unlike anything that the model was trained on (strangeness {:.2f}, above 1).",
                            *score.strangeness);
        } else if (score.status == TileStatus::benign) {
            score.reason = fmt::format("It does not look like tumour (P(tumour) {:.3f}, below the model's {:.3f}).",
                                       *score.tumour, gate_->threshold);
        }
    }

    void read_tiles(FieldScore& score) {
        std::size_t scored = 0, unfamiliar = 0;
        std::vector<double> sums(classes_);
        double tumour = 0, strangeness = 0;
        for (auto& tile : score.tiles) {
            if (tile.status != TileStatus::ok) continue;
            const auto index = next_++;
            const auto p = probabilities(index);
            tile.probabilities.assign(p.begin(), p.end());
            tile.tumour = at(scores_.tumour, index);
            tile.status = vote(index);
            ++scored;
            unfamiliar += tile.status == TileStatus::unfamiliar ? 1 : 0;
            tumour += tile.tumour.value_or(0);
            strangeness += at(scores_.strangeness, index).value_or(0);
            for (std::size_t c = 0; c < classes_; ++c) sums[c] += p[c];
        }
        if (scored == 0) {
            score.status = TileStatus::background;
            score.reason = fmt::format("None of its {} lies on tissue.", counted(score.tiles.size(), "tile"));
            return;
        }
        const auto n = static_cast<double>(scored);
        if (!scores_.tumour.empty()) score.tumour = tumour / n;
        if (!scores_.strangeness.empty()) score.strangeness = strangeness / n;
        for (auto& sum : sums) sum /= n;
        score.probabilities = std::move(sums);
        heed_votes(score, scored, unfamiliar);
    }

    /// What the tiles say together, by the rules of slides.
    void heed_votes(FieldScore& score, std::size_t scored, std::size_t unfamiliar) const {
        auto call = call_field({score.width, score.height, score.scale.spacing_um_px, score.tiles}, model_.config,
                               options_.gate);
        const bool votes = score.voting_tiles() > 0;
        if (call.prob_lusc) {
            const auto lusc = *lusc_column(model_.config.class_names);
            score.probabilities[lusc] = *call.prob_lusc;
            score.probabilities[1 - lusc] = 1 - *call.prob_lusc;
        } else if (votes && call.label == CallLabel::none) {
            score.probabilities = call.mean_probabilities;
        }
        if (2 * unfamiliar > scored) {
            score.status = TileStatus::unfamiliar;
            score.reason = fmt::format("{} of {} look unlike anything that the model was trained on.", unfamiliar,
                                       counted(scored, "scored tile"));
        } else if (!votes || call.label == CallLabel::insufficient) {
            score.status = TileStatus::benign;
            score.reason = votes
                               ? call.reason
                               : fmt::format("None of its {} looks like tumour.", counted(scored - unfamiliar, "tile"));
        } else if (call.label != CallLabel::none) {
            score.call = std::move(call);
        }
    }

    const ModelDirectory& model_;
    const TileScores& scores_;
    std::size_t classes_, next_ = 0;
    const FieldOptions& options_;
    std::optional<GateConfig> gate_;
};

}  // namespace

std::size_t FieldScore::voting_tiles() const {
    return static_cast<std::size_t>(std::ranges::count(tiles, TileStatus::ok, &FieldTile::status));
}

PreparedField FieldScorer::prepare(const RgbImage& picture, std::optional<double> file_um_px) const {
    return prepare(picture, file_um_px, options_.scale);
}

PreparedField FieldScorer::prepare(const RgbImage& picture, std::optional<double> file_um_px,
                                   const ScaleOptions& options) const {
    require_size(picture);
    const auto& model = engine_.model().config;
    PreparedField field;
    field.width = picture.width, field.height = picture.height;
    field.scale = scale_of(picture.width, picture.height, model, options, file_um_px);
    field.note = scale_note(picture.width, picture.height, model, field.scale);
    if (field.scale.cut) {
        auto cut = cut_field(picture, model, field.scale, options_.min_tissue);
        add_sentence(field.note, cut.note);
        field.tiles = std::move(cut.tiles);
        field.pixels = std::move(cut.pixels);
    } else {
        require_square_enough(picture);
        field.pixels = resize_image(picture, model.patch_size_px, model.patch_size_px).pixels;
    }
    return field;
}

std::vector<FieldScore> FieldScorer::score(std::span<PreparedField> fields) const {
    std::vector<std::uint8_t> pixels;
    for (const auto& field : fields) pixels.insert(pixels.end(), field.pixels.begin(), field.pixels.end());
    const auto scores = classify(engine_, pixels);
    Reader reader(engine_, options_, scores);
    std::vector<FieldScore> out;
    out.reserve(fields.size());
    for (auto& field : fields) out.push_back(reader.read(field));
    return out;
}

FieldScore FieldScorer::score(const RgbImage& picture, std::optional<double> file_um_px) const {
    auto field = prepare(picture, file_um_px);
    return std::move(score({&field, 1}).front());
}

}  // namespace slidetype
