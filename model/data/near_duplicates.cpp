#include "model/data/near_duplicates.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "base/resampling/resample.h"

namespace slidetype {
namespace {

constexpr int kEdgePx = 112;
constexpr std::size_t kNumbers = ColourSignature::kChannels * ColourSignature::kQuantiles;
constexpr std::size_t kLevels = 512;  // differences of two channels lie in -255 … 255
constexpr int kDifferenceZero = 256;

using Histograms = std::array<std::array<int, kLevels>, ColourSignature::kChannels>;

Histograms histograms_of(const RgbImage& picture) {
    Histograms histograms{};
    for (std::size_t p = 0; p + 2 < picture.pixels.size(); p += 3) {
        const int red = picture.pixels[p], green = picture.pixels[p + 1], blue = picture.pixels[p + 2];
        const std::array<int, ColourSignature::kChannels> values = {red, green, blue, kDifferenceZero + red - green,
                                                                    kDifferenceZero + blue - green};
        for (std::size_t c = 0; c < values.size(); ++c) ++histograms[c][static_cast<std::size_t>(values[c])];
    }
    return histograms;
}

/// Sum of absolute differences; `most` lets it end early.
int sum_of_differences(const ColourSignature& a, const ColourSignature& b, int most) {
    int sum = 0;
    for (std::size_t begin = 0; begin < kNumbers && sum <= most; begin += ColourSignature::kQuantiles) {
        for (std::size_t i = begin; i < begin + ColourSignature::kQuantiles; ++i) {
            sum += std::abs(a.quantiles[i] - b.quantiles[i]);
        }
    }
    return sum;
}

std::vector<std::optional<ColourSignature>> signatures_of(
    const Dataset& dataset, std::span<const std::size_t> members, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress) {
    std::vector<std::optional<ColourSignature>> signatures(members.size());
    const auto work = [&](std::size_t i) {
        try {
            signatures[i] = colour_signature(read_image(dataset.tiles[members[i]].file));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::unsupported) throw;
        }
    };
    parallel_for(threads, members.size(), work, progress);
    return signatures;
}

/// "12 345".
std::string grouped(std::size_t number) {
    auto text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
        text.insert(static_cast<std::size_t>(at), 1, ' ');
    }
    return text;
}

}  // namespace

ColourSignature colour_signature(const RgbImage& picture) {
    const auto histograms = histograms_of(averaged(picture, kEdgePx, kEdgePx));  // as the distances were measured
    ColourSignature signature;
    signature.quantiles.reserve(kNumbers);
    constexpr int pixels = kEdgePx * kEdgePx;
    for (std::size_t c = 0; c < histograms.size(); ++c) {
        int below = 0;
        std::size_t quantile = 0;
        for (std::size_t level = 0; level < kLevels; ++level) {
            below += histograms[c][level];
            // The middles of 16 equal shares of the pixels.
            while (quantile < ColourSignature::kQuantiles &&
                   below * 2 * static_cast<int>(ColourSignature::kQuantiles) >=
                       (2 * static_cast<int>(quantile) + 1) * pixels) {
                signature.quantiles.push_back(static_cast<std::int16_t>(level));
                ++quantile;
            }
        }
    }
    signature.sum = std::accumulate(signature.quantiles.begin(), signature.quantiles.end(), 0);
    return signature;
}

double distance(const ColourSignature& a, const ColourSignature& b) {
    return static_cast<double>(sum_of_differences(a, b, 1 << 30)) / static_cast<double>(kNumbers);
}

std::vector<std::optional<std::pair<std::size_t, double>>> nearest_below(
    std::span<const ColourSignature> validation, std::span<const ColourSignature> train, double threshold, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress) {
    std::vector<std::size_t> order(train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return train[i].sum; });
    const int limit = static_cast<int>(threshold * static_cast<double>(kNumbers));

    std::vector<std::optional<std::pair<std::size_t, double>>> nearest(validation.size());
    const auto compare = [&](std::size_t v) {
        const auto& wanted = validation[v];
        const auto sum_at = [&](std::size_t i) { return train[i].sum; };
        const auto begin = std::ranges::lower_bound(order, wanted.sum - limit, {}, sum_at);
        const auto end = std::ranges::upper_bound(order, wanted.sum + limit, {}, sum_at);
        int best = limit + 1;
        std::size_t found = 0;
        for (auto at = begin; at != end; ++at) {
            const int sum = sum_of_differences(wanted, train[*at], best);
            if (sum > best || (sum == best && *at > found)) continue;
            best = sum, found = *at;
        }
        const double apart = static_cast<double>(best) / static_cast<double>(kNumbers);
        if (best <= limit && apart < threshold) nearest[v] = {found, apart};
    };
    parallel_for(threads, validation.size(), compare, progress);
    return nearest;
}

std::vector<NearDuplicates> find_near_duplicates(const Dataset& dataset, std::span<const CopySearch> searches,
                                                 int threads,
                                                 const std::function<void(std::size_t, std::size_t)>& progress) {
    std::set<std::size_t> distinct;
    std::size_t total = 0, done = 0;
    for (const auto& [pictures, among] : searches) {
        distinct.insert(pictures.begin(), pictures.end()), distinct.insert(among.begin(), among.end());
        total += pictures.size();
    }
    const std::vector<std::size_t> members(distinct.begin(), distinct.end());
    total += members.size();
    const auto counting_from = [&](std::size_t before) {
        return [&progress, before, total](std::size_t now, std::size_t) {
            if (progress) progress(before + now, total);
        };
    };
    const auto decoded = signatures_of(dataset, members, threads, counting_from(0));
    done = members.size();

    /// Those of the pictures that can be read.
    struct Side {
        std::vector<ColourSignature> signatures;
        std::vector<std::size_t> members;
    };
    const auto side_of = [&](std::span<const std::size_t> pictures) {
        Side side;
        for (const auto member : pictures) {
            const auto& signature =
                decoded[static_cast<std::size_t>(std::ranges::lower_bound(members, member) - members.begin())];
            if (signature) side.signatures.push_back(*signature), side.members.push_back(member);
        }
        return side;
    };
    std::vector<NearDuplicates> all;
    for (const auto& search : searches) {
        const auto pictures = side_of(search.pictures), among = side_of(search.among);
        const auto nearest =
            nearest_below(pictures.signatures, among.signatures, kCopyDistance, threads, counting_from(done));
        done += search.pictures.size();
        auto& found = all.emplace_back();
        found.compared = pictures.members.size();
        for (std::size_t i = 0; i < nearest.size(); ++i) {
            if (nearest[i]) {
                found.pairs.push_back({pictures.members[i], among.members[nearest[i]->first], nearest[i]->second});
            }
        }
    }
    return all;
}

NearDuplicates find_near_duplicates(const Dataset& dataset, const Split& split, int threads,
                                    const std::function<void(std::size_t, std::size_t)>& progress) {
    const CopySearch search{split.validation, split.train};
    return find_near_duplicates(dataset, std::span(&search, 1), threads, progress).front();
}

std::string NearDuplicates::text(const std::string& pictures, const std::string& others) const {
    return grouped(pairs.size()) + " of " + grouped(compared) + " " + pictures + " look like copies of " + others;
}

}  // namespace slidetype
