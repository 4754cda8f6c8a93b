// Varying amounts and vectors of the stains: Tellez et al., Med Image Anal 58:101544 (2019),
// and Shen et al., "RandStainNA", MICCAI 2022. Joining two pictures: after CutMix (Yun et al., ICCV 2019), here because
// tiles of slides lie across the borders of tumour and what is beside it.
#include "model/training/variation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/optical_density.h"
#include "base/pictures/image_file.h"
#include "model/data/stain_vectors.h"

namespace slidetype {
namespace {

constexpr double kBlurred = 0.3, kSharpened = 0.2, kNoisy = 0.2, kKeptSmall = 0.5, kRecompressed = 0.3;
constexpr double kLeastBlur = 0.2;  ///< below, nothing is seen

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

Triple normalised(const Triple& v) {
    const double length = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    return {v[0] / length, v[1] / length, v[2] / length};
}

Matrix stain_vectors() {
    return {normalised({0.65, 0.70, 0.29}), normalised({0.07, 0.99, 0.11}), normalised({0.27, 0.57, 0.78})};
}

Triple cross(const Triple& a, const Triple& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Triple& a, const Triple& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Of a matrix of three rows that are no plane: columns are cross products over the determinant.
Matrix inverse(const Matrix& m) {
    const Matrix columns = {cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1])};
    const double determinant = dot(m[0], columns[0]);
    Matrix out{};
    for (std::size_t r = 0; r < 3; ++r) {
        for (std::size_t c = 0; c < 3; ++c) out[r][c] = columns[c][r] / determinant;
    }
    return out;
}

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix out{};
    for (std::size_t r = 0; r < 3; ++r) {
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t k = 0; k < 3; ++k) out[r][c] += a[r][k] * b[k][c];
        }
    }
    return out;
}

/// Row of densities times this: densities with other amounts of other stains.
Matrix random_mixing(const Augmentation& how, Random& random) {
    const Matrix stains = stain_vectors();
    Matrix other = stains;
    for (std::size_t s = 0; s < 2; ++s) {
        const double amount = random.uniform(1 - how.stain, 1 + how.stain);
        for (auto& component : other[s]) component = std::max(component + how.stain_vectors * random.normal(), 0.01);
        other[s] = normalised(other[s]);
        for (auto& component : other[s]) component *= amount;
    }
    return product(inverse(stains), other);
}

/// exp(-density) × 256 - 1 by a table, for a density of up to kDensest either side of nothing.
class Transmission {
  public:
    Transmission() {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            values_[i] = static_cast<float>(std::exp(-(static_cast<double>(i) / kSteps - kDensest)) * 256 - 1);
        }
    }
    float operator()(float density) const {
        const float place = (density + static_cast<float>(kDensest)) * static_cast<float>(kSteps) + 0.5F;
        const auto last = static_cast<float>(values_.size() - 1);
        return values_[static_cast<std::size_t>(std::clamp(place, 0.0F, last))];
    }

  private:
    static constexpr int kDensest = 8, kSteps = 512;
    std::array<float, std::size_t{2} * kDensest * kSteps + 1> values_;
};

std::uint8_t to_byte(float value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F);
}

void vary_colour(RgbImage& tile, const Augmentation& how, Random& random) {
    static const Transmission transmission;
    const auto& densities = optical_densities();
    const auto mixing = random_mixing(how, random);
    const double light = random.uniform(1 - how.brightness, 1 + how.brightness);
    std::array<float, 3> gains{};
    for (auto& gain : gains) {
        gain = static_cast<float>(light * random.uniform(1 - how.white_balance, 1 + how.white_balance));
    }
    std::array<std::array<float, 3>, 3> mix{};
    for (std::size_t r = 0; r < 3; ++r) {
        for (std::size_t c = 0; c < 3; ++c) mix[r][c] = static_cast<float>(mixing[r][c]);
    }
    for (std::size_t i = 0; i < tile.pixels.size(); i += 3) {
        const std::array<float, 3> density = {densities[tile.pixels[i]], densities[tile.pixels[i + 1]],
                                              densities[tile.pixels[i + 2]]};
        for (std::size_t c = 0; c < 3; ++c) {
            const float mixed = density[0] * mix[0][c] + density[1] * mix[1][c] + density[2] * mix[2][c];
            tile.pixels[i + c] = to_byte(transmission(mixed) * gains[c]);
        }
    }
}

/// Index in 0 … size - 1 of a place that may lie beyond, mirrored at the borders.
int mirrored(int at, int size) {
    const int period = 2 * size;
    at = ((at % period) + period) % period;
    return at < size ? at : period - 1 - at;
}

std::vector<float> gaussian(double sigma) {
    const int radius = static_cast<int>(std::ceil(3 * sigma));
    std::vector<float> kernel;
    double sum = 0;
    for (int k = -radius; k <= radius; ++k) sum += std::exp(k * k / (-2 * sigma * sigma));
    for (int k = -radius; k <= radius; ++k) {
        kernel.push_back(static_cast<float>(std::exp(k * k / (-2 * sigma * sigma)) / sum));
    }
    return kernel;
}

/// Each row of `from` (height × width × 3), blurred along it, becomes a column of the result.
std::vector<float> blurred_and_transposed(const std::vector<float>& from, int width, int height,
                                          const std::vector<float>& kernel) {
    const int radius = static_cast<int>(kernel.size()) / 2;
    const auto w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height);
    std::vector<float> out(from.size());
    std::vector<float> row((w + 2 * static_cast<std::size_t>(radius)) * 3), sums(w * 3);
    for (std::size_t y = 0; y < h; ++y) {
        const float* line = from.data() + y * w * 3;
        for (int x = -radius; x < width + radius; ++x) {
            std::copy_n(line + mirrored(x, width) * 3, 3, row.data() + static_cast<std::ptrdiff_t>(x + radius) * 3);
        }
        std::fill(sums.begin(), sums.end(), 0.0F);
        for (std::size_t k = 0; k < kernel.size(); ++k) {
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += kernel[k] * row[3 * k + i];
        }
        for (std::size_t x = 0; x < w; ++x) std::copy_n(sums.data() + 3 * x, 3, out.data() + (x * h + y) * 3);
    }
    return out;
}

/// The picture plus `amount` of what a blur by `sigma` would take from it: -1 for blurred, above 0 for sharpened.
void change_sharpness(RgbImage& picture, double sigma, double amount) {
    const auto kernel = gaussian(sigma);
    std::vector<float> values(picture.pixels.begin(), picture.pixels.end());
    values = blurred_and_transposed(values, picture.width, picture.height, kernel);
    values = blurred_and_transposed(values, picture.height, picture.width, kernel);
    const auto share = static_cast<float>(amount);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto before = static_cast<float>(picture.pixels[i]);
        picture.pixels[i] = to_byte(before + share * (before - values[i]));
    }
}

/// About normal: four bytes of one random number added up.
void add_noise(RgbImage& picture, double deviation, Random& random) {
    constexpr double kDeviationOfFour = 147.8;  // sqrt(4 × (256² - 1) / 12)
    const auto scale = static_cast<float>(deviation / kDeviationOfFour);
    std::uint64_t state = Random::mix(static_cast<std::uint64_t>(random.uniform() * 0x1p53));
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
        state = Random::mix(state);
        const auto sum =
            static_cast<int>((state & 255) + (state >> 8 & 255) + (state >> 16 & 255) + (state >> 24 & 255));
        picture.pixels[i] = to_byte(static_cast<float>(picture.pixels[i]) + scale * static_cast<float>(sum - 510));
    }
}

/// Every draw is made whether it is used or not, so that one setting does not change what another draws.
void vary_sharpness(RgbImage& picture, const Augmentation& how, Random& random) {
    const bool blurs = random.chance(kBlurred), sharpens = random.chance(kSharpened);
    const double sigma = random.uniform(0, how.blur_px);
    const double amount = random.uniform(0, how.sharpening);
    const double width = random.uniform(0.7, 1.5);
    if (blurs && sigma >= kLeastBlur) {
        change_sharpness(picture, sigma, -1);
    } else if (sharpens && amount > 0) {
        change_sharpness(picture, width, amount);
    }
}

RgbImage resized(RgbImage picture, int edge) {
    if (picture.width == edge && picture.height == edge) return picture;
    return resize_image(picture, edge, edge);
}

}  // namespace

Augmentation no_variation() {
    return {.shear = 0,
            .zoom = 0,
            .flip = false,
            .right_angles = false,
            .rotation_degrees = 0,
            .stain = 0,
            .stain_vectors = 0,
            .white_balance = 0,
            .brightness = 0,
            .blur_px = 0,
            .sharpening = 0,
            .noise = 0,
            .levels = 1,
            .jpeg_quality = 0,
            .borders = 0};
}

RgbImage moved(const RgbImage& picture, int edge_px, const Augmentation& how, Random& random) {
    const double quarter = how.right_angles ? random.below(4) * (M_PI / 2) : 0;
    const double angle = quarter + random.uniform(-how.rotation_degrees, how.rotation_degrees) * M_PI / 180;
    const double shear = random.uniform(-how.shear, how.shear);
    const double scale = std::exp(random.uniform(-1, 1) * std::log1p(how.zoom));
    const double mirror = how.flip && random.coin() ? -1 : 1;
    const double c = std::cos(angle) * scale, s = std::sin(angle) * scale;
    // From places of the result to those of the picture, both -1 … 1 from border to border.
    const double xx = c * mirror, xy = c * shear - s, yx = s * mirror, yy = s * shear + c;
    RgbImage out(edge_px, edge_px);
    for (int row = 0; row < edge_px; ++row) {
        const double v = (2 * row + 1.0) / edge_px - 1;
        for (int column = 0; column < edge_px; ++column) {
            const double u = (2 * column + 1.0) / edge_px - 1;
            const double x = ((xx * u + xy * v + 1) * picture.width - 1) / 2;
            const double y = ((yx * u + yy * v + 1) * picture.height - 1) / 2;
            const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
            const auto right_share = static_cast<float>(x - left), low_share = static_cast<float>(y - top);
            const int x0 = mirrored(left, picture.width), x1 = mirrored(left + 1, picture.width);
            const int y0 = mirrored(top, picture.height), y1 = mirrored(top + 1, picture.height);
            const std::uint8_t *a = picture.at(x0, y0), *b = picture.at(x1, y0), *d = picture.at(x0, y1),
                               *e = picture.at(x1, y1);
            std::uint8_t* to = out.at(column, row);
            for (std::size_t k = 0; k < 3; ++k) {
                const float high = static_cast<float>(a[k]) + right_share * static_cast<float>(b[k] - a[k]);
                const float low = static_cast<float>(d[k]) + right_share * static_cast<float>(e[k] - d[k]);
                to[k] = to_byte(high + low_share * (low - high));
            }
        }
    }
    return out;
}

RgbImage joined(const RgbImage& first, const RgbImage& second, double share, Random& random) {
    const double angle = random.uniform(0, 2 * M_PI);
    const double across = std::cos(angle), down = std::sin(angle);
    const auto height_of = [&](int x, int y) {
        return across * (x - 0.5 * first.width) + down * (y - 0.5 * first.height);
    };
    std::vector<double> heights;
    heights.reserve(first.pixels.size() / 3);
    for (int y = 0; y < first.height; ++y) {
        for (int x = 0; x < first.width; ++x) heights.push_back(height_of(x, y));
    }
    const auto rank = static_cast<std::ptrdiff_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(heights.size()));
    auto sorted = heights;
    const bool all = rank >= static_cast<std::ptrdiff_t>(sorted.size());
    if (!all) std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end());
    RgbImage out = first;
    for (std::size_t i = 0; i < heights.size(); ++i) {
        if (all || heights[i] < sorted[static_cast<std::size_t>(rank)]) continue;
        std::copy_n(second.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i), 3,
                    out.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i));
    }
    return out;
}

RgbImage acquired(RgbImage picture, int patch_size_px, const Augmentation& how, Random& random) {
    vary_sharpness(picture, how, random);
    const bool small = random.chance(kKeptSmall), noisy = random.chance(kNoisy), again = random.chance(kRecompressed);
    const double times = random.uniform(1, std::max(how.levels, 1.0));
    const double deviation = random.uniform(0, how.noise);
    const double quality = random.uniform(how.jpeg_quality, 96);
    if (small && how.levels > 1) picture = resized(std::move(picture), static_cast<int>(patch_size_px * times));
    if (noisy && deviation > 0) add_noise(picture, deviation, random);
    if (again && how.jpeg_quality > 0) picture = recompress_jpeg(picture, static_cast<int>(quality));
    picture = resized(std::move(picture), patch_size_px);
    vary_colour(picture, how, random);
    return picture;
}

}  // namespace slidetype
