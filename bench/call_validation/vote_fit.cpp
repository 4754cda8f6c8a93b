#include "bench/call_validation/vote_fit.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/self_test.h"

namespace slidetype::bench {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

/// So small that it only keeps the matrix from being singular where the border share is the same on all slides.
constexpr double kRidge = 1e-3;
constexpr int kMostSteps = 100;
constexpr double kSmallStep = 1e-10;

/// Gauss with pivots; the matrix is positive definite.
Vector solve(Matrix matrix, Vector right) {
    for (std::size_t pivot = 0; pivot < 3; ++pivot) {
        std::size_t best = pivot;
        for (std::size_t row = pivot + 1; row < 3; ++row) {
            if (std::abs(matrix[row][pivot]) > std::abs(matrix[best][pivot])) best = row;
        }
        std::swap(matrix[pivot], matrix[best]);
        std::swap(right[pivot], right[best]);
        for (std::size_t row = 0; row < 3; ++row) {
            if (row == pivot) continue;
            const double factor = matrix[row][pivot] / matrix[pivot][pivot];
            for (std::size_t column = pivot; column < 3; ++column)
                matrix[row][column] -= factor * matrix[pivot][column];
            right[row] -= factor * right[pivot];
        }
    }
    return {right[0] / matrix[0][0], right[1] / matrix[1][1], right[2] / matrix[2][2]};
}

/// The step towards the least loss.
Vector newton_step(std::span<const FitSlide> slides, const Vector& at, const std::array<double, 2>& targets) {
    Vector gradient{0, kRidge * at[1], kRidge * at[2]};
    Matrix curvature{};
    for (std::size_t k = 0; k < 3; ++k) curvature[k][k] = kRidge;
    for (const auto& slide : slides) {
        const Vector x = {1, slide.mean_prob_lusc, slide.border_share};
        const double p = 1 / (1 + std::exp(-(at[0] + at[1] * x[1] + at[2] * x[2])));
        const double error = p - targets.at(slide.lusc ? 1 : 0);
        for (std::size_t row = 0; row < 3; ++row) {
            gradient[row] += error * x[row];
            for (std::size_t column = 0; column < 3; ++column) {
                curvature[row][column] += p * (1 - p) * x[row] * x[column];
            }
        }
    }
    return solve(curvature, gradient);
}

}  // namespace

VoteCalibration fit_votes(std::span<const FitSlide> slides) {
    std::array<double, 2> counts{};
    for (const auto& slide : slides) counts.at(slide.lusc ? 1 : 0) += 1;
    if (counts[0] == 0 || counts[1] == 0) {
        throw Error(ErrorCode::bad_data, "the fit of votes", "has no slide of one class that can be called");
    }
    const std::array targets = {1 / (counts[0] + 2), (counts[1] + 1) / (counts[1] + 2)};
    Vector at{};
    for (int step = 0; step < kMostSteps; ++step) {
        const auto move = newton_step(slides, at, targets);
        double length = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            at[k] -= move[k];
            length += std::abs(move[k]);
        }
        if (length < kSmallStep) break;
    }
    if (!(at[1] > 0)) {
        throw Error(ErrorCode::bad_data, "the fit of votes", "gives LUSC slides a lower P(LUSC) than LUAD slides");
    }
    return {at[0], at[1], at[2]};
}

void store_votes(const std::filesystem::path& model_directory, const VoteCalibration& calibration) {
    const auto file = model_directory / "config.json";
    try {
        auto config = nlohmann::ordered_json::parse(read_file(file));
        // Six digits are more than so few slides tell.
        const auto figure = [](double value) { return std::round(value * 1e6) / 1e6; };
        config.at("slidetype")["call"]["vote"] = {{"intercept", figure(calibration.intercept)},
                                                  {"slope", figure(calibration.slope)},
                                                  {"border", figure(calibration.border)}};
        write_file(file, config.dump(2) + "\n");
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorCode::bad_model, file.string(), error.what());
    }
    attach_self_test(model_directory);
}

}  // namespace slidetype::bench
