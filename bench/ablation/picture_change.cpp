#include "bench/ablation/picture_change.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "base/optical_density.h"
#include "base/pictures/image_file.h"
#include "base/random.h"
#include "base/resampling/resample.h"

namespace slidetype::bench {
namespace {

constexpr double kGreatestGain = 20;

std::uint8_t value_of(double density) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(std::exp(-density) * 256 - 1, 0.0, 255.0)));
}

cv::Matx33d matrix_of(const ColourMoments& moments) {
    cv::Matx33d matrix;
    for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c)
            matrix(r, c) = moments.covariance[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
    }
    return matrix;
}

/// A power of a symmetric positive matrix.
cv::Matx33d power(const cv::Matx33d& matrix, double exponent) {
    cv::Mat values, vectors;
    cv::eigen(cv::Mat(matrix), values, vectors);
    cv::Matx33d diagonal = cv::Matx33d::zeros();
    for (int i = 0; i < 3; ++i) diagonal(i, i) = std::pow(std::max(values.at<double>(i), 1e-9), exponent);
    const cv::Matx33d rows = vectors;
    return rows.t() * diagonal * rows;
}

/// The optical density of one channel.
cv::Mat density_plane(const RgbImage& tile, std::size_t channel) {
    cv::Mat plane(tile.height, tile.width, CV_64F);
    for (int y = 0; y < tile.height; ++y) {
        auto* row = plane.ptr<double>(y);
        for (int x = 0; x < tile.width; ++x) row[x] = optical_density(tile.at(x, y)[channel]);
    }
    return plane;
}

/// Waves, of which the mean is taken away.
cv::Mat waves_of(const cv::Mat& plane, double mean) {
    cv::Mat waves;
    cv::dft(plane - mean, waves, cv::DFT_COMPLEX_OUTPUT);
    return waves;
}

/// How many periods the wave at (x, y) of the transform has across the tile.
double periods(int x, int y, int edge) {
    const double across = std::min(x, edge - x), down = std::min(y, edge - y);
    return std::sqrt(across * across + down * down);
}

std::size_t band_of(double waves, std::size_t bands) {
    return std::min(static_cast<std::size_t>(waves), bands - 1);
}

void add_energy(const RgbImage& tile, double weight, BandEnergy& energy) {
    const auto bands = static_cast<std::size_t>(tile.width / 2 + 1);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto plane = density_plane(tile, channel);
        const auto waves = waves_of(plane, cv::mean(plane)[0]);
        std::vector<double> sum(bands), count(bands);
        for (int y = 0; y < waves.rows; ++y) {
            const auto* row = waves.ptr<cv::Vec2d>(y);
            for (int x = 0; x < waves.cols; ++x) {
                const auto band = band_of(periods(x, y, waves.cols), bands);
                sum[band] += row[x][0] * row[x][0] + row[x][1] * row[x][1];
                count[band] += 1;
            }
        }
        energy[channel].resize(bands);
        for (std::size_t band = 0; band < bands; ++band) energy[channel][band] += weight * sum[band] / count[band];
    }
}

/// The gain of a wave, linear between the middles of the bands.
double gain_at(double waves, const std::vector<double>& gains) {
    const double place = std::clamp(waves - 0.5, 0.0, static_cast<double>(gains.size() - 1));
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, gains.size() - 1);
    return gains[below] + (place - static_cast<double>(below)) * (gains[above] - gains[below]);
}

std::vector<double> gains_of(const std::vector<double>& from, const std::vector<double>& to) {
    std::vector<double> gains(from.size(), 1);
    for (std::size_t band = 1; band < gains.size(); ++band) {
        const double gain = std::sqrt(std::max(to[band], 1e-12) / std::max(from[band], 1e-12));
        gains[band] = std::clamp(gain, 1 / kGreatestGain, kGreatestGain);
    }
    return gains;
}

RgbImage mirrored(const RgbImage& tile) {
    RgbImage all(3 * tile.width, 3 * tile.height);
    const auto fold = [](int at, int edge) {
        const int inside = at % edge;
        return at / edge == 1 ? inside : edge - 1 - inside;
    };
    for (int y = 0; y < all.height; ++y) {
        for (int x = 0; x < all.width; ++x)
            std::copy_n(tile.at(fold(x, tile.width), fold(y, tile.height)), 3, all.at(x, y));
    }
    return all;
}

}  // namespace

ColourMoments colour_moments(std::span<const RgbImage> tiles, std::span<const double> weights) {
    ColourMoments moments;
    std::array<std::array<double, 3>, 3> squares{};
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        const auto& pixels = tiles[t].pixels;
        const double weight = weights[t] * 3 / static_cast<double>(pixels.size());
        for (std::size_t i = 0; i < pixels.size(); i += 3) {
            const std::array density = {optical_density(pixels[i]), optical_density(pixels[i + 1]),
                                        optical_density(pixels[i + 2])};
            for (std::size_t r = 0; r < 3; ++r) {
                moments.mean[r] += weight * density[r];
                for (std::size_t c = 0; c < 3; ++c) squares[r][c] += weight * density[r] * density[c];
            }
        }
    }
    for (std::size_t r = 0; r < 3; ++r) {
        for (std::size_t c = 0; c < 3; ++c)
            moments.covariance[r][c] = squares[r][c] - moments.mean[r] * moments.mean[c];
    }
    return moments;
}

RgbImage with_colour(const RgbImage& tile, const ColourMoments& from, const ColourMoments& to) {
    const auto a = matrix_of(from), root = power(a, 0.5), back = power(a, -0.5);
    const cv::Matx33d map = back * power(root * matrix_of(to) * root, 0.5) * back;
    RgbImage changed(tile.width, tile.height);
    for (std::size_t i = 0; i < tile.pixels.size(); i += 3) {
        cv::Vec3d density;
        for (int c = 0; c < 3; ++c)
            density[c] =
                optical_density(tile.pixels[i + static_cast<std::size_t>(c)]) - from.mean[static_cast<std::size_t>(c)];
        density = map * density;
        for (int c = 0; c < 3; ++c)
            changed.pixels[i + static_cast<std::size_t>(c)] =
                value_of(density[c] + to.mean[static_cast<std::size_t>(c)]);
    }
    return changed;
}

BandEnergy band_energy(std::span<const RgbImage> tiles, std::span<const double> weights) {
    BandEnergy energy;
    for (std::size_t t = 0; t < tiles.size(); ++t) add_energy(tiles[t], weights[t], energy);
    return energy;
}

RgbImage with_sharpness(const RgbImage& tile, const BandEnergy& from, const BandEnergy& to) {
    RgbImage changed(tile.width, tile.height);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto gains = gains_of(from[channel], to[channel]);
        const auto plane = density_plane(tile, channel);
        const double mean = cv::mean(plane)[0];
        auto waves = waves_of(plane, mean);
        for (int y = 0; y < waves.rows; ++y) {
            auto* row = waves.ptr<cv::Vec2d>(y);
            for (int x = 0; x < waves.cols; ++x) row[x] *= gain_at(periods(x, y, waves.cols), gains);
        }
        cv::Mat back;
        cv::dft(waves, back, cv::DFT_INVERSE | cv::DFT_SCALE | cv::DFT_REAL_OUTPUT);
        for (int y = 0; y < tile.height; ++y) {
            const auto* row = back.ptr<double>(y);
            for (int x = 0; x < tile.width; ++x) changed.at(x, y)[channel] = value_of(row[x] + mean);
        }
    }
    return changed;
}

RgbImage with_noise(const RgbImage& tile, double deviation, std::uint64_t seed) {
    Random random(seed);
    auto changed = tile;
    for (auto& value : changed.pixels)
        value = static_cast<std::uint8_t>(std::lround(std::clamp(value + deviation * random.normal(), 0.0, 255.0)));
    return changed;
}

RgbImage with_jpeg(const RgbImage& tile, int quality) {
    const auto large = recompress_jpeg(resampled(tile, 2 * tile.width, 2 * tile.height), quality);
    return resampled(large, tile.width, tile.height);
}

RgbImage with_left(const RgbImage& tile, const RgbImage& other, double share) {
    auto changed = tile;
    const auto columns = static_cast<std::ptrdiff_t>(std::lround(share * tile.width));
    for (int y = 0; y < tile.height; ++y) std::copy_n(other.at(0, y), columns * 3, changed.at(0, y));
    return changed;
}

RgbImage with_field(const RgbImage& tile, double share) {
    const auto all = mirrored(tile);
    const double width = share * tile.width, height = share * tile.height;
    RgbImage changed(tile.width, tile.height);
    resample_window(all, {(all.width - width) / 2, (all.height - height) / 2, width, height}, changed);
    return changed;
}

double coarse_contrast(const RgbImage& tile) {
    const std::array one = {1.0};
    const auto energy = band_energy({&tile, 1}, one);
    double sum = 0;
    for (const auto& channel : energy) sum += channel[1] + channel[2];
    return std::log(std::max(sum, 1e-12));
}

}  // namespace slidetype::bench
