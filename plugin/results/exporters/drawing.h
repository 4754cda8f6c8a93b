#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "plugin/analysis/slide_result.h"

/// What pictures are drawn with. Pictures are 8-bit RGB; lengths are picture pixels; text is ASCII.
namespace slidetype::exporting {

struct Font {
    double cap_height = 10;  ///< of a capital letter
    bool bold = false;
};

int text_width(const std::string& text, const Font& font);

/// Draws with the left end of the baseline at (x, baseline); what lies outside the picture is cut off.
void draw_text(cv::Mat& rgb, const std::string& text, int x, int baseline, const Font& font, Color color);

/// `text`, or as much of its two ends as fits into `width` with "..." between.
std::string elided(const std::string& text, const Font& font, int width);

/// `text` broken at blanks into lines of at most `width`; what does not fit into `max_lines` is elided.
std::vector<std::string> wrapped(const std::string& text, const Font& font, int width, std::size_t max_lines);

cv::Scalar scalar(Color color);
void fill(cv::Mat& rgb, const cv::Rect& area, Color color);
/// Dark with light diagonal stripes, which continue from one area into the next.
void hatch(cv::Mat& rgb, const cv::Rect& area);
/// Dots (benign tiles) and thin diagonal lines across those of `hatch` (unfamiliar tiles). What is below shows between
/// them, and they go on from one area into the next.
void stipple(cv::Mat& rgb, const cv::Rect& area);
void rule(cv::Mat& rgb, const cv::Rect& area);
/// What is below dots and lines where there is no tissue to see.
inline constexpr Color kBenignPaper = {228, 237, 225}, kUnfamiliarPaper = {236, 236, 236};

/// The colour of a probability: blue (0, LUAD) over light grey (one half) to vermilion (1, LUSC). The two ends differ
/// for colour-blind eyes, and the grey is darker than paper.
Color heat_color(double prob_lusc);

}  // namespace slidetype::exporting
