// overlay.png: the thumbnail with the tiles' colours shining through; tiles that do not vote are dotted or ruled.
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "plugin/analysis/overview.h"
#include "plugin/results/exporter.h"
#include "plugin/results/exporters/picture.h"
#include "plugin/results/regions.h"

namespace slidetype::exporting {
namespace {

constexpr double kOpacity = 0.65, kOutlineOpacity = 0.8;
constexpr double kSetAsideOpacity = 0.35;  ///< of tiles that do not vote: their tissue is to be judged by eye
constexpr int kLongest = kLongestOverview, kShortest = 900;  ///< limits of the longer side
constexpr int kMinOutlinedEdge = 7;                          ///< tiles that are smaller would be nothing but outline

/// A slide on a picture: `x` and `y` are level-0 pixels per picture pixel.
struct Base {
    cv::Mat rgb;
    double x = 1, y = 1;
};

Base scaled_thumbnail(const SlideResult& result) {
    const RgbImage& thumbnail = result.thumbnail;
    const auto slide_width = static_cast<double>(std::max<std::int64_t>(result.slide.width, 1));
    const auto slide_height = static_cast<double>(std::max<std::int64_t>(result.slide.height, 1));
    Base base;
    // Without a thumbnail the tiles are shown on paper of the slide's shape.
    const double width = thumbnail.empty() ? slide_width : thumbnail.width;
    const double height = thumbnail.empty() ? slide_height : thumbnail.height;
    const double longer = std::max(width, height);
    const double scale = std::clamp<double>(longer, kShortest, kLongest) / longer;
    const cv::Size size(std::max(1, cvRound(width * scale)), std::max(1, cvRound(height * scale)));
    if (thumbnail.empty()) {
        base.rgb = cv::Mat(size, CV_8UC3, cv::Scalar::all(255));
    } else {
        const cv::Mat source(thumbnail.height, thumbnail.width, CV_8UC3,
                             const_cast<std::uint8_t*>(thumbnail.pixels.data()));
        cv::resize(source, base.rgb, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    }
    base.x = (thumbnail.empty() ? 1 : result.thumbnail_scale_x) * width / size.width;
    base.y = (thumbnail.empty() ? 1 : result.thumbnail_scale_y) * height / size.height;
    return base;
}

cv::Rect on_picture(const Base& base, const Rect& rect) {
    const int left = cvRound(static_cast<double>(rect.x) / base.x);
    const int right = cvRound(static_cast<double>(rect.right()) / base.x);
    const int top = cvRound(static_cast<double>(rect.y) / base.y);
    const int bottom = cvRound(static_cast<double>(rect.bottom()) / base.y);
    return cv::Rect(left, top, right - left, bottom - top) & cv::Rect(0, 0, base.rgb.cols, base.rgb.rows);
}

void blend(cv::Mat& rgb, const cv::Rect& area, Color color, double opacity) {
    if (area.empty()) return;
    cv::Mat part = rgb(area);
    cv::addWeighted(part, 1 - opacity, cv::Mat(part.size(), CV_8UC3, scalar(color)), opacity, 0, part);
}

/// Light grey below the colour, so that eosin's pink does not pass for LUSC and haematoxylin's blue for LUAD.
void tint(cv::Mat& rgb, const cv::Rect& area, Color color, double opacity) {
    if (area.empty()) return;
    cv::Mat part = rgb(area), grey;
    cv::cvtColor(part, grey, cv::COLOR_RGB2GRAY);
    grey.convertTo(grey, -1, 0.75, 64);
    cv::cvtColor(grey, part, cv::COLOR_GRAY2RGB);
    blend(rgb, area, color, opacity);
}

/// A line of one pixel along the upper and left side; the neighbours draw the others.
void outline(cv::Mat& rgb, const cv::Rect& area, Color color) {
    blend(rgb, {area.x, area.y, area.width, std::min(area.height, 1)}, color, kOutlineOpacity);
    blend(rgb, {area.x, area.y, std::min(area.width, 1), area.height}, color, kOutlineOpacity);
}

void draw_tile(const SlideResult& result, std::size_t t, cv::Mat& rgb, const cv::Rect& area) {
    switch (tile_look(result, t)) {
        case TileLook::voting: {
            const Color color = tile_color(result, t);
            tint(rgb, area, color, kOpacity);
            if (std::min(area.width, area.height) >= kMinOutlinedEdge) outline(rgb, area, color);
            break;
        }
        case TileLook::benign:
            tint(rgb, area, kBenignPaper, kSetAsideOpacity);
            stipple(rgb, area);
            break;
        case TileLook::unfamiliar:
            tint(rgb, area, kUnfamiliarPaper, kSetAsideOpacity);
            rule(rgb, area);
            break;
        case TileLook::read_error:
            hatch(rgb, area);
            break;
        case TileLook::unscored_tissue:
        case TileLook::blank:
            break;
    }
}

void draw_tiles(const SlideResult& result, Base& base) {
    const CellLines lines = cell_lines(result.grid);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const Tile& tile = result.grid.tiles[t];
        draw_tile(result, t, base.rgb, on_picture(base, lines.cell(tile.column, tile.row)));
    }
}

}  // namespace

void overlay_png(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions&) {
    Base base = scaled_thumbnail(result);
    draw_tiles(result, base);
    write_png(folder / "overlay.png", framed(result, base.rgb, {base.x * result.slide.spacing.x_um_px, false}));
}

}  // namespace slidetype::exporting
