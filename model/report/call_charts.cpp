// The charts of a report on calls.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "model/report/call_sections.h"
#include "model/report/html.h"
#include "model/report/sections.h"
#include "model/report/svg_chart.h"

namespace slidetype {
namespace {

ChartSeries roc_line(const std::string& name, std::span<const Scored> scored, bool dashed) {
    ChartSeries line{.name = name, .ink = dashed ? Ink::neutral : Ink::lusc, .dashed = dashed, .points = {}};
    for (const auto& point : roc_curve(scored)) {
        line.points.push_back({point.false_positive_rate, point.true_positive_rate});
    }
    return line;
}

std::string roc_of_calls(std::span<const Scored> slides, std::span<const Scored> patients, const CallFigures& figures) {
    const auto& metrics = figures.patients.metrics;
    if (!std::isfinite(metrics.auc.value)) return html_note("No ROC curve: one of the classes has no patients.");
    LineChart chart;
    chart.text = {"callroc", "ROC curve",
                  "Share of LUSC called LUSC against the share of LUAD called LUSC, for every threshold. Area of "
                  "patients: " +
                      with_interval(metrics.auc) + ", of slides: " + with_interval(figures.slides.metrics.auc) + "."};
    chart.x.label = "LUAD called LUSC (1 − specificity)";
    chart.y.label = "LUSC called LUSC (sensitivity)";
    chart.diagonal = true;
    chart.height = 400;
    ChartSeries at_half{.name = {}, .ink = Ink::neutral, .line = false, .dots = true, .points = {}};
    at_half.points.push_back({1 - metrics.specificity(1).value, metrics.sensitivity[1].value});
    chart.series = {roc_line("slides", slides, true), roc_line("patients", patients, false), std::move(at_half)};
    return html_figure("<h3>ROC curve</h3>\n" + to_svg(chart),
                       "Area of patients " + with_interval(metrics.auc) + ", of slides " +
                           with_interval(figures.slides.metrics.auc) +
                           ". The dot is the call of patients at P(LUSC) = 0.5.");
}

std::string calibration_of_calls(std::span<const Scored> patients, const CallFigures& figures) {
    LineChart chart;
    chart.text = {"callfit", "Calibration", {}};
    chart.x.label = "P(LUSC)";
    chart.y.label = "share that is LUSC";
    chart.diagonal = true;
    chart.height = 400;
    ChartSeries dots{.name = {}, .ink = Ink::luad, .line = false, .dots = true, .points = {}};
    const auto groups = calibration_groups(patients, figures.temperature);
    for (const auto& group : groups) {
        dots.points.push_back({group.mean_p, group.lusc, group.ci95});
        chart.text.description += "At P " + fixed(group.mean_p, 2) + ": " + percent(group.lusc) + " of " +
                                  std::to_string(group.n) + " are LUSC. ";
    }
    chart.series.push_back(std::move(dots));
    const auto& slope = figures.patients.line.slope;
    const auto text = std::isfinite(slope.value) ? fixed(slope.value, 2) : std::string("not estimable");
    return html_figure("<h3>Calibration</h3>\n" + to_svg(chart),
                       "Patients in groups of neighbouring P(LUSC), as many in each. On the dashed line a probability "
                       "means what it says. Bars: 95 % by Wilson's score. Calibration slope: " +
                           text + ".");
}

/// The curve from where a fifth of the cases are called: left of it single cases make it jump.
ChartSeries coverage_line(const std::string& name, const CoverageCurve& curve, bool dashed) {
    constexpr double kFrom = 0.2;
    ChartSeries line{.name = name, .ink = dashed ? Ink::neutral : Ink::lusc, .dashed = dashed, .points = {}};
    for (const auto& point : curve.points) {
        if (point.coverage >= kFrom) line.points.push_back({point.coverage, point.error.value});
    }
    return line;
}

}  // namespace

std::string call_curves(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                        const CallFigures& figures) {
    const auto of_slides = scored_cases(slides), of_patients = scored_cases(patients);
    return "<div class=\"pair\">\n" + roc_of_calls(of_slides, of_patients, figures) +
           calibration_of_calls(of_patients, figures) + "</div>\n";
}

std::string coverage_figures(const CallFigures& figures) {
    const auto& curve = figures.patients.coverage;
    LineChart chart;
    chart.text = {"coverage", "Coverage against error", {}};
    chart.x = {0.2, 1, "share called, the least certain left undecided", true};
    ChartSeries dots{.name = {}, .ink = Ink::lusc, .line = false, .dots = true, .points = {}};
    HtmlTable table;
    table.header = {"Called", "Patients", "P of the least certain", "Wrong of these (95 %)"};
    std::vector<double> heights = {0, 0.01};
    for (const auto& point : curve.at) {
        const auto& [low, high] = point.error.ci95;
        const bool ranged = std::isfinite(low);
        dots.points.push_back({point.coverage, point.error.value, {}});
        if (ranged) dots.points.back().range = point.error.ci95;
        heights.insert(heights.end(), {point.error.value, high});
        const auto range = ranged ? fixed(100 * low, 1) + "–" + fixed(100 * high, 1) : std::string("no interval");
        table.rows.push_back({percent(point.coverage, 0), std::to_string(point.called), fixed(point.certainty, 3),
                              percent(point.error.value) + " (" + range + ")"});
        chart.text.description += percent(point.coverage, 0) + " called: " + percent(point.error.value) + " wrong. ";
    }
    chart.series = {coverage_line("slides", figures.slides.coverage, true), coverage_line("patients", curve, false),
                    std::move(dots)};
    for (const auto& series : chart.series) {
        for (const auto& point : series.points) heights.push_back(point.y);
    }
    chart.y = axis_around("share of wrong calls", heights, true);
    return "<div class=\"pair\">\n" +
           html_figure(to_svg(chart),
                       "A good model errs where it is uncertain, so the curve falls to the left. Bars: 95 % "
                       "by patients.") +
           "<div>" + to_html(table) +
           html_note("A threshold that is read off here must be tried on other patients than these.") +
           "</div></div>\n";
}

}  // namespace slidetype
