#include "bench/cross_validation/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <opencv2/ml.hpp>
#include <vector>

namespace slidetype::bench {
namespace {

using Moments = std::array<double, 6>;
using Predictor = std::function<double(const Colours&)>;

/// Zero mean and unit deviation over the training pictures.
class Standardiser {
  public:
    Standardiser(const ColourTable& table, std::span<const std::size_t> train) {
        const auto n = static_cast<double>(train.size());
        for (std::size_t k = 0; k < mean_.size(); ++k) {
            double sum = 0, squares = 0;
            for (const auto tile : train) {
                const double value = static_cast<double>(table.at(0, tile).moments[k]);
                sum += value, squares += value * value;
            }
            mean_[k] = sum / n;
            scale_[k] = 1 / std::sqrt(std::max(1e-12, squares / n - mean_[k] * mean_[k]));
        }
    }
    Moments operator()(const Colours& colours) const {
        Moments out{};
        for (std::size_t k = 0; k < out.size(); ++k) {
            out[k] = (static_cast<double>(colours.moments[k]) - mean_[k]) * scale_[k];
        }
        return out;
    }

  private:
    Moments mean_{}, scale_{};
};

/// The sign is that of the nearest neighbour; the size is how much nearer it is than the nearest of the other class.
Predictor fit_neighbour(const ColourTable& table, std::span<const std::size_t> train) {
    const Standardiser standardise(table, train);
    std::array<std::vector<Moments>, 2> known;
    for (const auto tile : train) {
        known[static_cast<std::size_t>(table.label(tile))].push_back(standardise(table.at(0, tile)));
    }
    return [standardise, known](const Colours& colours) {
        const auto point = standardise(colours);
        std::array<double, 2> nearest{};
        for (std::size_t label = 0; label < 2; ++label) {
            double best = std::numeric_limits<double>::max();
            for (const auto& other : known[label]) {
                double distance = 0;
                for (std::size_t k = 0; k < point.size(); ++k) {
                    distance += (point[k] - other[k]) * (point[k] - other[k]);
                }
                best = std::min(best, distance);
            }
            nearest[label] = std::log(std::sqrt(best) + 1e-3);
        }
        return nearest[0] - nearest[1];
    };
}

/// Newton's method on the log loss with a little ridge, which keeps separable data finite.
Predictor fit_logistic(const ColourTable& table, std::span<const std::size_t> train) {
    constexpr int kTerms = 7, kSteps = 50;
    constexpr double kRidge = 1e-3;
    const Standardiser standardise(table, train);
    const auto terms = [](const Moments& moments) {
        cv::Matx<double, kTerms, 1> x;
        x(0) = 1;
        for (int k = 1; k < kTerms; ++k) x(k) = moments[static_cast<std::size_t>(k - 1)];
        return x;
    };
    cv::Matx<double, kTerms, 1> weights = cv::Matx<double, kTerms, 1>::zeros();
    for (int step = 0; step < kSteps; ++step) {
        auto slope = weights * kRidge;
        auto curvature = cv::Matx<double, kTerms, kTerms>::eye() * kRidge;
        for (const auto tile : train) {
            const auto x = terms(standardise(table.at(0, tile)));
            const double p = 1 / (1 + std::exp(-weights.dot(x)));
            slope += x * (p - table.label(tile));
            curvature += x * x.t() * (p * (1 - p));
        }
        const auto change = curvature.solve(slope, cv::DECOMP_CHOLESKY);
        weights -= change;
        if (cv::norm(change) < 1e-9) break;
    }
    return [=](const Colours& colours) { return weights.dot(terms(standardise(colours))); };
}

/// OpenCV's forest draws from the random stream of the calling thread: starts it at a fixed place, and puts it back.
class FixedRandomStream {
  public:
    FixedRandomStream() : before_(cv::theRNG().state) { cv::theRNG().state = 1337; }
    ~FixedRandomStream() { cv::theRNG().state = before_; }
    FixedRandomStream(const FixedRandomStream&) = delete;
    FixedRandomStream& operator=(const FixedRandomStream&) = delete;

  private:
    std::uint64_t before_;
};

Predictor fit_forest(const ColourTable& table, std::span<const std::size_t> train) {
    constexpr int kTrees = 300, kCells = 64, kCellsPerSplit = 8;
    const auto rows = static_cast<int>(train.size());
    cv::Mat samples(rows, kCells, CV_32F), labels(rows, 1, CV_32S);
    for (int row = 0; row < rows; ++row) {
        const auto tile = train[static_cast<std::size_t>(row)];
        std::ranges::copy(table.at(0, tile).histogram, samples.ptr<float>(row));
        labels.at<int>(row) = table.label(tile);
    }
    const auto forest = cv::ml::RTrees::create();
    forest->setMaxDepth(25);
    forest->setMinSampleCount(2);
    forest->setActiveVarCount(kCellsPerSplit);
    forest->setTermCriteria({cv::TermCriteria::MAX_ITER, kTrees, 0});
    const FixedRandomStream fixed;
    forest->train(samples, cv::ml::ROW_SAMPLE, labels);
    return [forest](const Colours& colours) {
        const cv::Mat row(1, kCells, CV_32F, const_cast<float*>(colours.histogram.data()));
        cv::Mat votes;  // a row of labels, then a row of counts
        forest->getVotes(row, votes, 0);
        const double against = votes.at<int>(1, 0), in_favour = votes.at<int>(1, 1);
        return std::log((in_favour + 0.5) / (against + 0.5));
    };
}

const std::array<Baseline, 3> kBaselines = {{
    {"colour-neighbour", "nearest neighbour on six colour numbers: mean and deviation of red, green and blue",
     fit_neighbour},
    {"colour-logistic", "logistic regression on the same six colour numbers", fit_logistic},
    {"colour-forest", "random forest of 300 trees on a 4 x 4 x 4 colour histogram", fit_forest},
}};

}  // namespace

std::span<const Baseline> baselines() {
    return kBaselines;
}

UnitResult run_baseline(const Baseline& baseline, const Dataset& dataset, const Unit& unit, const ColourTable& table) {
    const auto split = split_of(dataset, unit);
    const auto train = tumour_only(dataset, split.train), test = tumour_only(dataset, split.test);
    UnitResult result;
    result.label = baseline.label;
    result.description = baseline.description;
    result.unit = unit;
    result.split = split.description;
    result.train_pictures = train.size();
    result.data_sha256 = fingerprint(dataset);
    result.pictures = pictures_of(dataset, test);
    const auto predict = baseline.fit(table, train);
    const std::size_t variants = unit.scheme == Scheme::cluster ? 1 : table.variants().size();
    for (std::size_t variant = 0; variant < variants; ++variant) {
        auto& logits = result.logits[table.variants()[variant]];
        logits.reserve(test.size());
        for (const auto tile : test) logits.push_back(predict(table.at(variant, tile)));
    }
    return result;
}

}  // namespace slidetype::bench
