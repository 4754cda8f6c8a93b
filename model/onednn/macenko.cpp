// Macenko et al., "A method for normalizing histology slides for quantitative analysis", ISBI 2009: the two stains are
// the extreme directions of optical density within the plane of its two largest eigenvectors. Constants (background
// below 0.15, extremes at 1 % and 99 %, reference stains and strengths) are those of the authors' own code, and the
// same as in model/torch/input.cpp, which a test holds against this.
#include "model/onednn/macenko.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

namespace slidetype {
namespace {

using Density = std::array<double, 3>;
using Matrix = std::array<Density, 3>;

constexpr double kBackgroundDensity = 0.15;
constexpr double kExtremeShare = 0.01;
constexpr std::size_t kFewestPixels = 64;
constexpr double kLeastStrength = 1e-3;
constexpr Density kHematoxylin = {0.5626, 0.7201, 0.4062}, kEosin = {0.2159, 0.8012, 0.5581};
constexpr double kHematoxylinStrength = 1.9705, kEosinStrength = 1.0308;

double dot(const Density& a, const Density& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Density column(const Matrix& m, std::size_t c) {
    return {m[0][c], m[1][c], m[2][c]};
}

Matrix covariance_of(const std::vector<Density>& pixels) {
    Density mean{};
    for (const auto& pixel : pixels) {
        for (std::size_t c = 0; c < 3; ++c) mean[c] += pixel[c];
    }
    for (auto& value : mean) value /= static_cast<double>(pixels.size());
    Matrix covariance{};
    for (const auto& pixel : pixels) {
        for (std::size_t r = 0; r < 3; ++r) {
            for (std::size_t c = 0; c < 3; ++c) covariance[r][c] += (pixel[r] - mean[r]) * (pixel[c] - mean[c]);
        }
    }
    for (auto& row : covariance) {
        for (auto& value : row) value /= static_cast<double>(pixels.size() - 1);
    }
    return covariance;
}

/// One rotation of Jacobi's method (Golub and Van Loan, section 8.5): makes a[p][q] zero, gathers the turns in v.
void rotate(Matrix& a, Matrix& v, std::size_t p, std::size_t q) {
    if (a[p][q] == 0) return;
    const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
    const double c = 1 / std::sqrt(t * t + 1), s = t * c;
    for (std::size_t k = 0; k < 3; ++k) {
        const double kp = a[k][p], kq = a[k][q];
        a[k][p] = c * kp - s * kq;
        a[k][q] = s * kp + c * kq;
    }
    for (std::size_t k = 0; k < 3; ++k) {
        const double pk = a[p][k], qk = a[q][k];
        a[p][k] = c * pk - s * qk;
        a[q][k] = s * pk + c * qk;
    }
    for (std::size_t k = 0; k < 3; ++k) {
        const double kp = v[k][p], kq = v[k][q];
        v[k][p] = c * kp - s * kq;
        v[k][q] = s * kp + c * kq;
    }
}

/// The eigenvectors of the second largest and the largest eigenvalue, each turned so that its sum is not negative.
std::array<Density, 2> main_plane(Matrix a) {
    Matrix v = {Density{1, 0, 0}, Density{0, 1, 0}, Density{0, 0, 1}};
    for (int sweep = 0; sweep < 30; ++sweep) {
        rotate(a, v, 0, 1);
        rotate(a, v, 0, 2);
        rotate(a, v, 1, 2);
    }
    std::array<std::size_t, 3> order = {0, 1, 2};
    std::ranges::sort(order, {}, [&a](std::size_t i) { return a[i][i]; });
    std::array<Density, 2> plane = {column(v, order[1]), column(v, order[2])};
    for (auto& axis : plane) {
        if (axis[0] + axis[1] + axis[2] >= 0) continue;
        for (auto& value : axis) value = -value;
    }
    return plane;
}

/// Between the two nearest ranks, as torch.quantile has it.
double quantile_between(std::vector<double>& values, double share) {
    const double rank = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values.begin(), at, values.end());
    const double low = *at;
    if (below + 1 == values.size()) return low;
    return low + (*std::min_element(at + 1, values.end()) - low) * (rank - static_cast<double>(below));
}

struct Stains {
    Density hematoxylin, eosin;
};

Stains stains_of(const std::vector<Density>& tissue) {
    const auto plane = main_plane(covariance_of(tissue));
    std::vector<double> angles;
    angles.reserve(tissue.size());
    for (const auto& pixel : tissue) angles.push_back(std::atan2(dot(plane[1], pixel), dot(plane[0], pixel)));
    const auto direction = [&](double share) {
        const double angle = quantile_between(angles, share);
        Density out{};
        for (std::size_t c = 0; c < 3; ++c) out[c] = plane[0][c] * std::cos(angle) + plane[1][c] * std::sin(angle);
        return out;
    };
    const auto low = direction(kExtremeShare), high = direction(1 - kExtremeShare);
    // Hematoxylin absorbs more red than eosin does.
    return low[0] > high[0] ? Stains{low, high} : Stains{high, low};
}

/// Least squares: (S'S)⁻¹ S', the rows that give the amounts of both stains. Nothing where they are one direction.
std::optional<std::array<Density, 2>> inverse_of(const Stains& stains) {
    const auto& [h, e] = stains;
    const double hh = dot(h, h), ee = dot(e, e), he = dot(h, e), determinant = hh * ee - he * he;
    if (!(determinant > 1e-10)) return std::nullopt;
    std::array<Density, 2> rows{};
    for (std::size_t c = 0; c < 3; ++c) {
        rows[0][c] = (ee * h[c] - he * e[c]) / determinant;
        rows[1][c] = (hh * e[c] - he * h[c]) / determinant;
    }
    return rows;
}

std::vector<Density> densities_of(std::span<const std::uint8_t> rgb) {
    std::array<double, 256> density{};
    for (std::size_t b = 0; b < 256; ++b) density[b] = -std::log((static_cast<double>(b) + 1) / 256);
    std::vector<Density> out(rgb.size() / 3);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = {density[rgb[3 * i]], density[rgb[3 * i + 1]], density[rgb[3 * i + 2]]};
    }
    return out;
}

}  // namespace

std::vector<std::uint8_t> normalise_stains(std::span<const std::uint8_t> rgb) {
    std::vector<std::uint8_t> out(rgb.begin(), rgb.end());
    const auto densities = densities_of(rgb);
    std::vector<Density> tissue;
    std::ranges::copy_if(densities, std::back_inserter(tissue), [](const Density& density) {
        return std::ranges::all_of(density, [](double each) { return each > kBackgroundDensity; });
    });
    if (tissue.size() < kFewestPixels) return out;
    const auto inverse = inverse_of(stains_of(tissue));
    if (!inverse) return out;
    std::array<std::vector<double>, 2> amounts;
    for (std::size_t s = 0; s < 2; ++s) {
        amounts[s].reserve(densities.size());
        for (const auto& density : densities) amounts[s].push_back(dot((*inverse)[s], density));
    }
    const auto strength = [](std::vector<double> of) { return std::max(quantile_between(of, 0.99), kLeastStrength); };
    const double hematoxylin = kHematoxylinStrength / strength(amounts[0]);
    const double eosin = kEosinStrength / strength(amounts[1]);
    for (std::size_t i = 0; i < densities.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            const double density = kHematoxylin[c] * amounts[0][i] * hematoxylin + kEosin[c] * amounts[1][i] * eosin;
            out[3 * i + c] =
                static_cast<std::uint8_t>(std::clamp(std::nearbyint(std::exp(-density) * 256.0 - 1.0), 0.0, 255.0));
        }
    }
    return out;
}

}  // namespace slidetype
