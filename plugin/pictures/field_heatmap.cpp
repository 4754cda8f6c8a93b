#include "plugin/pictures/field_heatmap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <set>
#include <string>

#include "base/pictures/image_file.h"
#include "base/words.h"
#include "plugin/results/exporters/drawing.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

constexpr int kLongestEdge = 1600;
constexpr double kInk = 0.5;  ///< share of a tile's colour over the picture

/// Where the cells of one axis end: tiles may share pixels, and each gets half of what it shares.
std::vector<int> cell_ends(const std::set<std::int64_t>& begins, std::int64_t tile, int length, double scale) {
    std::vector<int> ends;
    for (auto at = begins.begin(); at != begins.end(); ++at) {
        const auto next = std::next(at);
        const double end = next == begins.end() ? length : 0.5 * static_cast<double>(*at + tile + *next);
        ends.push_back(static_cast<int>(std::lround(end * scale)));
    }
    return ends;
}

struct Cells {
    std::set<std::int64_t> columns, rows;
    std::vector<int> right, bottom;

    Cells(const FieldScore& score, double scale) {
        for (const auto& tile : score.tiles) columns.insert(tile.rect.x), rows.insert(tile.rect.y);
        const auto& rect = score.tiles.front().rect;
        right = cell_ends(columns, rect.width, score.width, scale);
        bottom = cell_ends(rows, rect.height, score.height, scale);
    }
    cv::Rect of(const Rect& rect) const {
        const auto span = [](const std::set<std::int64_t>& begins, const std::vector<int>& ends, std::int64_t at) {
            const auto i = static_cast<std::size_t>(std::distance(begins.begin(), begins.find(at)));
            return std::pair(i == 0 ? 0 : ends[i - 1], ends[i]);
        };
        const auto [left, x_end] = span(columns, right, rect.x);
        const auto [top, y_end] = span(rows, bottom, rect.y);
        return {left, top, x_end - left, y_end - top};
    }
};

void tint(cv::Mat& rgb, const cv::Rect& area, Color color) {
    auto part = rgb(area & cv::Rect(0, 0, rgb.cols, rgb.rows));
    const cv::Mat ink(part.size(), CV_8UC3, exporting::scalar(color));
    cv::addWeighted(part, 1 - kInk, ink, kInk, 0, part);
}

Color color_of(const FieldTile& tile, const std::vector<std::string>& class_names) {
    if (const auto lusc = lusc_column(class_names)) {
        return exporting::heat_color(static_cast<double>(tile.probabilities.at(*lusc)));
    }
    const auto top = std::ranges::max_element(tile.probabilities) - tile.probabilities.begin();
    const auto index = static_cast<std::size_t>(top);
    return class_color(class_names.at(index), index);
}

std::string caption(const FieldScore& score) {
    return fmt::format("{} of {} vote. Blue LUAD, vermilion LUSC, dots benign, lines unfamiliar. Research use only.",
                       score.voting_tiles(), counted(score.tiles.size(), "tile"));
}

}  // namespace

RgbImage field_heatmap(const RgbImage& picture, const FieldScore& score, const std::vector<std::string>& class_names) {
    const double scale = std::min(1.0, double(kLongestEdge) / std::max(picture.width, picture.height));
    const auto edge = [scale](int length) { return std::max(1, static_cast<int>(std::lround(length * scale))); };
    const auto small = resize_image(picture, edge(picture.width), edge(picture.height));
    RgbImage out(small.width, small.height + kHeatmapCaptionPx);
    std::ranges::copy(small.pixels, out.pixels.begin());
    cv::Mat all(out.height, out.width, CV_8UC3, out.pixels.data());
    auto map = all(cv::Rect(0, 0, small.width, small.height));
    const Cells cells(score, scale);
    for (const auto& tile : score.tiles) {
        const auto cell = cells.of(tile.rect);
        if (tile.status == TileStatus::ok) tint(map, cell, color_of(tile, class_names));
        if (tile.status == TileStatus::benign) exporting::stipple(map, cell);
        if (tile.status == TileStatus::unfamiliar) exporting::rule(map, cell);
    }
    constexpr exporting::Font font{9, false};
    constexpr int kMargin = 10;
    exporting::draw_text(all, exporting::elided(ascii(caption(score)), font, out.width - 2 * kMargin), kMargin,
                         small.height + kHeatmapCaptionPx - kMargin, font, {60, 60, 60});
    return out;
}

}  // namespace slidetype
