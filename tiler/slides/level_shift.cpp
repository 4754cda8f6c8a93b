// OpenSlide draws each file tile with cairo at its place on the output, a fraction of a pixel off:
//   position of a cell    c · downsample, rounded to a whole level-0 pixel, divided by downsample: c + shift
//   shift below 1/512     cairo takes it for none and copies pixels
//   else                  pixman interpolates between four pixels with the shift as a 16.16 fixed-point number, in
//                         floating point, and stores floor(256/255 · v), 256 becoming 255
//   at a tile's edge      what lies beyond the tile is transparent; tiles are added up, the last one first, each only
//                         as far as the sum is not opaque yet (CAIRO_OPERATOR_SATURATE), rounded after each tile
// At the end what is missing to opaque is background.
#include "tiler/slides/level_shift.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core/hal/intrin.hpp>

namespace slidetype {
namespace {

/// How far an axis of a cell is moved: pixel x is made of pixels x + whole and x + whole + 1.
struct Shift {
    std::int64_t whole = 0;
    float fraction = 0;  ///< weight of the second
};

double distance_to_grid(std::int64_t corner, double downsample) {
    const auto exact = static_cast<double>(corner);
    return static_cast<double>(std::llround(exact * downsample)) / downsample - exact;
}

bool is_none(double distance) {
    return std::llround(distance * 256) == 0;
}

Shift shift_of(double distance) {
    const auto fixed = std::llround(distance * 65536);
    return {fixed >> 16, static_cast<float>(fixed & 0xFFFF) / 65536.0F};
}

int stored(float value) {
    const int unit = static_cast<int>(value * (256.0F / 255.0F));
    return unit - (unit >> 8);
}

class Cell {
  public:
    Cell(const ShiftedLevel& level, const RgbImage& exact, const Rect& rect, Shift x, Shift y)
        : level_(level), exact_(exact), rect_(rect), x_(x), y_(y) {}

    /// Draws pixels [left, right) of row `y`.
    void draw_row(std::int64_t left, std::int64_t right, std::int64_t y, std::uint8_t* to) const {
        const bool whole_row = one_tile(y + y_.whole, level_.height, level_.tile_height);
        for (auto x = left; x < right;) {
            auto end = x + 1;
            if (!whole_row || !one_tile(x + x_.whole, level_.width, level_.tile_width)) {
                draw_seam(x, y, to);
            } else {
                while (end < right && one_tile(end + x_.whole, level_.width, level_.tile_width)) ++end;
                draw_inside(x, end, y, to);
            }
            to += 3 * (end - x);
            x = end;
        }
    }

  private:
    /// Whether pixels `first` and `first` + 1 lie in the level and in one file tile.
    static bool one_tile(std::int64_t first, std::int64_t size, std::int64_t tile) {
        return first >= 0 && first + 1 < size && first / tile == (first + 1) / tile;
    }
    const std::uint8_t* pixel(std::int64_t x, std::int64_t y) const {
        return exact_.at(static_cast<int>(x - rect_.x + 1), static_cast<int>(y - rect_.y + 1));
    }

    void draw_inside(std::int64_t left, std::int64_t right, std::int64_t y, std::uint8_t* to) const {
        const std::uint8_t* upper = pixel(left + x_.whole, y + y_.whole);
        const std::uint8_t* lower = pixel(left + x_.whole, y + y_.whole + 1);
        const float fx = x_.fraction, fy = y_.fraction;
        const float w00 = (1 - fx) * (1 - fy), w10 = fx * (1 - fy), w01 = (1 - fx) * fy, w11 = fx * fy;
        const auto samples = 3 * (right - left);
        const auto four = [&](std::int64_t i) {
            const auto floats = [](const std::uint8_t* from) {
                return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand_q(from)));
            };
            auto sum = floats(upper + i) * cv::v_setall_f32(w00) + floats(upper + i + 3) * cv::v_setall_f32(w10) +
                       floats(lower + i) * cv::v_setall_f32(w01) + floats(lower + i + 3) * cv::v_setall_f32(w11);
            const auto unit = cv::v_trunc(sum * cv::v_setall_f32(256.0F / 255.0F));
            return unit - (unit >> 8);  // as `stored`
        };
        std::int64_t i = 0;
        for (; i + 16 <= samples; i += 16)
            cv::v_store(to + i, cv::v_pack_u(cv::v_pack(four(i), four(i + 4)), cv::v_pack(four(i + 8), four(i + 12))));
        for (; i < samples; ++i)
            to[i] = static_cast<std::uint8_t>(
                stored(static_cast<float>(upper[i]) * w00 + static_cast<float>(upper[i + 3]) * w10 +
                       static_cast<float>(lower[i]) * w01 + static_cast<float>(lower[i + 3]) * w11));
    }

    /// A pixel that is made of several tiles, or of a tile and what lies beyond the level.
    void draw_seam(std::int64_t x, std::int64_t y, std::uint8_t* to) const {
        int sum[3] = {}, alpha = 0;
        bool used[4] = {};
        for (int first = 3; first >= 0; --first) {  // the order in which tiles are drawn
            float colour[3] = {}, cover = 0;
            for (int k = first; k >= 0; --k) {
                if (used[k] || !same_tile(x, y, first, k)) continue;
                used[k] = true;
                const auto px = x + x_.whole + (k & 1), py = y + y_.whole + (k >> 1);
                if (px < 0 || py < 0 || px >= level_.width || py >= level_.height) continue;
                const float weight =
                    ((k & 1) != 0 ? x_.fraction : 1 - x_.fraction) * ((k >> 1) != 0 ? y_.fraction : 1 - y_.fraction);
                for (int c = 0; c < 3; ++c) colour[c] += static_cast<float>(pixel(px, py)[c]) * weight;
                cover += 255 * weight;
            }
            if (cover <= 0) continue;
            const float factor = std::min(1.0F, static_cast<float>(255 - alpha) / cover);
            for (int c = 0; c < 3; ++c) sum[c] = stored(static_cast<float>(sum[c]) + colour[c] * factor);
            alpha = stored(static_cast<float>(alpha) + cover * factor);
        }
        for (std::size_t c = 0; c < 3; ++c)
            to[c] =
                static_cast<std::uint8_t>(std::min(255, sum[c] + (level_.background[c] * (255 - alpha) + 127) / 255));
    }

    bool same_tile(std::int64_t x, std::int64_t y, int a, int b) const {
        const auto tile = [](std::int64_t at, std::int64_t edge) { return (at + edge) / edge; };  // -1 has its own
        return tile(x + x_.whole + (a & 1), level_.tile_width) == tile(x + x_.whole + (b & 1), level_.tile_width) &&
               tile(y + y_.whole + (a >> 1), level_.tile_height) == tile(y + y_.whole + (b >> 1), level_.tile_height);
    }

    const ShiftedLevel& level_;
    const RgbImage& exact_;
    const Rect& rect_;
    Shift x_, y_;
};

}  // namespace

void shift_like_openslide(const ShiftedLevel& level, const RgbImage& exact, const Rect& rect, RgbImage& out,
                          std::int64_t origin_x, std::int64_t origin_y) {
    for (auto top = rect.y; top < rect.bottom();) {
        const auto row = top / level.cell_height, bottom = std::min((row + 1) * level.cell_height, rect.bottom());
        const double dy = distance_to_grid(row * level.cell_height, level.downsample);
        for (auto left = rect.x; left < rect.right();) {
            const auto column = left / level.cell_width,
                       right = std::min((column + 1) * level.cell_width, rect.right());
            const double dx = distance_to_grid(column * level.cell_width, level.downsample);
            const bool moved = !is_none(dx) || !is_none(dy);
            const Cell cell(level, exact, rect, shift_of(dx), shift_of(dy));
            for (auto y = top; y < bottom; ++y) {
                std::uint8_t* to = out.at(static_cast<int>(left - origin_x), static_cast<int>(y - origin_y));
                if (moved)
                    cell.draw_row(left, right, y, to);
                else
                    std::memcpy(to, exact.at(static_cast<int>(left - rect.x + 1), static_cast<int>(y - rect.y + 1)),
                                static_cast<std::size_t>(right - left) * 3);
            }
            left = right;
        }
        top = bottom;
    }
}

}  // namespace slidetype
