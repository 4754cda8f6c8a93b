#include "model/data/balanced_folds.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/random.h"

namespace slidetype {
namespace {

/// Beyond this many units (patients, then, of a few slides each) the first placing is even already.
constexpr std::size_t kMostExchanged = 400;
constexpr std::uint64_t kBeginnings = 16;
constexpr int kMostRounds = 100;
/// A fold that is uneven in patients is worse than one that is uneven in slides.
constexpr std::int64_t kWeightOfPatients = 4;

/// Worse is larger: folds that lack a class, then how uneven they are. Whole numbers, so that all processors agree.
struct Unevenness {
    std::int64_t lacking = 0, squares = 0;
    bool operator<(const Unevenness& o) const { return std::tie(lacking, squares) < std::tie(o.lacking, o.squares); }
    Unevenness operator+(const Unevenness& o) const { return {lacking + o.lacking, squares + o.squares}; }
};

using Counts = std::array<std::int64_t, 4>;  ///< patients of both classes, slides of both classes

Counts counts_of(const FoldUnit& unit) {
    Counts counts{};
    for (std::size_t c = 0; c < 2; ++c) {
        counts[c] = static_cast<std::int64_t>(unit.patients[c]);
        counts[c + 2] = static_cast<std::int64_t>(unit.slides[c]);
    }
    return counts;
}

void add_to(Counts& sum, const Counts& more, std::int64_t sign) {
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += sign * more[c];
}

/// Units on their way to folds.
class Placing {
  public:
    Placing(std::span<const FoldUnit> units, int folds)
        : sums_(static_cast<std::size_t>(folds)), fold_(units.size(), 0) {
        for (const auto& unit : units) {
            counts_.push_back(counts_of(unit));
            add_to(all_, counts_.back(), 1);
        }
    }

    /// The largest first; units of one size in the order that chance gives them.
    void begin(Random random) {
        std::vector<std::size_t> order(counts_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        random.shuffle(order);
        std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return counts_[i][0] + counts_[i][1]; });
        for (const auto i : order) {
            std::size_t best = 0;
            for (std::size_t f = 1; f < sums_.size(); ++f) {
                if (gain_of_adding(i, f) < gain_of_adding(i, best)) best = f;
            }
            fold_[i] = best;
            add_to(sums_[best], counts_[i], 1);
        }
    }

    /// Moves and exchanges units until nothing is gained.
    void improve() {
        for (int round = 0; round < kMostRounds; ++round) {
            const bool moved = move_units();
            const bool exchanged = counts_.size() <= kMostExchanged && exchange_units();
            if (!moved && !exchanged) return;
        }
    }

    Unevenness unevenness() const {
        Unevenness sum;
        for (const auto& counts : sums_) sum = sum + unevenness_of(counts);
        return sum;
    }

    std::vector<int> folds() const {
        std::vector<int> folds;
        for (const auto f : fold_) folds.push_back(static_cast<int>(f));
        return folds;
    }

  private:
    Unevenness unevenness_of(const Counts& counts) const {
        Unevenness uneven;
        const auto folds = static_cast<std::int64_t>(sums_.size());
        for (std::size_t c = 0; c < counts.size(); ++c) {
            const auto off = folds * counts[c] - all_[c];
            uneven.squares += (c < 2 ? kWeightOfPatients : 1) * off * off;
            if (c < 2 && counts[c] == 0) ++uneven.lacking;
        }
        return uneven;
    }

    std::int64_t gain_of_adding(std::size_t unit, std::size_t fold) const {
        auto with = sums_[fold];
        add_to(with, counts_[unit], 1);
        return unevenness_of(with).squares - unevenness_of(sums_[fold]).squares;
    }

    /// Takes `unit` from its fold to another, and `other`, which lies there, the other way, if that makes both folds
    /// more even.
    bool try_change(std::size_t unit, std::size_t to, const std::size_t* other) {
        const auto from = fold_[unit];
        auto left = sums_[from], right = sums_[to];
        add_to(left, counts_[unit], -1);
        add_to(right, counts_[unit], 1);
        if (other != nullptr) {
            add_to(right, counts_[*other], -1);
            add_to(left, counts_[*other], 1);
        }
        const auto before = unevenness_of(sums_[from]) + unevenness_of(sums_[to]);
        if (!(unevenness_of(left) + unevenness_of(right) < before)) return false;
        sums_[from] = left;
        sums_[to] = right;
        fold_[unit] = to;
        if (other != nullptr) fold_[*other] = from;
        return true;
    }

    bool move_units() {
        bool moved = false;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            for (std::size_t f = 0; f < sums_.size(); ++f) {
                if (f != fold_[i]) moved = try_change(i, f, nullptr) || moved;
            }
        }
        return moved;
    }

    bool exchange_units() {
        bool exchanged = false;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            for (std::size_t k = i + 1; k < counts_.size(); ++k) {
                if (fold_[i] != fold_[k] && counts_[i] != counts_[k])
                    exchanged = try_change(i, fold_[k], &k) || exchanged;
            }
        }
        return exchanged;
    }

    std::vector<Counts> counts_, sums_;
    Counts all_{};
    std::vector<std::size_t> fold_;
};

}  // namespace

std::vector<int> balanced_folds(std::span<const FoldUnit> units, int folds, std::uint64_t seed) {
    const std::uint64_t beginnings = units.size() <= kMostExchanged ? kBeginnings : 1;
    std::pair<Unevenness, std::vector<int>> best;
    for (std::uint64_t beginning = 0; beginning < beginnings; ++beginning) {
        Placing placing(units, folds);
        placing.begin(Random(seed, beginning, 0));
        placing.improve();
        if (beginning == 0 || placing.unevenness() < best.first) best = {placing.unevenness(), placing.folds()};
    }
    return best.second;
}

}  // namespace slidetype
