#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype {

/// Which of the report's colours something is drawn in.
enum class Ink { luad, lusc, benign, neutral };

/// What screen readers say of a chart; `id` must be unique on the page, letters and digits only.
struct ChartText {
    std::string id, title, description;
};

struct Axis {
    double low = 0, high = 1;
    std::string label;
    bool percent = false;  ///< ticks as "40 %"
};
/// An axis that holds all values with round ends.
Axis axis_around(std::string label, std::span<const double> values, bool percent = false);

struct ChartPoint {
    double x = 0, y = 0;
    std::optional<std::array<double, 2>> range = {};  ///< drawn as an upright bar with ends
};

struct ChartSeries {
    std::string name;  ///< for the legend; empty: none
    Ink ink = Ink::neutral;
    bool line = true, dashed = false, dots = false;
    std::vector<ChartPoint> points;
};

/// A place on the x axis that is marked by an upright dashed line.
struct ChartMark {
    double x = 0;
    std::string text;
};

struct LineChart {
    ChartText text;
    Axis x, y;
    std::vector<ChartSeries> series;
    bool diagonal = false;  ///< dashed, from corner to corner
    std::optional<ChartMark> mark = {};
    int width = 440, height = 320;
};
/// An <svg> element. All charts take their colours from the style sheet of the page, and their texts are escaped.
std::string to_svg(const LineChart& chart);

/// Bars over equal steps of the x axis, those of several series side by side.
struct BarChart {
    ChartText text;
    Axis x, y;
    struct Series {
        std::string name;
        Ink ink = Ink::neutral;
        std::vector<double> values;  ///< one per step
    };
    std::vector<Series> series;
    std::vector<std::string> labels = {};  ///< written over the bars of a step; may be empty
    std::optional<ChartMark> mark = {};
    int width = 440, height = 320;
};
std::string to_svg(const BarChart& chart);

/// One row per figure: a dot with its 95 % interval.
struct IntervalChart {
    ChartText text;
    Axis x;
    struct Row {
        std::string name;
        Estimate estimate;
    };
    std::vector<Row> rows;
    std::optional<double> reference = {};  ///< an upright dashed line
    int width = 920;
};
std::string to_svg(const IntervalChart& chart);

}  // namespace slidetype
