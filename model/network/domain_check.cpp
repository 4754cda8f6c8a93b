#include "model/network/domain_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::size_t kMostMaterials = 64;
/// Added to every variance, so that traits that never varied do not divide by nothing.
constexpr double kLeastVariance = 1e-5;
/// What stands for infinitely far.
constexpr double kFarthest = 1e6;

struct TraitRange {
    std::size_t begin, end;
};

TraitRange range_of(std::optional<Witness> only) {
    if (!only) return {0, kTraits};
    switch (*only) {
        case Witness::colour:
            return {0, kColourTraits};
        case Witness::sharpness:
            return {kColourTraits, kColourTraits + kSharpnessTraits};
        case Witness::structure:
            break;
    }
    return {kColourTraits + kSharpnessTraits, kTraits};
}

/// |L⁻¹ d|² with L the Cholesky factor of the covariance (Golub and Van Loan, alg. 4.2.1), row by row.
double squared_distance(const std::vector<double>& covariance, const std::vector<double>& off) {
    const std::size_t n = off.size();
    std::vector<double> factor(n * n), solved(n);
    double sum = 0;
    for (std::size_t r = 0; r < n; ++r) {
        for (std::size_t c = 0; c <= r; ++c) {
            double value = covariance[r * n + c];
            for (std::size_t k = 0; k < c; ++k) value -= factor[r * n + k] * factor[c * n + k];
            factor[r * n + c] =
                c < r ? value / factor[c * n + c] : std::sqrt(std::max(value, kLeastVariance * kLeastVariance));
        }
        double rest = off[r];
        for (std::size_t k = 0; k < r; ++k) rest -= factor[r * n + k] * solved[k];
        solved[r] = rest / factor[r * n + r];
        sum += solved[r] * solved[r];
    }
    return sum;
}

/// Those by which it differs beyond their own limits; where none does, the one that comes nearest to it.
std::vector<Witness> differing(const KnownMaterial& material, const TileTraits& mean, std::size_t tiles) {
    std::vector<std::pair<double, Witness>> all;
    for (int w = 0; w < kWitnessCount; ++w) {
        const auto witness = static_cast<Witness>(w);
        const double limit = material.witness_limits.at(static_cast<std::size_t>(w));
        all.emplace_back(domain_distance(material, mean, tiles, witness) / limit, witness);
    }
    std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Witness> out;
    for (const auto& [relative, witness] : all) {
        if (relative > 1 || out.empty()) out.push_back(witness);
    }
    return out;
}

template <class Values>
void append(HostTensor& tensor, const Values& values) {
    for (const auto value : values) tensor.values.push_back(static_cast<float>(value));
}

template <class Values>
void take_row(const HostTensor& tensor, std::size_t row, Values& values) {
    const auto begin = tensor.values.begin() + static_cast<std::ptrdiff_t>(row * values.size());
    std::copy_n(begin, values.size(), values.begin());
}

[[noreturn]] void unfit(const std::string& source, const char* cause) {
    throw Error(ErrorCode::bad_model, source, cause);
}

void require_plausible(const KnownMaterial& material, const std::string& source) {
    for (const auto* matrix : {&material.between, &material.within}) {
        for (std::size_t k = 0; k < kTraits; ++k) {
            if ((*matrix)[k * kTraits + k] < 0) unfit(source, "holds a variance below 0");
        }
    }
    const bool limits =
        material.limit > 0 && std::ranges::all_of(material.witness_limits, [](double limit) { return limit > 0; });
    if (!limits) unfit(source, "holds a limit that is not positive");
}

}  // namespace

std::string_view to_string(Witness witness) {
    switch (witness) {
        case Witness::colour:
            return "colours";
        case Witness::sharpness:
            return "sharpness";
        case Witness::structure:
            break;
    }
    return "structure";
}

double domain_distance(const KnownMaterial& material, const TileTraits& mean, std::size_t tiles,
                       std::optional<Witness> only) {
    const auto [begin, end] = range_of(only);
    const std::size_t n = end - begin;
    std::vector<double> covariance(n * n), off(n);
    for (std::size_t r = 0; r < n; ++r) {
        off[r] = mean[begin + r] - material.mean[begin + r];
        for (std::size_t c = 0; c < n; ++c) {
            const auto at = (begin + r) * kTraits + begin + c;
            covariance[r * n + c] = material.between[at] + material.within[at] / static_cast<double>(tiles);
        }
        covariance[r * n + r] += kLeastVariance;
    }
    const double distance = std::sqrt(squared_distance(covariance, off) / static_cast<double>(n));
    return std::isfinite(distance) ? std::min(distance, kFarthest) : kFarthest;
}

DomainVerdict judge_domain(const KnownDomain& domain, const TileTraits& mean, std::size_t tiles) {
    DomainVerdict verdict;
    verdict.tiles = tiles;
    const KnownMaterial* nearest = nullptr;
    for (const auto& material : domain) {
        const double relative = domain_distance(material, mean, tiles) / material.limit;
        if (nearest != nullptr && relative >= verdict.distance) continue;
        nearest = &material;
        verdict.distance = relative;
    }
    verdict.known = verdict.distance <= 1;
    if (!verdict.known && nearest != nullptr) verdict.witnesses = differing(*nearest, mean, tiles);
    return verdict;
}

std::string witness_text(const DomainVerdict& verdict) {
    if (verdict.witnesses.empty()) return {};
    std::string list;
    for (std::size_t k = 0; k < verdict.witnesses.size(); ++k) {
        if (k > 0) list += k + 1 == verdict.witnesses.size() ? " and " : ", ";
        list += to_string(verdict.witnesses[k]);
    }
    const bool one = verdict.witnesses.size() == 1 && verdict.witnesses[0] != Witness::colour;
    return "its " + list + (one ? " differs" : " differ");
}

Weights to_tensors(const KnownDomain& domain) {
    const auto n = static_cast<std::int64_t>(domain.size());
    constexpr auto kEdge = static_cast<std::int64_t>(kTraits);
    Weights out;
    auto &mean = out["mean"], &between = out["between"], &within = out["within"], &limits = out["limits"],
         &groups = out["groups"];
    mean.shape = {n, kEdge};
    between.shape = within.shape = {n, kEdge, kEdge};
    limits.shape = {n, 1 + kWitnessCount};
    groups.shape = {n};
    for (const auto& material : domain) {
        append(mean, material.mean);
        append(between, material.between);
        append(within, material.within);
        append(limits, std::array{material.limit});
        append(limits, material.witness_limits);
        append(groups, std::array{static_cast<double>(material.groups)});
    }
    return out;
}

KnownDomain domain_of(const Weights& tensors, const std::string& source) {
    const auto first = tensors.find("mean");
    if (tensors.size() != 5 || first == tensors.end() || first->second.shape.empty()) {
        unfit(source, "does not hold what is known of a model's material");
    }
    const auto n = first->second.shape[0];
    constexpr auto kEdge = static_cast<std::int64_t>(kTraits);
    const auto tensor = [&](const char* name, const std::vector<std::int64_t>& shape) -> const HostTensor& {
        const auto found = tensors.find(name);
        if (found == tensors.end() || found->second.shape != shape) unfit(source, "a tensor is missing or misshapen");
        return found->second;
    };
    if (n < 1 || n > static_cast<std::int64_t>(kMostMaterials)) unfit(source, "knows no material, or too many");
    const auto &mean = tensor("mean", {n, kEdge}), &between = tensor("between", {n, kEdge, kEdge}),
               &within = tensor("within", {n, kEdge, kEdge}), &limits = tensor("limits", {n, 1 + kWitnessCount}),
               &groups = tensor("groups", {n});
    KnownDomain domain(static_cast<std::size_t>(n));
    for (std::size_t k = 0; k < domain.size(); ++k) {
        auto& material = domain[k];
        take_row(mean, k, material.mean);
        take_row(between, k, material.between);
        take_row(within, k, material.within);
        std::array<double, 1 + kWitnessCount> all{};
        take_row(limits, k, all);
        material.limit = all[0];
        std::copy(all.begin() + 1, all.end(), material.witness_limits.begin());
        if (!(groups.values[k] >= 1 && groups.values[k] <= 1e9F)) unfit(source, "holds no number of sources");
        material.groups = static_cast<std::size_t>(groups.values[k]);
        require_plausible(material, source);
    }
    return domain;
}

}  // namespace slidetype
