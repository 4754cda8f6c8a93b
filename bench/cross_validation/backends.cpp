#include "bench/cross_validation/backends.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/cross_validation/card_text.h"
#include "model/learning/evaluation.h"

namespace slidetype::bench {
namespace {

using Row = std::vector<std::string>;

double probability(const Scored& scored) {
    return 1 / (1 + std::exp(-static_cast<double>(scored.logit)));
}

Row row_of(const std::string& label, const Evaluation& seen, const Evaluation& reference) {
    double sum = 0, largest = 0;
    std::size_t changed = 0;
    for (std::size_t i = 0; i < seen.scored.size(); ++i) {
        const auto &one = seen.scored[i], &other = reference.scored[i];
        const double difference = std::abs(probability(one) - probability(other));
        sum += difference;
        largest = std::max(largest, difference);
        changed += (one.logit > 0) != (other.logit > 0) ? 1 : 0;
    }
    const auto count = static_cast<double>(seen.scored.size());
    return {fmt::format("`{}`", label),
            seen.backend,
            fmt::format("{:.2f} %", 100 * seen.metrics.accuracy.value),
            fmt::format("{:.1e}", sum / count),
            fmt::format("{:.1e}", largest),
            fmt::format("{} of {}", changed, grouped(seen.scored.size()))};
}

}  // namespace

std::string backends_table(const Dataset& dataset, std::span<const std::size_t> members,
                           std::span<const std::pair<std::string, std::filesystem::path>> models, int threads,
                           const Say& say) {
    constexpr std::array kBackends = {Backend::torch, Backend::onednn, Backend::onednn_int8};
    std::vector<Row> rows;
    for (const auto& [label, path] : models) {
        const auto model = read_model_directory(path);
        std::vector<Evaluation> seen;
        for (const auto backend : kBackends) {
            say(label + ": " + std::string(to_string(backend)));
            EvaluationOptions options;
            options.threads = threads;
            options.backend = backend;
            seen.push_back(evaluate_model(model, dataset, members, options));
            rows.push_back(row_of(label, seen.back(), seen.front()));
        }
    }
    return table({"model", "computed by", "accuracy", "P(LUSC) moves on average", "at most", "other class"}, rows);
}

}  // namespace slidetype::bench
