#include "model/learning/domain_check_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "base/random.h"
#include "base/words.h"
#include "model/backends/backend.h"
#include "model/backends/self_test.h"
#include "model/scoring/classifier.h"
#include "model/training/variation.h"

namespace slidetype {
namespace {

constexpr std::size_t kPictures = 4000;  ///< looked at in all, about
constexpr std::size_t kFewestPerSource = 4, kMostPerSource = 200;
constexpr std::uint64_t kVariations = 2;
/// The scans that a picture might have come from, µm/px.
constexpr std::array<double, 2> kScans = {0.25, 0.5};

struct Chosen {
    std::size_t member = 0;
    bool unseen = false;
};

/// Evenly from all sources, in the order of the dataset. What teaches the gate alone is not what a model calls.
std::vector<Chosen> choose_pictures(const Dataset& dataset, const Split& split) {
    std::map<std::string, std::vector<Chosen>> by_source;
    const auto add = [&](const std::vector<std::size_t>& members, bool unseen) {
        for (const auto member : members) {
            const auto& tile = dataset.tiles[member];
            if (!tile.gate_only) by_source[tile.group].push_back({member, unseen});
        }
    };
    add(split.train, false);
    add(split.validation, true);
    if (by_source.empty()) return {};
    const auto share = std::clamp(kPictures / by_source.size(), kFewestPerSource, kMostPerSource);
    std::vector<Chosen> out;
    for (const auto& [source, members] : by_source) {
        const auto count = std::min(share, members.size());
        for (std::size_t i = 0; i < count; ++i) out.push_back(members[i * members.size() / count]);
    }
    std::ranges::sort(out, {}, &Chosen::member);
    return out;
}

/// As a scan of another fineness and compression gives it. A picture that is about as large as the patch keeps its
/// detail, since nothing finer is known of it.
RgbImage varied(const RgbImage& picture, const ModelConfig& config, std::uint64_t seed, std::uint64_t variation) {
    Random random(seed, variation, 0);
    const double field_um = config.patch_size_px * config.spacing_um_px;
    const auto scan = random.below(kScans.size() + 1);
    const int quality = 60 + random.below(36);
    auto image = picture;
    if (scan < kScans.size() && picture.width > config.patch_size_px * 3 / 2) {
        const int edge = static_cast<int>(std::lround(field_um / kScans.at(scan)));
        if (edge >= config.patch_size_px) image = resize_image(picture, edge, edge);
    }
    return recompress_jpeg(image, quality);
}

/// A tile that lies across the borders of several kinds of tissue: two pictures side by side, or four that meet.
RgbImage across_borders(std::span<const RgbImage> tiles, Random& random) {
    const auto join = [&random](const RgbImage& one, const RgbImage& other) {
        const double share = random.uniform(0.2, 0.8);
        return joined(one, other, share, random);
    };
    if (tiles.size() < 4 || random.below(2) == 0) return join(tiles.front(), tiles.back());
    const auto one = join(tiles[0], tiles[1]), other = join(tiles[2], tiles[3]);
    return join(one, other);
}

class Looker {
  public:
    /// `neighbours`: with whose pictures tiles across borders are made.
    Looker(const ModelDirectory& model, const Dataset& dataset, std::span<const Chosen> neighbours)
        : model_(model), dataset_(dataset), neighbours_(neighbours), classifier_(open_classifier(model)) {
        for (const auto& tile : dataset.tiles) sources_.emplace(tile.group, sources_.size());
    }

    /// The tiles of one picture: as it is, its variations, and one across the borders to others. Nothing for a picture
    /// that cannot be read.
    std::vector<MaterialTile> look(const Chosen& chosen) const {
        const auto& tile = dataset_.tiles[chosen.member];
        const auto picture = read(chosen.member);
        if (!picture) return {};
        const int edge = model_.config.patch_size_px;
        std::vector<RgbImage> tiles = {resize_image(*picture, edge, edge)};
        for (std::uint64_t k = 1; k <= kVariations; ++k)
            tiles.push_back(resize_image(varied(*picture, model_.config, chosen.member, k), edge, edge));
        if (auto across = with_neighbours(tiles.front(), chosen.member)) tiles.push_back(std::move(*across));

        std::vector<std::uint8_t> bytes;
        for (const auto& each : tiles) bytes.insert(bytes.end(), each.pixels.begin(), each.pixels.end());
        const auto scores = classifier_->classify(bytes, tiles.size());
        std::vector<MaterialTile> out;
        for (std::size_t k = 0; k < tiles.size(); ++k) {
            const auto strangeness = scores.strangeness.empty() ? std::nullopt : std::optional(scores.strangeness[k]);
            const bool across = k > kVariations;
            out.push_back({.traits = tile_traits(tiles[k].pixels, edge, strangeness),
                           .source = sources_.at(tile.group),
                           .label = tile.label,
                           .unseen = chosen.unseen,
                           .varied = k > 0 && !across,
                           .across = across});
        }
        return out;
    }

  private:
    static constexpr std::uint64_t kNeighbourStream = 16;

    /// Nothing for a picture that cannot be read: the training told of it already.
    std::optional<RgbImage> read(std::size_t member) const {
        try {
            return read_image(dataset_.tiles[member].file);
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    /// Tumour beside benign tissue or beside other tumour, as tiles of a slide lie.
    std::optional<RgbImage> with_neighbours(const RgbImage& tile, std::size_t member) const {
        Random random(member, kNeighbourStream, 0);
        std::vector<RgbImage> tiles = {tile};
        for (int k = 0; k < 3; ++k) {
            const auto other = neighbours_[random.below(neighbours_.size())].member;
            if (const auto picture = read(other)) tiles.push_back(resize_image(*picture, tile.width, tile.height));
        }
        if (tiles.size() < 2) return std::nullopt;
        return across_borders(tiles, random);
    }

    const ModelDirectory& model_;
    const Dataset& dataset_;
    std::span<const Chosen> neighbours_;
    std::unique_ptr<Classifier> classifier_;
    std::map<std::string, std::size_t> sources_;
};

}  // namespace

DomainCheckFit fit_domain_check(const std::filesystem::path& model_directory, const Dataset& dataset,
                                const Split& split, int threads, const KnownBefore& before,
                                const std::function<void(std::size_t, std::size_t)>& progress) {
    const auto model = read_model_directory(model_directory);
    require_network(model, "stays as it is");
    const auto chosen = choose_pictures(dataset, split);
    std::vector<std::vector<MaterialTile>> looked(chosen.size());
    {
        const Looker looker(model, dataset, chosen);
        parallel_for(
            threads, chosen.size(), [&](std::size_t i) { looked[i] = looker.look(chosen[i]); }, progress);
    }
    std::vector<MaterialTile> tiles;
    for (const auto& each : looked) tiles.insert(tiles.end(), each.begin(), each.end());

    const bool known = before.model != nullptr && !before.model->domain.empty();
    DomainCheckFit out;
    out.fit = fit_material(tiles, known ? &before.model->domain.front().between : nullptr);
    KnownDomain domain;
    if (known && before.keep) domain = before.model->domain;
    domain.push_back(out.fit.material);
    out.materials = domain.size();
    out.config.sources = out.fit.material.groups;
    out.config.tried = out.fit.alarms.sources;
    out.config.alarms = out.fit.alarms.source_alarms;
    out.config.unseen = out.fit.unseen;
    store_domain(model_directory, out.config, domain);
    return out;
}

std::string few_sources_text(const DomainConfig& config) {
    if (config.sources >= kEnoughSources) return {};
    return "So few sources hardly tell how far slides differ from one to the next: the check is loose, and may still "
           "refuse a slide that was stained on another day.";
}

std::string domain_text(const DomainCheckFit& fit) {
    const auto& config = fit.config;
    auto text = "The model knows slides like those of " + counted(config.sources, "source") + " now";
    if (fit.materials > 1) text += ", beside what it knew before";
    text += ".";
    // Where hardly any are left when one is left out, that says nothing of the fit to all of them.
    if (config.sources >= kFewestToLeaveOut) {
        text += " Of " + std::to_string(config.tried) + " that were left out in turn, " +
                std::to_string(config.alarms) + " would be taken for something else.";
    }
    if (const auto few = few_sources_text(config); !few.empty()) text += " " + few;
    return text;
}

}  // namespace slidetype
