// Stain takes more of the green light than of the red or the blue; glass, shadow, dust, felt-pen black and the uneven
// light of a lamp take all three alike. So tissue is found on
//
//     stain = max(T_red, T_blue) − T_green,   T_c = value_c / glass_c   (the share of the light that comes through)
//
// where `glass` is the slide's own background, the brightest colour that a good part of the picture has. The threshold
// is Otsu's between limits: low enough to keep pale tissue beside dark, high enough above the noise of the glass.
#include "tiler/tiles/tissue_mask.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tiler/tiles/thumbnail.h"

namespace slidetype {
namespace {

constexpr double kLowestThreshold = 0.035, kHighestThreshold = 0.06;  // of stain; faint eosin on white is about 0.06
constexpr int kBlackLevel = 45;                                       // the glow of an unlit fluorescence background
constexpr double kStainStep = 1.0 / 512;                              // resolution of the stain histogram
constexpr int kMostColourOfGrey = 2;                                  // of a pixel; what JPEG's rounding leaves
constexpr int kDarkLevel = 160;                                       // glass is brighter on every scanner
constexpr int kBrightLevel = 240,
              kStrongColour = 110;  // what is as bright as glass and has so much colour is no tissue
constexpr const char* kGreyThroughout =
    "The picture is grey throughout, without any colour, so no stain can be seen: it may be one channel of a slide";

/// What scanners fill in where they took no picture.
bool is_padding(const std::uint8_t* rgb) {
    return (rgb[0] == 255 && rgb[1] == 255 && rgb[2] == 255) || (rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0);
}

/// Could be glass: bright, and at most creamy or a little pink.
bool is_glassy(const std::uint8_t* rgb) {
    const auto [low, high] = std::minmax({rgb[0], rgb[1], rgb[2]});
    return low >= 150 && high - low <= 60 && std::max(rgb[0], rgb[2]) - rgb[1] <= 20;
}

struct PixelCounts {
    std::size_t all = 0, white = 0, black = 0, lit = 0;
    std::size_t coloured = 0, dark = 0;  ///< more colour than rounding leaves in grey; half dark or darker
};

PixelCounts count_pixels(const RgbImage& image) {
    PixelCounts counts;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        const std::uint8_t* rgb = image.pixels.data() + i;
        const auto [low, high] = std::minmax({rgb[0], rgb[1], rgb[2]});
        ++counts.all;
        counts.white += low == 255 ? 1 : 0;
        counts.black += high <= kBlackLevel ? 1 : 0;
        counts.lit += low > kBlackLevel && low < 255 ? 1 : 0;
        counts.coloured += high - low > kMostColourOfGrey ? 1 : 0;
        counts.dark += high <= kDarkLevel ? 1 : 0;
    }
    return counts;
}

/// Black for the most part, and hardly anywhere does light of all colours come through.
bool is_fluorescence(const PixelCounts& counts) {
    const std::size_t scanned = counts.all - counts.white;
    return 2 * counts.black > scanned && 20 * counts.lit < scanned;
}

/// Grey throughout, but not only glass.
bool without_colour(const PixelCounts& counts) {
    return counts.coloured == 0 && 100 * counts.dark > counts.all;
}

/// Where no part looks like glass: a word on the commonest colour, if a good part of the picture has it and it is none
/// of tissue in H&E, which takes more green than red or blue. So glass looks when its colours are read wrongly.
std::string note_on_strange_glass(const RgbImage& image) {
    constexpr int step = 16, bins = 256 / step;  // of a colour
    std::vector<std::size_t> histogram(std::size_t{bins} * bins * bins);
    std::size_t scanned = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        const std::uint8_t* rgb = image.pixels.data() + i;
        if (is_padding(rgb)) continue;
        ++scanned;
        ++histogram[static_cast<std::size_t>((rgb[0] / step * bins + rgb[1] / step) * bins + rgb[2] / step)];
    }
    const auto most = std::ranges::max_element(histogram);
    if (scanned == 0 || 5 * *most < scanned) return {};
    const auto bin = static_cast<int>(most - histogram.begin());
    const int red = bin / (bins * bins) * step + step / 2, green = bin / bins % bins * step + step / 2,
              blue = bin % bins * step + step / 2;
    const auto [low, high] = std::minmax({red, green, blue});
    const bool like_stain = green + step < std::min(red, blue) && (high < kBrightLevel || high - low < kStrongColour);
    if (high < kDarkLevel || high - low < 60 || like_stain) return {};
    return "The commonest colour of the picture (red " + std::to_string(red) + ", green " + std::to_string(green) +
           ", blue " + std::to_string(blue) +
           ", to the nearest 8) is far from the white or grey of glass: its colours " + "may be read wrongly";
}

/// The colour of the glass: the mean colour of the pixels around the brightest peak of green that has at least 1 % of
/// the scanned picture. Nothing where no part is bright and nearly grey.
std::optional<std::array<double, 3>> glass_colour(const RgbImage& image) {
    constexpr int reach = 4;
    std::array<std::size_t, 256> histogram{};
    std::size_t scanned = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        const std::uint8_t* rgb = image.pixels.data() + i;
        if (is_padding(rgb)) continue;
        ++scanned;
        if (is_glassy(rgb)) ++histogram[rgb[1]];
    }
    const auto mass = [&](int centre) {
        std::size_t sum = 0;
        for (int v = std::max(0, centre - reach); v <= std::min(255, centre + reach); ++v)
            sum += histogram[static_cast<std::size_t>(v)];
        return sum;
    };
    int peak = 255;
    while (peak > 0 && 100 * mass(peak) < scanned) --peak;
    if (peak == 0 || scanned == 0) return std::nullopt;
    const int brightest = peak;
    // Not the first that is large enough but the largest nearby: fringes of ink and compression are a little brighter.
    for (int v = peak - 1; v >= std::max(0, brightest - 8); --v) {
        if (mass(v) > mass(peak)) peak = v;
    }

    std::array<double, 3> sum{};
    double count = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        const std::uint8_t* rgb = image.pixels.data() + i;
        if (is_padding(rgb) || !is_glassy(rgb) || std::abs(rgb[1] - peak) > reach) continue;
        for (std::size_t c = 0; c < 3; ++c) sum[c] += rgb[c];
        ++count;
    }
    return std::array<double, 3>{sum[0] / count, sum[1] / count, sum[2] / count};
}

/// The differences of red and blue to green in the rows [top, bottom), each cut off beyond what is stained more than
/// enough: else dark tissue would bleed far over its edge when it is smoothed.
cv::Mat colour_differences(const RgbImage& image, const std::array<double, 3>& glass, int top, int bottom) {
    constexpr float enough = 0.15F;
    const std::array<float, 3> scale = {static_cast<float>(1 / glass[0]), static_cast<float>(1 / glass[1]),
                                        static_cast<float>(1 / glass[2])};
    cv::Mat differences(bottom - top, image.width, CV_32FC2);
    for (int y = top; y < bottom; ++y) {
        auto* row = differences.ptr<cv::Vec2f>(y - top);
        for (int x = 0; x < image.width; ++x) {
            const std::uint8_t* rgb = image.at(x, y);
            const float red = scale[0] * rgb[0], green = scale[1] * rgb[1], blue = scale[2] * rgb[2];
            row[x] = is_padding(rgb) ? cv::Vec2f(0, 0)
                                     : cv::Vec2f(std::clamp(red - green, -enough, enough),
                                                 std::clamp(blue - green, -enough, enough));
        }
    }
    return differences;
}

/// The stain of every pixel, smoothed against sensor noise and compression: strip by strip with the rows around it that
/// the smoothing reaches, because differences of the whole picture would take more memory than all else.
cv::Mat stain_map(const RgbImage& image, const std::array<double, 3>& glass) {
    constexpr int kStrip = 256, kReach = 3;
    cv::Mat stain(image.height, image.width, CV_32F), smooth;
    for (int top = 0; top < image.height; top += kStrip) {
        const int bottom = std::min(top + kStrip, image.height);
        const int above = std::max(0, top - kReach), below = std::min(image.height, bottom + kReach);
        cv::GaussianBlur(colour_differences(image, glass, above, below), smooth,
                         cv::Size(2 * kReach + 1, 2 * kReach + 1), 1.5);
        for (int y = top; y < bottom; ++y) {
            const auto* from = smooth.ptr<cv::Vec2f>(y - above);
            auto* to = stain.ptr<float>(y);
            for (int x = 0; x < image.width; ++x) to[x] = std::max({0.0F, from[x][0], from[x][1]});
        }
    }
    return stain;
}

/// Otsu's threshold of the stain, within the limits.
double threshold_of(const RgbImage& image, const cv::Mat& stain) {
    std::vector<double> histogram(128);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            if (is_padding(image.at(x, y))) continue;
            const auto bin = static_cast<std::size_t>(stain.at<float>(y, x) / kStainStep);
            ++histogram[std::min(bin, histogram.size() - 1)];
        }
    }
    double total = 0, total_sum = 0;
    for (std::size_t i = 0; i < histogram.size(); ++i) {
        total += histogram[i];
        total_sum += histogram[i] * static_cast<double>(i);
    }
    double low = 0, low_sum = 0, best = -1, threshold = 0;
    for (std::size_t i = 0; i < histogram.size(); ++i) {
        low += histogram[i];
        low_sum += histogram[i] * static_cast<double>(i);
        if (low == 0 || low == total) continue;
        const double distance = low_sum / low - (total_sum - low_sum) / (total - low);
        const double between = low * (total - low) * distance * distance;
        if (between > best) best = between, threshold = static_cast<double>(i + 1) * kStainStep;
    }
    return std::clamp(threshold, kLowestThreshold, kHighestThreshold);
}

/// Sets every connected part of `value` with fewer than `least` pixels to the other value. Parts of the background that
/// reach the edge of the picture stay: they are no holes, or it cannot be known how large they are.
/// Of the picture's area; what is stained and smaller is a speck, however small the picture.
constexpr double kSpeckShare = 0.25;

void drop_small(cv::Mat& mask, bool value, double least) {
    const cv::Mat parts = value ? mask : cv::Mat(1 - mask);
    cv::Mat labels, statistics, centroids;
    const int count = cv::connectedComponentsWithStats(parts, labels, statistics, centroids, value ? 8 : 4);
    std::vector<bool> drop(static_cast<std::size_t>(count), false);
    for (int i = 1; i < count; ++i) {
        const int left = statistics.at<int>(i, cv::CC_STAT_LEFT), top = statistics.at<int>(i, cv::CC_STAT_TOP);
        const bool at_edge = left == 0 || top == 0 || left + statistics.at<int>(i, cv::CC_STAT_WIDTH) == mask.cols ||
                             top + statistics.at<int>(i, cv::CC_STAT_HEIGHT) == mask.rows;
        drop[static_cast<std::size_t>(i)] = statistics.at<int>(i, cv::CC_STAT_AREA) < least && (value || !at_edge);
    }
    for (int y = 0; y < mask.rows; ++y) {
        for (int x = 0; x < mask.cols; ++x) {
            if (drop[static_cast<std::size_t>(labels.at<int>(y, x))])
                mask.at<std::uint8_t>(y, x) = value ? std::uint8_t{0} : std::uint8_t{1};
        }
    }
}

}  // namespace

double TissueMask::fraction(const Rect& rect) const {
    if (rect.empty()) return 0;
    const double left = static_cast<double>(rect.x) / scale_x, right = static_cast<double>(rect.right()) / scale_x;
    const double top = static_cast<double>(rect.y) / scale_y, bottom = static_cast<double>(rect.bottom()) / scale_y;
    const auto first = [](double v, int size) {
        return static_cast<int>(std::clamp(std::floor(v), 0.0, double(size)));
    };
    const auto last = [](double v, int size) { return static_cast<int>(std::clamp(std::ceil(v), 0.0, double(size))); };
    double sum = 0;
    for (int y = first(top, height); y < last(bottom, height); ++y) {
        const double part = std::min(bottom, y + 1.0) - std::max(top, double(y));
        const std::uint8_t* row = tissue.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
        double row_sum = 0;
        for (int x = first(left, width); x < last(right, width); ++x) {
            if (row[x] != 0) row_sum += std::min(right, x + 1.0) - std::max(left, double(x));
        }
        sum += part * row_sum;
    }
    return std::clamp(sum / ((right - left) * (bottom - top)), 0.0, 1.0);
}

TissueMask find_tissue_in(RgbImage thumbnail, double scale_x, double scale_y, double spacing_um_px,
                          const TissueOptions& options) {
    TissueMask result;
    result.width = thumbnail.width, result.height = thumbnail.height;
    result.scale_x = scale_x, result.scale_y = scale_y;
    result.tissue.assign(thumbnail.pixels.size() / 3, 0);
    result.thumbnail = std::move(thumbnail);
    const auto counts = count_pixels(result.thumbnail);
    if (counts.white == counts.all) {
        result.note = "The picture is pure white";
        return result;
    }
    if (is_fluorescence(counts)) {
        result.note = "Black background: this looks like a fluorescence slide, not a stained section in bright field";
        return result;
    }
    const auto found_glass = glass_colour(result.thumbnail);
    const auto glass = found_glass.value_or(std::array<double, 3>{240, 240, 240});
    cv::Mat stain = stain_map(result.thumbnail, glass);
    cv::Mat mask(result.height, result.width, CV_8U, result.tissue.data());
    const double threshold = threshold_of(result.thumbnail, stain);
    for (int y = 0; y < mask.rows; ++y) {
        for (int x = 0; x < mask.cols; ++x)
            mask.at<std::uint8_t>(y, x) = stain.at<float>(y, x) > threshold ? std::uint8_t{1} : std::uint8_t{0};
    }
    stain.release();
    cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(5, 5)));
    const double pixel_um2 = spacing_um_px * spacing_um_px;
    const bool stained = cv::countNonZero(mask) > 0;
    // Of a photograph of a single field no piece is large.
    const double least_um2 =
        std::min(options.min_object_um2, kSpeckShare * pixel_um2 * static_cast<double>(mask.total()));
    drop_small(mask, true, least_um2 / pixel_um2);
    drop_small(mask, false, options.max_hole_um2 / pixel_um2);
    if (cv::countNonZero(mask) == 0) {
        result.note = without_colour(counts) ? kGreyThroughout
                      : stained              ? "Only small specks on the glass are stained"
                                             : "Nothing on the glass is stained";
    }
    if (!found_glass) {
        const auto strange = note_on_strange_glass(result.thumbnail);
        if (!strange.empty()) result.note += (result.note.empty() ? "" : ". ") + strange;
    }
    return result;
}

TissueMask find_tissue(const Slide& slide, const Spacing& spacing, const TissueOptions& options,
                       const std::function<bool()>& stop_requested) {
    auto [image, scale_x, scale_y, unreadable] = make_thumbnail(slide, spacing, options.spacing_um_px, stop_requested);
    const double um_px = std::sqrt(scale_x * spacing.x_um_px * scale_y * spacing.y_um_px);
    TissueMask mask = find_tissue_in(std::move(image), scale_x, scale_y, um_px, options);
    if (!unreadable.empty()) mask.note.clear();  // there is something to be tried after all
    for (const auto& part : unreadable) {
        for (auto y = part.y; y < part.bottom(); ++y)
            std::fill_n(mask.tissue.begin() + y * mask.width + part.x, part.width, std::uint8_t{1});
        const auto left = std::llround(static_cast<double>(part.x) * scale_x);
        const auto top = std::llround(static_cast<double>(part.y) * scale_y);
        mask.unreadable.push_back({left, top, std::llround(static_cast<double>(part.right()) * scale_x) - left,
                                   std::llround(static_cast<double>(part.bottom()) * scale_y) - top});
    }
    return mask;
}

}  // namespace slidetype
