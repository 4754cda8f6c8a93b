#include "model/network/familiarity.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"

namespace slidetype {
namespace {

/// Means of the classes, in the order of their labels.
std::vector<std::vector<double>> class_means(std::span<const float> features, std::size_t count,
                                             std::span<const int> labels, std::vector<std::size_t>& class_of) {
    const std::set<int> known(labels.begin(), labels.end());
    std::vector<std::vector<double>> means(known.size(), std::vector<double>(count));
    std::vector<std::size_t> sizes(known.size());
    for (std::size_t t = 0; t < labels.size(); ++t) {
        const auto k = static_cast<std::size_t>(std::distance(known.begin(), known.find(labels[t])));
        class_of.push_back(k);
        ++sizes[k];
        for (std::size_t f = 0; f < count; ++f) means[k][f] += features[t * count + f];
    }
    for (std::size_t k = 0; k < means.size(); ++k) {
        for (auto& value : means[k]) value /= static_cast<double>(sizes[k]);
    }
    return means;
}

/// Lower triangle of the Cholesky factor L of a positive definite matrix, in place (Golub and Van Loan, alg. 4.2.1).
void cholesky(std::vector<double>& a, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) {
        double diagonal = a[j * n + j];
        for (std::size_t k = 0; k < j; ++k) diagonal -= a[j * n + k] * a[j * n + k];
        a[j * n + j] = std::sqrt(std::max(diagonal, 1e-12));
        for (std::size_t i = j + 1; i < n; ++i) {
            double value = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k) value -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = value / a[j * n + j];
        }
    }
}

/// Inverse of a lower triangular matrix; zeros above the diagonal.
std::vector<double> inverse_lower(const std::vector<double>& l, std::size_t n) {
    std::vector<double> inverse(n * n);
    for (std::size_t c = 0; c < n; ++c) {
        for (std::size_t r = c; r < n; ++r) {
            double value = r == c ? 1 : 0;
            for (std::size_t k = c; k < r; ++k) value -= l[r * n + k] * inverse[k * n + c];
            inverse[r * n + c] = value / l[r * n + r];
        }
    }
    return inverse;
}

}  // namespace

Weights fit_familiarity(std::span<const float> features, std::size_t count, std::span<const int> labels,
                        double shrinkage) {
    if (labels.size() < 2 || features.size() != labels.size() * count) {
        throw Error(ErrorCode::bad_data, "familiarity", "needs at least two training tiles");
    }
    std::vector<std::size_t> class_of;
    const auto means = class_means(features, count, labels, class_of);
    std::vector<double> covariance(count * count), off(count);
    for (std::size_t t = 0; t < labels.size(); ++t) {
        for (std::size_t f = 0; f < count; ++f) off[f] = features[t * count + f] - means[class_of[t]][f];
        for (std::size_t r = 0; r < count; ++r) {
            for (std::size_t c = 0; c <= r; ++c) covariance[r * count + c] += off[r] * off[c];
        }
    }
    double trace = 0;
    for (auto& value : covariance) value /= static_cast<double>(labels.size() - 1);
    for (std::size_t f = 0; f < count; ++f) trace += covariance[f * count + f];
    const double mean_variance = std::max(trace / static_cast<double>(count), 1e-12);
    for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t c = 0; c <= r; ++c) covariance[r * count + c] *= 1 - shrinkage;
        covariance[r * count + r] += shrinkage * mean_variance;
    }
    cholesky(covariance, count);
    const auto whitening = inverse_lower(covariance, count);

    Weights out;
    auto& centre = out["means"];
    centre.shape = {static_cast<std::int64_t>(means.size()), static_cast<std::int64_t>(count)};
    for (const auto& mean : means) centre.values.insert(centre.values.end(), mean.begin(), mean.end());
    const auto edge = static_cast<std::int64_t>(count);
    out["whitening"] = {{edge, edge}, {whitening.begin(), whitening.end()}};
    return out;
}

void extend_familiarity(Weights& familiarity, std::span<const float> features, std::span<const int> labels) {
    auto& known = familiarity.at("means");
    const auto count = static_cast<std::size_t>(known.shape[1]);
    std::vector<std::size_t> class_of;
    for (const auto& mean : class_means(features, count, labels, class_of)) {
        known.values.insert(known.values.end(), mean.begin(), mean.end());
        ++known.shape[0];
    }
}

DistanceMeter::DistanceMeter(const Weights& familiarity)
    : classes_(static_cast<std::size_t>(familiarity.at("means").shape[0])),
      count_(static_cast<std::size_t>(familiarity.at("means").shape[1])) {
    const auto& whitening = familiarity.at("whitening").values;
    const std::vector<double> means(familiarity.at("means").values.begin(), familiarity.at("means").values.end());
    for (std::size_t top = 0; top < count_; top += kRows) {
        const auto begin = whitening_.size();
        for (std::size_t c = 0; c < columns_of(top); ++c) {
            for (std::size_t r = top; r < top + kRows; ++r)
                whitening_.push_back(r < count_ && c <= r ? double{whitening[r * count_ + c]} : 0);
        }
        for (std::size_t k = 0; k < classes_; ++k) {
            const auto mean = whitened(whitening_.data() + begin, columns_of(top), means.data() + k * count_);
            means_.insert(means_.end(), mean.begin(), mean.end());
        }
    }
}

std::size_t DistanceMeter::columns_of(std::size_t top) const {
    return std::min(top + kRows, count_);
}

DistanceMeter::Rows DistanceMeter::whitened(const double* rows, std::size_t columns, const double* values) {
    Rows sums{};
    for (std::size_t c = 0; c < columns; ++c, rows += kRows) {
        for (std::size_t r = 0; r < kRows; ++r) sums[r] += rows[r] * values[c];
    }
    return sums;
}

std::vector<double> DistanceMeter::operator()(std::span<const float> features) const {
    const std::size_t tiles = features.size() / count_;
    const std::vector<double> values(features.begin(), features.end());
    std::vector<double> squared(tiles * classes_);
    const double *rows = whitening_.data(), *means = means_.data();
    for (std::size_t top = 0; top < count_; top += kRows) {  // for all tiles, while these rows are in the cache
        for (std::size_t t = 0; t < tiles; ++t) {
            const auto whole = whitened(rows, columns_of(top), values.data() + t * count_);
            for (std::size_t k = 0; k < classes_; ++k) {
                for (std::size_t r = 0; r < kRows; ++r) {
                    const double off = whole[r] - means[k * kRows + r];
                    squared[t * classes_ + k] += off * off;
                }
            }
        }
        rows += kRows * columns_of(top);
        means += kRows * classes_;
    }
    std::vector<double> distances;
    distances.reserve(tiles);
    for (auto first = squared.begin(); first != squared.end(); first += static_cast<std::ptrdiff_t>(classes_)) {
        const double nearest = *std::min_element(first, first + static_cast<std::ptrdiff_t>(classes_));
        distances.push_back(std::sqrt(nearest / static_cast<double>(count_)));
    }
    return distances;
}

std::vector<double> strange_distances(const Weights& familiarity, std::span<const float> features) {
    return DistanceMeter(familiarity)(features);
}

void check_familiarity(const Weights& familiarity, std::size_t count, const std::string& source) {
    const auto edge = static_cast<std::int64_t>(count);
    const auto means = familiarity.find("means"), whitening = familiarity.find("whitening");
    const bool fits = familiarity.size() == 2 && means != familiarity.end() && whitening != familiarity.end() &&
                      means->second.shape.size() == 2 && means->second.shape[0] > 0 && means->second.shape[1] == edge &&
                      whitening->second.shape == std::vector<std::int64_t>{edge, edge};
    if (!fits) throw Error(ErrorCode::bad_model, source, "does not fit the features of the network");
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rank, 1, values.size()) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

}  // namespace slidetype
