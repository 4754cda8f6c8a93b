// The sections that show how well the model does: figures and their charts.
#include <algorithm>
#include <array>

#include "base/words.h"
#include "model/metrics/intervals.h"
#include "model/report/html.h"
#include "model/report/sections.h"
#include "model/report/svg_chart.h"

namespace slidetype {
namespace {

std::string roc_figure(std::span<const Scored> scored, const Metrics& metrics) {
    const auto curve = roc_curve(scored);
    if (curve.empty()) return html_note("No ROC curve: one of the classes has no pictures.");
    LineChart chart;
    chart.text = {"roc", "ROC curve",
                  "Share of LUSC pictures called LUSC against the share of LUAD pictures called LUSC, for every "
                  "threshold. Area under the curve: " +
                      with_interval(metrics.auc) + "."};
    chart.x.label = "LUAD called LUSC (1 − specificity for LUSC)";
    chart.y.label = "LUSC called LUSC (sensitivity)";
    chart.diagonal = true;
    chart.height = 400;
    ChartSeries line{.name = {}, .ink = Ink::lusc, .points = {}};
    for (const auto& point : curve) line.points.push_back({point.false_positive_rate, point.true_positive_rate});
    ChartSeries at_half{.name = {}, .ink = Ink::neutral, .line = false, .dots = true, .points = {}};
    at_half.points.push_back({1 - metrics.specificity(1).value, metrics.sensitivity[1].value});
    chart.series = {std::move(line), std::move(at_half)};
    return html_figure("<h3>ROC curve</h3>\n" + to_svg(chart),
                       "Area under the curve " + with_interval(metrics.auc) +
                           ". The dot is the call at P(LUSC) = 0.5. The dashed line is guessing.");
}

std::string reliability_figure(const Metrics& metrics) {
    // Confidence of two classes is 0.5 at least; the bin that 0.5 lies in begins below it.
    constexpr std::size_t kFirst = kCalibrationBins / 2;
    const double from = static_cast<double>(kFirst) / static_cast<double>(kCalibrationBins);
    LineChart chart;
    chart.text = {"reliability", "Reliability diagram", {}};
    BarChart counts;
    counts.text = {"bins", "Pictures per bin of confidence", {}};
    chart.x = counts.x = {from, 1, {}, false};
    counts.x.label = "confidence: P of the class that is called";
    chart.y.label = "share called rightly";
    counts.y.label = "pictures";
    chart.diagonal = true;
    chart.height = 280, counts.height = 130;
    ChartSeries dots{.name = {}, .ink = Ink::luad, .line = false, .dots = true, .points = {}};
    BarChart::Series bars{{}, Ink::neutral, {}};
    for (std::size_t b = kFirst; b < kCalibrationBins; ++b) {
        const auto& bin = metrics.calibration[b];
        bars.values.push_back(static_cast<double>(bin.count));
        counts.labels.push_back(std::to_string(bin.count));
        if (bin.count == 0) continue;
        dots.points.push_back({bin.confidence, bin.accuracy, wilson_interval(bin.accuracy, bin.count)});
        chart.text.description += "At confidence " + fixed(bin.confidence, 2) + ": " + percent(bin.accuracy) + " of " +
                                  counted(bin.count, "picture") + " called rightly. ";
    }
    counts.text.description = chart.text.description;
    const double most = *std::ranges::max_element(bars.values);
    counts.y.high = std::max(1.0, most * 1.3);
    counts.series.push_back(std::move(bars));
    chart.series.push_back(std::move(dots));
    return html_figure("<h3>Reliability diagram</h3>\n" + to_svg(chart) + to_svg(counts),
                       "Expected calibration error " + with_interval(metrics.ece) +
                           ", 15 bins. On the dashed line a probability means what it says; dots below it claim too "
                           "much. Bars: 95 % by Wilson's score, pictures taken as independent.");
}

struct FigureRow {
    const char *name, *meaning;
    Estimate (*of)(const Metrics&);
};

constexpr FigureRow kFigures[] = {
    {"Accuracy", "share of pictures called rightly", [](const Metrics& m) { return m.accuracy; }},
    {"Balanced accuracy", "mean of the two sensitivities", [](const Metrics& m) { return m.balanced_accuracy; }},
    {"AUC", "P that a LUSC picture scores above a LUAD picture", [](const Metrics& m) { return m.auc; }},
    {"Sensitivity for LUAD = specificity for LUSC", "share of LUAD called LUAD",
     [](const Metrics& m) { return m.sensitivity[0]; }},
    {"Sensitivity for LUSC = specificity for LUAD", "share of LUSC called LUSC",
     [](const Metrics& m) { return m.sensitivity[1]; }},
    {"Brier score", "mean squared error of P; 0 is perfect, 0.25 is P = 0.5 for all",
     [](const Metrics& m) { return m.brier; }},
    {"Expected calibration error", "mean gap between confidence and accuracy", [](const Metrics& m) { return m.ece; }},
    {"Log loss", "mean of −ln P(truth); 0.693 is P = 0.5 for all",
     [](const Metrics& m) {
         return Estimate{m.log_loss, m.log_loss_ci95};
     }},
};

}  // namespace

std::string figures_section(const std::vector<std::pair<std::string, const Metrics*>>& columns) {
    HtmlTable table;
    table.caption = "LUAD against LUSC, with 95 % intervals. Benign pictures and the gate take no part.";
    table.header = {"Figure"};
    for (const auto& [name, metrics] : columns) table.header.push_back(name);
    table.header.emplace_back("What it is");
    for (const auto& figure : kFigures) {
        std::vector<std::string> row = {figure.name};
        for (const auto& [name, metrics] : columns) row.push_back(with_interval(figure.of(*metrics)));
        row.emplace_back(figure.meaning);
        table.rows.push_back(std::move(row));
    }
    return html_section("Figures", to_html(table));
}

std::string discrimination_section(std::span<const Scored> scored, const Metrics& metrics) {
    return html_section("Discrimination and calibration", "<div class=\"pair\">\n" + roc_figure(scored, metrics) +
                                                              reliability_figure(metrics) + "</div>\n");
}

std::string confusion_section(const Metrics& metrics, const std::string& heading) {
    std::string body =
        "<div class=\"scroll\"><table class=\"confusion\">\n<caption>Pictures, and their share of the true class; the "
        "call is P(LUSC) above 0.5.</caption>\n<thead><tr><td></td><th scope=\"col\">called LUAD</th>"
        "<th scope=\"col\">called LUSC</th></tr></thead>\n<tbody>\n";
    for (std::size_t truth = 0; truth < 2; ++truth) {
        const auto& row = metrics.confusion[truth];
        body += "<tr><th scope=\"row\">truly " + std::string(label_name(static_cast<int>(truth))) + "</th>";
        for (const auto count : row) {
            const auto all = static_cast<double>(std::max<std::size_t>(1, row[0] + row[1]));
            const double share = static_cast<double>(count) / all;
            body += "<td style=\"--share:" + fixed(share, 3) + "\"><b>" + std::to_string(count) + "</b>" +
                    percent(share) + "</td>";
        }
        body += "</tr>\n";
    }
    return html_section(heading, body + "</tbody>\n</table></div>\n");
}

std::string gate_section(std::span<const Scored> scored, double temperature, const GateMetrics& gate) {
    constexpr std::size_t kSteps = 20;
    std::array<std::vector<double>, 2> share = {std::vector<double>(kSteps), std::vector<double>(kSteps)};
    for (const auto& each : scored) {
        const double p = calibrated(each.logit, temperature);
        const auto step = std::min(kSteps - 1, static_cast<std::size_t>(p * static_cast<double>(kSteps)));
        const auto all = each.label == 1 ? gate.tumour : gate.benign;
        share[static_cast<std::size_t>(each.label)][step] += 1 / static_cast<double>(all);
    }
    BarChart chart;
    chart.text = {"gate", "P(tumour) of tumour and benign pictures",
                  "Share of each class per step of P(tumour). At the threshold " + fixed(gate.threshold, 3) + ", " +
                      percent(gate.sensitivity.value) + " of the tumour pictures are kept and " +
                      percent(gate.specificity.value) + " of the benign ones refused."};
    chart.x.label = "P(tumour)";
    chart.y.label = "share of the class";
    chart.y.percent = true;
    chart.series = {{"benign (" + std::to_string(gate.benign) + ")", Ink::benign, share[0]},
                    {"tumour (" + std::to_string(gate.tumour) + ")", Ink::neutral, share[1]}};
    chart.mark = {gate.threshold, "threshold " + fixed(gate.threshold, 3)};
    HtmlTable table;
    table.header = {"Figure", "Value (95 %)", "What it is"};
    table.rows = {{"AUC", with_interval(gate.auc), "P that a tumour picture scores above a benign one"},
                  {"Sensitivity", with_interval(gate.sensitivity), "share of the tumour pictures that are kept"},
                  {"Specificity", with_interval(gate.specificity), "share of the benign pictures that are refused"}};
    return html_section("Tumour gate",
                        "<div class=\"pair\">\n" +
                            html_figure(to_svg(chart),
                                        "Pictures left of the threshold are refused: they are called "
                                        "benign and do not vote.") +
                            "<div>" + to_html(table) +
                            html_note("The gate has learned benign lung alone. Stroma, necrosis and lymphoid tissue "
                                      "were not in its training, so these figures say nothing of them.") +
                            "</div></div>\n");
}

std::string unfamiliar_section(std::span<const Unfamiliar> unfamiliar) {
    if (unfamiliar.empty()) return {};
    HtmlTable table;
    table.header = {"Class", "Pictures", "Unfamiliar (95 %)"};
    for (const auto& each : unfamiliar) {
        table.rows.push_back({std::string(label_name(each.label)), std::to_string(each.n), with_interval(each.share)});
    }
    return html_section("Unfamiliar pictures",
                        to_html(table) + html_note("Share of pictures whose features lie farther from the training "
                                                   "pictures than the model's threshold allows; they do not vote."));
}

std::string shift_section(const Evaluation& evaluation) {
    if (evaluation.shift.empty()) return {};
    IntervalChart chart;
    chart.text = {"shift", "Accuracy under shift", {}};
    HtmlTable table;
    const bool gate = evaluation.gate.has_value();
    table.header = {"Pictures", "Accuracy (95 %)", "AUC", "Calibration error", "Brier"};
    if (gate) table.header.insert(table.header.end(), {"Gate keeps tumour", "Gate refuses benign"});
    std::vector<double> ends;
    const auto add = [&](const std::string& name, const Measured& measured) {
        const auto& m = measured.metrics;
        ends.insert(ends.end(), {m.accuracy.ci95[0], m.accuracy.ci95[1]});
        chart.rows.push_back({name, m.accuracy});
        chart.text.description += name + ": " + percent(m.accuracy.value) + ". ";
        table.rows.push_back(
            {name, with_interval(m.accuracy), fixed(m.auc.value, 3), fixed(m.ece.value, 3), fixed(m.brier.value, 3)});
        if (!gate || !measured.gate) return;
        table.rows.back().push_back(percent(measured.gate->sensitivity.value));
        table.rows.back().push_back(percent(measured.gate->specificity.value));
    };
    add("as they are", evaluation);
    for (const auto& shift : evaluation.shift) add(shift.description, shift);
    chart.x = axis_around("accuracy with 95 % interval", ends, true);
    chart.reference = evaluation.metrics.accuracy.value;
    return html_section("Accuracy under shift",
                        html_figure(to_svg(chart),
                                    "The same pictures after fixed changes that another scanner, stain batch or file "
                                    "format might make. Dashed: as they are. The intervals share their groups, so a "
                                    "difference can be surer than they look.") +
                            to_html(table));
}

}  // namespace slidetype
