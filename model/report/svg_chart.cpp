#include "model/report/svg_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/report/html.h"

namespace slidetype {
namespace {

/// Attributes from names and numbers: ` x="1" y="2.5"`.
std::string attributes(std::initializer_list<std::pair<const char*, double>> numbers) {
    std::string out;
    for (const auto& [name, value] : numbers) {
        auto digits = fixed(value, 1);
        if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
        out += std::string(" ") + name + "=\"" + digits + "\"";
    }
    return out;
}

std::string line(const std::string& css, double x1, double y1, double x2, double y2) {
    return "<line class=\"" + css + "\"" + attributes({{"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}}) + "/>\n";
}

std::string text(double x, double y, const std::string& anchor, const std::string& content,
                 const std::string& css = "dim") {
    return "<text class=\"" + css + "\" text-anchor=\"" + anchor + "\"" + attributes({{"x", x}, {"y", y}}) + ">" +
           escape_html(content) + "</text>\n";
}

std::string dot(const std::string& css, double x, double y) {
    return "<circle class=\"" + css + "\"" + attributes({{"cx", x}, {"cy", y}, {"r", 4}}) + "/>\n";
}

std::string css_of(Ink ink) {
    constexpr const char* names[] = {"luad", "lusc", "benign", "neutral"};
    return names[static_cast<std::size_t>(ink)];
}

std::string open_svg(const ChartText& about, int width, double height) {
    const auto id = escape_html(about.id);
    return "<svg role=\"img\" viewBox=\"0 0 " + std::to_string(width) + " " + fixed(height, 0) +
           "\" aria-labelledby=\"" + id + "-title " + id + "-text\">\n<title id=\"" + id + "-title\">" +
           escape_html(about.title) + "</title>\n<desc id=\"" + id + "-text\">" + escape_html(about.description) +
           "</desc>\n";
}

/// 1, 2 or 5 times a power of ten, so that about `wanted` steps fill the length.
double round_step(double length, double wanted) {
    const double raw = length / wanted;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (raw <= factor * power * 1.0001) return factor * power;
    }
    return 10 * power;
}

std::vector<double> ticks(const Axis& axis, double wanted) {
    std::vector<double> out;
    if (!(axis.high > axis.low)) return out;
    const double step = round_step(axis.high - axis.low, wanted);
    const double first = std::ceil(axis.low / step - 1e-6);
    for (double k = first; k * step <= axis.high + step * 1e-6; k += 1) out.push_back(k * step);
    return out;
}

std::string tick_text(const Axis& axis, double value, double step) {
    const double shown = axis.percent ? 100 : 1;
    const double digits = std::ceil(-std::log10(step * shown) - 1e-6);
    const auto number = fixed(value * shown, static_cast<int>(std::clamp(digits, 0.0, 6.0)));
    return axis.percent ? number + " %" : number;
}

/// The rectangle that data is drawn in, with its axes.
struct Plot {
    Axis x, y;
    double left, top, right, bottom;

    double px(double value) const { return left + share(x, value) * (right - left); }
    double py(double value) const { return bottom - share(y, value) * (bottom - top); }

    /// Grid, ticks and labels.
    std::string frame() const {
        std::string out;
        const auto along_x = ticks(x, 6), along_y = ticks(y, 5);
        const auto step = [](const std::vector<double>& all) { return all.size() > 1 ? all[1] - all[0] : 1; };
        for (const double at : along_x) {
            out += line("grid", px(at), top, px(at), bottom);
            out += text(px(at), bottom + 16, "middle", tick_text(x, at, step(along_x)));
        }
        for (const double at : along_y) {
            out += line("grid", left, py(at), right, py(at));
            out += text(left - 7, py(at) + 4, "end", tick_text(y, at, step(along_y)));
        }
        out += "<rect class=\"frame\"" +
               attributes({{"x", left}, {"y", top}, {"width", right - left}, {"height", bottom - top}}) + "/>\n";
        out += text((left + right) / 2, bottom + 36, "middle", x.label, "label");
        const double middle = (top + bottom) / 2;
        out += "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(" + fixed(left - 44, 0) + " " +
               fixed(middle, 0) + ") rotate(-90)\">" + escape_html(y.label) + "</text>\n";
        return out;
    }

    std::string marked(const std::optional<ChartMark>& mark) const {
        if (!mark) return {};
        const bool left_of_it = share(x, mark->x) > 0.6;
        return line("guide", px(mark->x), top, px(mark->x), bottom) +
               text(px(mark->x) + (left_of_it ? -6 : 6), top + 14, left_of_it ? "end" : "start", mark->text);
    }

  private:
    static double share(const Axis& axis, double value) {
        return std::clamp((value - axis.low) / (axis.high - axis.low), 0.0, 1.0);
    }
};

constexpr double kLegendHeight = 22;

struct LegendEntry {
    std::string name;
    Ink ink;
    bool line, dashed;
};

/// One row over the plot; empty where nothing has a name.
std::string legend(const std::vector<LegendEntry>& entries, double left) {
    std::string out;
    for (const auto& entry : entries) {
        if (entry.name.empty()) continue;
        if (entry.line) {
            out += line("line stroke " + css_of(entry.ink) + (entry.dashed ? " dashed" : ""), left, 8, left + 24, 8);
        } else {
            out += "<rect class=\"fill " + css_of(entry.ink) + "\"" +
                   attributes({{"x", left + 6}, {"y", 2}, {"width", 12}, {"height", 12}}) + "/>\n";
        }
        out += text(left + 30, 12, "start", entry.name, "label");
        left += 48 + 7.0 * static_cast<double>(entry.name.size());
    }
    return out;
}

Plot make_plot(const Axis& x, const Axis& y, int width, int height, bool has_legend) {
    return {x, y, 60, has_legend ? kLegendHeight : 8, width - 14.0, height - 44.0};
}

std::string whisker(const Plot& plot, const ChartPoint& point, const std::string& ink) {
    if (!point.range) return {};
    const double x = plot.px(point.x), low = plot.py((*point.range)[0]), high = plot.py((*point.range)[1]);
    const std::string css = "whisker stroke " + ink;
    return line(css, x, low, x, high) + line(css, x - 4, low, x + 4, low) + line(css, x - 4, high, x + 4, high);
}

std::string drawn(const Plot& plot, const ChartSeries& series) {
    std::string out;
    const auto ink = css_of(series.ink);
    if (series.line) {
        out += "<polyline class=\"line stroke " + ink + (series.dashed ? " dashed" : "") + "\" points=\"";
        for (const auto& point : series.points)
            out += fixed(plot.px(point.x), 1) + "," + fixed(plot.py(point.y), 1) + " ";
        out += "\"/>\n";
    }
    for (const auto& point : series.points) {
        out += whisker(plot, point, ink);
        if (series.dots) out += dot("fill " + ink, plot.px(point.x), plot.py(point.y));
    }
    return out;
}

}  // namespace

Axis axis_around(std::string label, std::span<const double> values, bool percent) {
    Axis axis{0, 1, std::move(label), percent};
    std::vector<double> finite;
    std::ranges::copy_if(values, std::back_inserter(finite), [](double value) { return std::isfinite(value); });
    if (finite.empty()) return axis;
    const auto [low, high] = std::ranges::minmax(finite);
    const double step = round_step(std::max(high - low, 1e-6 + std::abs(high) * 0.02), 4);
    axis.low = std::floor(low / step + 1e-6) * step;
    axis.high = std::ceil(high / step - 1e-6) * step;
    if (axis.high <= axis.low) axis.high = axis.low + step;
    return axis;
}

std::string to_svg(const LineChart& chart) {
    std::vector<LegendEntry> entries;
    for (const auto& series : chart.series) entries.push_back({series.name, series.ink, series.line, series.dashed});
    const bool named = std::ranges::any_of(entries, [](const LegendEntry& entry) { return !entry.name.empty(); });
    const auto plot = make_plot(chart.x, chart.y, chart.width, chart.height, named);
    std::string out = open_svg(chart.text, chart.width, chart.height) + legend(entries, plot.left) + plot.frame();
    if (chart.diagonal) {
        const double low = std::max(chart.x.low, chart.y.low), high = std::min(chart.x.high, chart.y.high);
        out += line("guide", plot.px(low), plot.py(low), plot.px(high), plot.py(high));
    }
    out += plot.marked(chart.mark);
    for (const auto& series : chart.series) out += drawn(plot, series);
    return out + "</svg>\n";
}

std::string to_svg(const BarChart& chart) {
    std::vector<LegendEntry> entries;
    std::size_t steps = 0;
    for (const auto& series : chart.series) {
        entries.push_back({series.name, series.ink, false, false});
        steps = std::max(steps, series.values.size());
    }
    const bool named = std::ranges::any_of(entries, [](const LegendEntry& entry) { return !entry.name.empty(); });
    const auto plot = make_plot(chart.x, chart.y, chart.width, chart.height, named);
    std::string out = open_svg(chart.text, chart.width, chart.height) + legend(entries, plot.left) + plot.frame();
    const double step = (plot.right - plot.left) / static_cast<double>(std::max<std::size_t>(steps, 1));
    const double bar = step * 0.84 / static_cast<double>(std::max<std::size_t>(chart.series.size(), 1));
    for (std::size_t i = 0; i < steps; ++i) {
        const double left = plot.left + static_cast<double>(i) * step;
        double highest = plot.bottom;
        for (std::size_t s = 0; s < chart.series.size(); ++s) {
            const auto& series = chart.series[s];
            if (i >= series.values.size() || !(series.values[i] > 0)) continue;
            // What is there at all shows as a hairline at least.
            const double top = std::min(plot.py(series.values[i]), plot.bottom - 1);
            highest = std::min(highest, top);
            out += "<rect class=\"fill " + css_of(series.ink) + "\"" +
                   attributes({{"x", left + step * 0.08 + bar * static_cast<double>(s)},
                               {"y", top},
                               {"width", bar},
                               {"height", plot.bottom - top}}) +
                   "/>\n";
        }
        if (i < chart.labels.size()) out += text(left + step / 2, highest - 4, "middle", chart.labels[i]);
    }
    return out + plot.marked(chart.mark) + "</svg>\n";
}

std::string to_svg(const IntervalChart& chart) {
    constexpr double kRow = 26, kNames = 200, kValues = 150;
    const double height = kRow * static_cast<double>(chart.rows.size()) + 56;
    const Plot plot{chart.x, {0, 1, {}, false}, kNames, 4, chart.width - kValues, height - 44};
    std::string out = open_svg(chart.text, chart.width, height);
    const auto at_x = ticks(chart.x, 8);
    for (const double at : at_x) {
        out += line("grid", plot.px(at), plot.top, plot.px(at), plot.bottom);
        out += text(plot.px(at), plot.bottom + 16, "middle",
                    tick_text(chart.x, at, at_x.size() > 1 ? at_x[1] - at_x[0] : 1));
    }
    if (chart.reference) {
        out += line("guide", plot.px(*chart.reference), plot.top, plot.px(*chart.reference), plot.bottom);
    }
    out += text((plot.left + plot.right) / 2, plot.bottom + 36, "middle", chart.x.label, "label");
    double y = plot.top + kRow / 2 + 4;
    for (const auto& [name, estimate] : chart.rows) {
        const auto& [low, high] = estimate.ci95;
        out += text(kNames - 12, y + 4, "end", name, "label");
        if (std::isfinite(estimate.value)) {
            if (std::isfinite(low)) out += line("whisker stroke neutral", plot.px(low), y, plot.px(high), y);
            out += dot("fill neutral", plot.px(estimate.value), y);
        }
        const auto interval = std::isfinite(low) ? " (" + fixed(100 * low, 1) + "–" + fixed(100 * high, 1) + ")" : "";
        out += text(plot.right + 14, y + 4, "start", percent(estimate.value) + interval, "label");
        y += kRow;
    }
    return out + "</svg>\n";
}

}  // namespace slidetype
