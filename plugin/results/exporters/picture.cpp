// A picture from top to bottom, all within a margin:
//
//   slide name
//   [chip] call
//   reason, at most two lines, three where tiles were left out
//   ┌ map, in the middle ┐
//   scale bar   colour bar or class colours   tiles that do not vote     (as many rows as it takes)
//   research use only …
#include "plugin/results/exporters/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <set>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/text.h"

namespace slidetype::exporting {
namespace {

constexpr Color kInk = {30, 30, 30}, kFaint = {105, 105, 105}, kRim = {190, 190, 190}, kPaper = {255, 255, 255};
constexpr int kMargin = 24, kMinWidth = 720, kGap = 36, kRowHeight = 46;
const Font kTitle{13, true}, kCall{11.5, true}, kText{9, false}, kSmall{7.5, false};

/// One thing below the map: drawn into the box of `width` × kRowHeight at a given corner.
struct LegendItem {
    int width;
    std::function<void(cv::Mat&, int x, int y)> draw;
};

LegendItem swatch(const std::string& name, const std::function<void(cv::Mat&, const cv::Rect&)>& paint) {
    constexpr int kEdge = 16;
    const std::string text = elided(ascii(name), kText, 260);
    return {kEdge + 9 + text_width(text, kText), [=](cv::Mat& rgb, int x, int y) {
                const cv::Rect box(x, y, kEdge, kEdge);
                paint(rgb, box);
                cv::rectangle(rgb, box, scalar(kRim));
                draw_text(rgb, text, x + kEdge + 9, y + 13, kText, kInk);
            }};
}

/// Two lines: the classes and the bar, below them the name of the scale and its ticks.
LegendItem color_bar() {
    constexpr int kBar = 200, kHeight = 16;
    const int left = std::max(text_width("LUAD", kText), text_width("P(LUSC)", kSmall)) + 14;
    return {left + kBar + 10 + text_width("LUSC", kText), [=](cv::Mat& rgb, int x, int y) {
                draw_text(rgb, "LUAD", x + left - 10 - text_width("LUAD", kText), y + 13, kText,
                          class_color("LUAD", 0));
                draw_text(rgb, "LUSC", x + left + kBar + 10, y + 13, kText, class_color("LUSC", 1));
                draw_text(rgb, "P(LUSC)", x, y + kHeight + 17, kSmall, kInk);
                for (int k = 0; k < kBar; ++k) {
                    fill(rgb, {x + left + k, y, 1, kHeight}, heat_color(k / (kBar - 1.0)));
                }
                for (const auto& [place, label] : {std::pair{0.0, "0"}, {0.5, "0.5"}, {1.0, "1"}}) {
                    const int at = x + left + cvRound(place * (kBar - 1));
                    fill(rgb, {at, y + kHeight, 1, 4}, kInk);
                    draw_text(rgb, label, at - text_width(label, kSmall) / 2, y + kHeight + 17, kSmall, kInk);
                }
            }};
}

/// The largest of 1, 2, 5 × 10^k mm that is at most `widest` pixels long.
LegendItem scale_bar(double um_per_px, int widest) {
    const double limit_mm = widest * um_per_px / 1000;
    double mm = std::pow(10.0, std::floor(std::log10(limit_mm)));
    mm *= limit_mm >= 5 * mm ? 5 : limit_mm >= 2 * mm ? 2 : 1;
    const int length = std::max(1, cvRound(mm * 1000 / um_per_px));
    const std::string label = fmt::format("{:g} mm", mm);
    const int width = std::max(length, text_width(label, kText));
    return {width, [=](cv::Mat& rgb, int x, int y) {
                const int from = x + (width - length) / 2;
                fill(rgb, {from, y + 6, length, 3}, kInk);
                fill(rgb, {from, y + 2, 2, 11}, kInk);
                fill(rgb, {from + length - 2, y + 2, 2, 11}, kInk);
                draw_text(rgb, label, x + (width - text_width(label, kText)) / 2, y + 29, kText, kInk);
            }};
}

std::vector<LegendItem> class_swatches(const SlideResult& result) {
    constexpr std::size_t kMost = 12;
    const auto& names = result.model.class_names;
    const auto labels = class_labels(names);
    std::vector<LegendItem> items;
    for (std::size_t c = 0; c < std::min(labels.size(), kMost); ++c) {
        const Color color = class_color(names[c], c);
        items.push_back(swatch(labels[c], [color](cv::Mat& rgb, const cv::Rect& box) { fill(rgb, box, color); }));
    }
    if (labels.size() > kMost) {
        const std::string more = fmt::format("and {} more classes", labels.size() - kMost);
        items.push_back({text_width(more, kText),
                         [more](cv::Mat& rgb, int x, int y) { draw_text(rgb, more, x, y + 13, kText, kFaint); }});
    }
    return items;
}

std::vector<LegendItem> legend(const SlideResult& result, const Frame& frame, int width) {
    std::vector<LegendItem> items;
    if (frame.um_per_px > 0) items.push_back(scale_bar(frame.um_per_px, std::min(width / 4, 220)));
    if (lusc_column(result.model.class_names)) {
        items.push_back(color_bar());
    } else {
        for (auto& item : class_swatches(result)) items.push_back(std::move(item));
    }
    std::set<TileLook> looks;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) looks.insert(tile_look(result, t));
    if (looks.contains(TileLook::benign)) {
        items.push_back(swatch("benign", [](cv::Mat& rgb, const cv::Rect& box) {
            fill(rgb, box, kBenignPaper);
            stipple(rgb, box);
        }));
    }
    if (looks.contains(TileLook::unfamiliar)) {
        items.push_back(swatch("unfamiliar", [](cv::Mat& rgb, const cv::Rect& box) {
            fill(rgb, box, kUnfamiliarPaper);
            rule(rgb, box);
        }));
    }
    if (looks.contains(TileLook::unscored_tissue) && frame.explain_unscored) {
        items.push_back(
            swatch("not scored", [](cv::Mat& rgb, const cv::Rect& box) { fill(rgb, box, kUnscoredTissue); }));
    }
    if (looks.contains(TileLook::read_error)) items.push_back(swatch("read error", hatch));
    return items;
}

/// Places of the items, left to right in rows; gives the height of all rows.
int lay_out(const std::vector<LegendItem>& items, int width, std::vector<cv::Point>& places) {
    int x = 0, y = 0;
    for (const LegendItem& item : items) {
        if (x > 0 && x + item.width > width) {
            x = 0;
            y += kRowHeight;
        }
        places.emplace_back(x, y);
        x += item.width + kGap;
    }
    return items.empty() ? 0 : y + kRowHeight;
}

void draw_call(cv::Mat& rgb, const SlideResult& result, int baseline, int width) {
    const CallClass call = call_class(result);
    fill(rgb, {kMargin, baseline - 13, 14, 14}, call.color);
    draw_text(rgb, elided(ascii(call_title(result)), kCall, width - 23), kMargin + 23, baseline, kCall, kInk);
}

std::string footer(const SlideResult& result) {
    return ascii(fmt::format("Research use only, not for diagnosis.   slidetype {}, model {}", result.version,
                             result.model.name));
}

}  // namespace

TileLook tile_look(const SlideResult& result, std::size_t tile) {
    const Tile& what = result.grid.tiles[tile];
    if (what.status == TileStatus::benign) return TileLook::benign;
    if (what.status == TileStatus::unfamiliar) return TileLook::unfamiliar;
    if (result.voted_class(tile)) return TileLook::voting;
    if (what.status == TileStatus::read_error) return TileLook::read_error;
    // A trace at the border of the mask is not tissue that anyone misses.
    return what.tissue_fraction >= 0.1F ? TileLook::unscored_tissue : TileLook::blank;
}

Color tile_color(const SlideResult& result, std::size_t tile) {
    if (const auto lusc = lusc_column(result.model.class_names)) {
        return heat_color(static_cast<double>(result.probability(tile, *lusc)));
    }
    const std::size_t top = result.top_class(tile).value();
    return class_color(result.model.class_names[top], top);
}

cv::Mat framed(const SlideResult& result, const cv::Mat& map, const Frame& frame) {
    const int width = std::max(map.cols, kMinWidth - 2 * kMargin);
    std::string remark = result.call.reason;
    if (!result.note.empty()) remark += (remark.empty() ? "" : " ") + sentence(result.note);
    const bool all_vote = result.set_aside.benign.count + result.set_aside.unfamiliar.count == 0;
    const auto remarks = wrapped(ascii(remark), kText, width, all_vote ? 2 : 3);
    const auto items = legend(result, frame, width);
    std::vector<cv::Point> places;

    const int map_top = kMargin + 56 + 19 * static_cast<int>(remarks.size());
    const int legend_top = map_top + map.rows + 22;
    const int footer_line = legend_top + lay_out(items, width, places) + 8;
    cv::Mat rgb(footer_line + kMargin - 6, width + 2 * kMargin, CV_8UC3, scalar(kPaper));

    draw_text(rgb, elided(ascii(result.slide.name), kTitle, width), kMargin, kMargin + 13, kTitle, kInk);
    draw_call(rgb, result, kMargin + 40, width);
    int baseline = kMargin + 61;
    for (const std::string& line : remarks) {
        draw_text(rgb, line, kMargin, baseline, kText, kFaint);
        baseline += 19;
    }
    const cv::Rect place(kMargin + (width - map.cols) / 2, map_top, map.cols, map.rows);
    map.copyTo(rgb(place));
    cv::rectangle(rgb, {place.x - 1, place.y - 1, place.width + 2, place.height + 2}, scalar(kRim));
    for (std::size_t k = 0; k < items.size(); ++k) {
        items[k].draw(rgb, kMargin + places[k].x, legend_top + places[k].y);
    }
    draw_text(rgb, elided(footer(result), kSmall, width), kMargin, footer_line, kSmall, kFaint);
    return rgb;
}

void write_png(const std::filesystem::path& path, const cv::Mat& rgb) {
    RgbImage image(rgb.cols, rgb.rows);
    rgb.copyTo(cv::Mat(rgb.rows, rgb.cols, CV_8UC3, image.pixels.data()));
    const auto bytes = encode_png(image);
    write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace slidetype::exporting
