#include "bench/ablation/ablation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include "base/parallel.h"
#include "base/random.h"
#include "bench/ablation/ablation_tiles.h"
#include "bench/ablation/picture_change.h"
#include "model/learning/evaluation.h"
#include "model/scoring/classifier.h"

namespace slidetype::bench {
namespace {

constexpr std::size_t kAskedAtOnce = 8;
constexpr double kNoise = 6;             // grey levels: what a dim camera adds
constexpr int kJpegQuality = 30;         // far below what scanners write
constexpr int kScannerJpegQuality = 70;  // about what scanners write
constexpr double kGlass = 236;           // grey level of an empty lumen

/// What is known of a kind of tiles.
struct TileStatistics {
    ColourMoments colour;
    BandEnergy energy;
};

TileStatistics statistics_of(const AblationTiles& tiles, const std::vector<double>& weights) {
    return {colour_moments(tiles.tiles, weights), band_energy(tiles.tiles, weights)};
}

using Change = std::function<RgbImage(const RgbImage& tile, std::size_t index)>;

/// One row before it is measured. Tiles are made when it is its turn.
struct PlannedRow {
    std::string domain, key, title;
    std::function<AblationTiles()> make;
    bool network = true;
};

/// Asks the model of tiles, eight at a time on every thread.
class Asker {
  public:
    Asker(const ModelDirectory& model, int threads)
        : classifier_(open_for_evaluation(model, Backend::automatic)), threads_(threads) {}

    TileScores scores(const std::vector<RgbImage>& tiles) const {
        std::vector<TileScores> parts((tiles.size() + kAskedAtOnce - 1) / kAskedAtOnce);
        parallel_for(threads_, parts.size(), [&](std::size_t part) {
            std::vector<std::uint8_t> pixels;
            const auto end = std::min(tiles.size(), (part + 1) * kAskedAtOnce);
            for (std::size_t i = part * kAskedAtOnce; i < end; ++i)
                pixels.insert(pixels.end(), tiles[i].pixels.begin(), tiles[i].pixels.end());
            parts[part] = classifier_->classify(pixels, end - part * kAskedAtOnce);
        });
        TileScores all;
        for (const auto& part : parts) {
            all.probabilities.insert(all.probabilities.end(), part.probabilities.begin(), part.probabilities.end());
            all.strangeness.insert(all.strangeness.end(), part.strangeness.begin(), part.strangeness.end());
        }
        return all;
    }

    AblationTiles changed(const AblationTiles& from, const Change& change) const {
        auto to = from;
        parallel_for(threads_, from.size(), [&](std::size_t i) { to.tiles[i] = change(from.tiles[i], i); });
        return to;
    }

  private:
    std::unique_ptr<Classifier> classifier_;
    int threads_;
};

double weighed(const std::vector<double>& values, const std::vector<double>& weights) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += weights[i] * values[i];
    return sum;
}

AblationRow empty_row(const PlannedRow& plan, const AblationTiles& tiles, const std::vector<double>& values) {
    AblationRow row;
    row.domain = plan.domain, row.key = plan.key, row.title = plan.title;
    row.tiles = tiles.size();
    const auto by_unit = tiles.by_unit(values);
    row.by_tile = auc_by_tile(by_unit);
    row.by_patient = auc_by_patient(by_unit);
    return row;
}

AblationRow row_of_network(const PlannedRow& plan, const AblationTiles& tiles, const Asker& asker) {
    const auto scores = asker.scores(tiles.tiles);
    std::vector<double> lusc(tiles.size()), right(tiles.size()), unfamiliar(scores.strangeness.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        lusc[i] = static_cast<double>(scores.probabilities[2 * i + 1]);
        right[i] = (lusc[i] > 0.5) == (tiles.label[i] == 1) ? 1 : 0;
    }
    for (std::size_t i = 0; i < unfamiliar.size(); ++i) unfamiliar[i] = scores.strangeness[i] > 1 ? 1 : 0;
    auto row = empty_row(plan, tiles, lusc);
    row.prob_luad = weighed(lusc, tiles.weights(0));
    row.prob_lusc = weighed(lusc, tiles.weights(1));
    row.right = weighed(right, tiles.weights());
    if (!unfamiliar.empty()) row.unfamiliar = weighed(unfamiliar, tiles.weights());
    return row;
}

AblationRow row_of_contrast(const PlannedRow& plan, const AblationTiles& tiles) {
    std::vector<double> values;
    for (const auto& tile : tiles.tiles) values.push_back(-coarse_contrast(tile));
    return empty_row(plan, tiles, values);
}

/// For each tile another one: of the same class and another source image.
std::vector<std::size_t> partners_of(const AblationTiles& tiles) {
    Random random(1);
    std::vector<std::size_t> partners(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        partners[i] = i;
        for (int attempt = 0; attempt < 1000; ++attempt) {
            const auto other = random.below(tiles.size());
            if (tiles.label[other] != tiles.label[i] || tiles.unit[other] == tiles.unit[i]) continue;
            partners[i] = other;
            break;
        }
    }
    return partners;
}

/// Plans the rows of one domain; what it refers to must outlive the rows.
class RowPlanner {
  public:
    RowPlanner(std::string domain, const AblationTiles& own, const AblationTiles& other, const Asker& asker)
        : domain_(std::move(domain)), own_(own), asker_(asker) {
        own_statistics_ = statistics_of(own, own.weights());
        other_statistics_ = statistics_of(other, other.weights());
        for (std::size_t c = 0; c < 2; ++c) classes_.at(c) = statistics_of(own, own.weights(static_cast<int>(c)));
    }

    void add(const std::string& key, const std::string& title, const Change& change) {
        rows_.push_back({domain_, key, title, [this, change] { return asker_.changed(own_, change); }});
    }
    void add_tiles(const std::string& key, const std::string& title, std::function<AblationTiles()> make) {
        rows_.push_back({domain_, key, title, std::move(make)});
    }

    void add_appearance(const std::string& towards) {
        add("as_is", "as they are", [](const RgbImage& tile, std::size_t) { return tile; });
        add("colour", "colours of " + towards, [this](const RgbImage& tile, std::size_t) { return recoloured(tile); });
        add("sharpness", "sharpness and contrast of " + towards, [this](const RgbImage& tile, std::size_t) {
            return with_sharpness(tile, own_statistics_.energy, other_statistics_.energy);
        });
        add("noise", "noise", [](const RgbImage& tile, std::size_t index) { return with_noise(tile, kNoise, index); });
        add("jpeg", "JPEG of low quality",
            [](const RgbImage& tile, std::size_t) { return with_jpeg(tile, kJpegQuality); });
        add_tiles("all", "colours, sharpness and JPEG together", [this] { return all_together(); });
    }

    void add_class_swaps() {
        add("other_colour", "each class in the colours of the other", [this](const RgbImage& tile, std::size_t index) {
            const auto label = static_cast<std::size_t>(own_.label[index]);
            return with_colour(tile, classes_.at(label).colour, classes_.at(1 - label).colour);
        });
        add("other_sharpness", "each class with the sharpness and contrast of the other",
            [this](const RgbImage& tile, std::size_t index) {
                const auto label = static_cast<std::size_t>(own_.label[index]);
                return with_sharpness(tile, classes_.at(label).energy, classes_.at(1 - label).energy);
            });
        rows_.push_back({domain_, "contrast", "no network: coarse contrast alone", [this] { return own_; }, false});
    }

    void add_mixture(const std::string& key, const std::string& title, const AblationTiles& other, double share) {
        add(key, title, [&other, share](const RgbImage& tile, std::size_t index) {
            return with_left(tile, other.tiles[index % other.size()], share);
        });
    }

    void add_glass() {
        add("glass_25", "a quarter glass", [](const RgbImage& tile, std::size_t) {
            return with_left(tile, RgbImage(tile.width, tile.height, static_cast<std::uint8_t>(kGlass)), 0.25);
        });
    }

    const std::vector<PlannedRow>& rows() const { return rows_; }
    const ColourMoments& own_colour() const { return own_statistics_.colour; }

  private:
    RgbImage recoloured(const RgbImage& tile) const {
        return with_colour(tile, own_statistics_.colour, other_statistics_.colour);
    }

    AblationTiles all_together() const {
        const auto coloured =
            asker_.changed(own_, [this](const RgbImage& tile, std::size_t) { return recoloured(tile); });
        const auto energy = band_energy(coloured.tiles, coloured.weights());
        return asker_.changed(coloured, [&](const RgbImage& tile, std::size_t) {
            return with_jpeg(with_sharpness(tile, energy, other_statistics_.energy), kScannerJpegQuality);
        });
    }

    std::string domain_;
    const AblationTiles& own_;
    const Asker& asker_;
    TileStatistics own_statistics_, other_statistics_;
    std::array<TileStatistics, 2> classes_;
    std::vector<PlannedRow> rows_;
};

std::string um_title(double um) {
    return fmt::format("tiles of {:.0f} µm", um);
}

}  // namespace

const AblationRow* AblationResult::find(const std::string& domain, const std::string& key) const {
    const auto found =
        std::ranges::find_if(rows, [&](const AblationRow& row) { return row.domain == domain && row.key == key; });
    return found == rows.end() ? nullptr : &*found;
}

AblationResult run_ablation(const ModelDirectory& model, const Dataset& dataset, const TissueSet& set,
                            const AblationRequest& request, const Say& say) {
    const int patch = model.config.patch_size_px;
    const double um = patch * model.config.spacing_um_px;
    say(request.label + ": reading pictures");
    const Asker asker(model, request.threads);
    const auto photographs = photograph_tiles(dataset, request.fold, false, patch, request.most_a_group);
    const auto benign = photograph_tiles(dataset, request.fold, true, patch, request.most_a_group);
    const auto scanner = scanner_tiles(set, um, patch);
    const auto stroma = square_tiles(set, "stroma", um, patch);

    RowPlanner from_camera("photographs", photographs, scanner, asker);
    from_camera.add_appearance("the scanners");
    for (const double share : {0.75, 1.5})
        from_camera.add(fmt::format("scale_{:.0f}", 100 * share), um_title(share * um),
                        [share](const RgbImage& tile, std::size_t) { return with_field(tile, share); });
    const auto partners = partners_of(photographs);
    for (const double share : {0.25, 0.5})
        from_camera.add(fmt::format("same_{:.0f}", 100 * share),
                        fmt::format("{:.0f} % another field of the same class", 100 * share),
                        [&, share](const RgbImage& tile, std::size_t index) {
                            return with_left(tile, photographs.tiles[partners[index]], share);
                        });
    for (const double share : {0.25, 0.5})
        from_camera.add_mixture(fmt::format("benign_{:.0f}", 100 * share),
                                fmt::format("{:.0f} % benign lung", 100 * share), benign, share);
    AblationTiles recoloured_stroma;
    if (stroma.size() > 0) {
        const std::vector<double> even(stroma.size(), 1 / static_cast<double>(stroma.size()));
        const auto moments = colour_moments(stroma.tiles, even);
        recoloured_stroma = asker.changed(stroma, [&](const RgbImage& tile, std::size_t) {
            return with_colour(tile, moments, from_camera.own_colour());
        });
        for (const double share : {0.25, 0.5})
            from_camera.add_mixture(fmt::format("stroma_{:.0f}", 100 * share),
                                    fmt::format("{:.0f} % stroma of a slide, in the photographs' colours", 100 * share),
                                    recoloured_stroma, share);
    }
    from_camera.add_glass();
    from_camera.add_class_swaps();

    RowPlanner from_scanner("scanner", scanner, photographs, asker);
    from_scanner.add_appearance("the photographs");
    for (const double share : {0.75, 1.25, 1.5})
        from_scanner.add_tiles(fmt::format("scale_{:.0f}", 100 * share), um_title(share * um),
                               [&, share] { return scanner_tiles(set, share * um, patch); });
    from_scanner.add_glass();
    from_scanner.add_class_swaps();

    auto plans = from_camera.rows();
    plans.insert(plans.end(), from_scanner.rows().begin(), from_scanner.rows().end());
    AblationResult result{request.label,
                          model.config.name,
                          model.sha256,
                          request.fold,
                          photographs.units(0) + photographs.units(1),
                          scanner.units(0),
                          scanner.units(1),
                          {}};
    const auto begun = std::chrono::steady_clock::now();
    for (const auto& plan : plans) {
        const auto tiles = plan.make();
        result.rows.push_back(plan.network ? row_of_network(plan, tiles, asker) : row_of_contrast(plan, tiles));
        const double done = static_cast<double>(result.rows.size()), all = static_cast<double>(plans.size());
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        say(fmt::format("{}: {:.0f} of {:.0f}, {:.0f} s left ({}, {}: AUC {:.2f})", request.label, done, all,
                        seconds / done * (all - done), plan.domain, plan.title, result.rows.back().by_tile.value));
    }
    return result;
}

}  // namespace slidetype::bench
