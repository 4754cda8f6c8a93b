#include "bench/cross_validation/figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "model/data/picture_shift.h"

namespace slidetype::bench {
namespace {

constexpr int kRounds = 1000;

bool is_right(const Scored& scored) {
    return (scored.logit > 0) == (scored.label == 1);
}

std::vector<Scored> scored_of(const ScoredPictures& pictures, std::span<const double> logits) {
    std::vector<Scored> out;
    out.reserve(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
        out.push_back({static_cast<float>(logits[i]), pictures.label[i], pictures.group[i], pictures.tile[i]});
    }
    return out;
}

/// Numbers the groups 0, 1, … in order of appearance.
class GroupNumbers {
  public:
    std::size_t operator()(std::size_t group) { return numbers_.emplace(group, numbers_.size()).first->second; }
    std::size_t size() const { return numbers_.size(); }

  private:
    std::map<std::size_t, std::size_t> numbers_;
};

/// Per-group sums, from which any draw of groups gives a mean at once.
struct GroupSums {
    std::vector<double> sum, count;
    void add(std::size_t group, double value) {
        if (group >= sum.size()) sum.resize(group + 1), count.resize(group + 1);
        sum[group] += value;
        count[group] += 1;
    }
    double mean(std::span<const double> weights) const {
        double all = 0, n = 0;
        for (std::size_t g = 0; g < sum.size(); ++g) all += weights[g] * sum[g], n += weights[g] * count[g];
        return n > 0 ? all / n : 0;
    }
};

Estimate mean_over_groups(const GroupSums& sums, int rounds, std::uint64_t seed) {
    return bootstrap(
        sums.sum.size(), [&](std::span<const double> weights) { return sums.mean(weights); }, rounds, seed);
}

Estimate accuracy_of(std::span<const Scored> scored) {
    GroupNumbers numbers;
    GroupSums sums;
    for (const auto& each : scored) sums.add(numbers(each.group), is_right(each) ? 1 : 0);
    return mean_over_groups(sums, kRounds, 1);
}

std::string description_of_shift(const std::string& name) {
    for (const auto& shift : picture_shifts()) {
        if (shift.name == name) return std::string(shift.description);
    }
    return name;
}

/// Names of the shifts in the order of picture_shifts(), then any that only the files know.
std::vector<std::string> shift_names(const std::vector<const UnitResult*>& folds) {
    std::set<std::string> present;
    for (const auto* fold : folds) {
        for (const auto& [name, logits] : fold->logits) present.insert(name);
    }
    present.erase(kPlain);
    std::vector<std::string> names;
    for (const auto& shift : picture_shifts()) {
        if (present.erase(std::string(shift.name)) > 0) names.emplace_back(shift.name);
    }
    names.insert(names.end(), present.begin(), present.end());
    return names;
}

std::vector<Scored> pool(const std::vector<const UnitResult*>& folds, const std::string& variant) {
    std::vector<Scored> all;
    for (const auto* fold : folds) {
        const auto found = fold->logits.find(variant);
        if (found == fold->logits.end()) return {};
        const auto scored = scored_of(fold->pictures, found->second);
        all.insert(all.end(), scored.begin(), scored.end());
    }
    return all;
}

void add_folds(MethodFigures& method, const std::vector<const UnitResult*>& folds, std::size_t wanted) {
    method.folds.resize(wanted);
    for (const auto* fold : folds) {
        const auto number = static_cast<std::size_t>(std::stoul(fold->unit.held_out));
        if (number >= method.folds.size()) method.folds.resize(number + 1);
        method.folds[number] = measure(scored_of(fold->pictures, fold->logits.at(kPlain)), 1, 0);
    }
    if (method.finished_folds() < wanted) return;
    method.scored = pool(folds, kPlain);
    method.temperature = fit_temperature(method.scored);
    method.pooled = measure(cross_calibrated(method.scored), 1, kRounds);
    for (const auto& name : shift_names(folds)) {
        const auto shifted = pool(folds, name);
        if (shifted.empty()) continue;
        const auto metrics = measure(shifted, method.temperature, 0);
        method.shifts.push_back(
            {name, description_of_shift(name), accuracy_of(shifted), metrics.auc.value, metrics.ece.value});
    }
}

/// Groups of one cluster are drawn against each other by drawing all groups: every cluster is a ratio of its own sums.
void add_clusters(MethodFigures& method, const std::vector<const UnitResult*>& units, std::size_t wanted) {
    GroupNumbers numbers;
    std::map<std::string, GroupSums> sums;
    std::map<std::string, std::set<std::size_t>> groups;
    for (const auto* unit : units) {
        const auto scored = scored_of(unit->pictures, unit->logits.at(kPlain));
        for (std::size_t i = 0; i < scored.size(); ++i) {
            const auto& cluster = unit->pictures.cluster[i];
            const auto number = numbers(scored[i].group);
            sums[cluster].add(number, is_right(scored[i]) ? 1 : 0);
            groups[cluster].insert(number);
        }
    }
    for (const auto& [cluster, each] : sums) {
        double n = 0;
        for (const double count : each.count) n += count;
        const std::vector<double> once(each.sum.size(), 1);
        method.by_cluster.push_back({cluster, static_cast<std::size_t>(n), groups[cluster].size(), each.mean(once)});
    }
    if (units.size() < wanted || units.empty()) return;
    method.clusters = bootstrap(
        numbers.size(),
        [&](std::span<const double> weights) {
            double total = 0, drawn = 0;
            for (const auto& [cluster, each] : sums) {
                const auto& members = groups[cluster];
                if (std::ranges::none_of(members, [&](std::size_t g) { return weights[g] > 0; })) continue;
                total += each.mean(weights), drawn += 1;
            }
            return drawn > 0 ? total / drawn : 0;
        },
        kRounds, 1);
}

void add_gate(MethodFigures& method, const std::vector<const UnitResult*>& folds) {
    std::vector<Scored> scored;
    for (const auto* fold : folds) {
        if (fold->gate_logits.empty()) return;
        const auto each = scored_of(fold->gate_pictures, fold->gate_logits);
        scored.insert(scored.end(), each.begin(), each.end());
    }
    if (scored.empty()) return;
    for (auto& each : scored) each.label = each.label == kBenignLabel ? 0 : 1;
    method.gate = measure_gate(scored, 1, fit_gate_threshold(scored, 1), kRounds);
}

}  // namespace

Estimate bootstrap(std::size_t groups, const std::function<double(std::span<const double> weights)>& figure, int rounds,
                   std::uint64_t seed) {
    std::vector<double> weights(groups, 1);
    Estimate estimate;
    estimate.value = figure(weights);
    Random random(seed);
    std::vector<double> draws;
    draws.reserve(static_cast<std::size_t>(rounds));
    for (int round = 0; round < rounds; ++round) {
        std::ranges::fill(weights, 0.0);
        for (std::size_t g = 0; g < groups; ++g) weights[random.below(groups)] += 1;
        draws.push_back(figure(weights));
    }
    if (draws.empty()) return estimate;
    std::ranges::sort(draws);
    const auto at = [&](double share) {
        return draws[static_cast<std::size_t>(share * static_cast<double>(draws.size() - 1) + 0.5)];
    };
    estimate.ci95 = {at(0.025), at(0.975)};
    return estimate;
}

std::size_t MethodFigures::finished_folds() const {
    return static_cast<std::size_t>(std::ranges::count_if(folds, [](const auto& fold) { return fold.has_value(); }));
}

const ShiftFigures* MethodFigures::worst_shift() const {
    const auto worst =
        std::ranges::min_element(shifts, {}, [](const ShiftFigures& shift) { return shift.accuracy.value; });
    return worst == shifts.end() ? nullptr : &*worst;
}

std::vector<MethodFigures> figures_of(const std::vector<UnitResult>& results, std::size_t folds, std::size_t clusters) {
    std::map<std::string, std::map<Scheme, std::vector<const UnitResult*>>> by_label;
    for (const auto& result : results) by_label[result.label][result.unit.scheme].push_back(&result);
    std::vector<MethodFigures> methods;
    methods.reserve(by_label.size());
    for (auto& [label, units] : by_label) {
        MethodFigures method;
        const auto& any = *units.begin()->second.front();
        method.label = label, method.description = any.description, method.input = any.input;
        method.is_network = any.is_network, method.parameters = any.parameters;
        for (const auto& [scheme, list] : units) {
            for (const auto* unit : list) {
                method.training_hours += unit->seconds / 3600;
                method.untimed += unit->seconds > 0 ? 0 : 1;
            }
        }
        add_folds(method, units[Scheme::fold], folds);
        add_clusters(method, units[Scheme::cluster], clusters);
        if (method.finished_folds() == folds) add_gate(method, units[Scheme::fold]);
        if (const auto& random = units[Scheme::random]; !random.empty()) {
            method.random = measure(scored_of(random[0]->pictures, random[0]->logits.at(kPlain)), 1, kRounds);
            method.random_epoch_choice = random[0]->epoch_choice;
        }
        methods.push_back(std::move(method));
    }
    std::ranges::stable_sort(methods, [](const MethodFigures& a, const MethodFigures& b) {
        if (a.is_network != b.is_network) return a.is_network;
        const auto accuracy = [](const MethodFigures& m) { return m.pooled ? m.pooled->accuracy.value : -1; };
        return accuracy(a) > accuracy(b);
    });
    return methods;
}

Estimate accuracy_difference(std::span<const Scored> a, std::span<const Scored> b, int rounds, std::uint64_t seed) {
    std::map<std::size_t, bool> right_in_b;
    for (const auto& each : b) right_in_b[each.tile] = is_right(each);
    GroupNumbers numbers;
    GroupSums sums;
    for (const auto& each : a) {
        const auto found = right_in_b.find(each.tile);
        if (found == right_in_b.end()) continue;
        sums.add(numbers(each.group), static_cast<double>(is_right(each)) - static_cast<double>(found->second));
    }
    if (sums.sum.empty()) throw Error(ErrorCode::bad_data, "comparison", "the two methods scored no picture in common");
    return mean_over_groups(sums, rounds, seed);
}

}  // namespace slidetype::bench
