#include "model/report/learning_section.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/report/html.h"
#include "model/report/svg_chart.h"

namespace slidetype {
namespace {

using Value = double LearningPoint::*;

std::string learning_figure(std::span<const LearningPoint> epochs, ChartText text, const std::string& label,
                            Value taught, Value kept_out, const std::string& caption) {
    ChartSeries train{.name = "taught", .ink = Ink::neutral, .dashed = true, .points = {}};
    ChartSeries held{.name = "kept out", .ink = Ink::luad, .points = {}};
    std::vector<double> values;
    text.description = "Per epoch, what taught, then what was kept out. ";
    for (const auto& epoch : epochs) {
        const double x = epoch.epoch;
        train.points.push_back({x, epoch.*taught});
        values.push_back(epoch.*taught);
        text.description +=
            std::to_string(epoch.epoch) + ": " + fixed(epoch.*taught, 3) + ", " + fixed(epoch.*kept_out, 3) + ". ";
        if (!std::isfinite(epoch.*kept_out)) continue;
        held.points.push_back({x, epoch.*kept_out});
        values.push_back(epoch.*kept_out);
    }
    LineChart chart;
    chart.y = axis_around(label, values);
    const auto last = static_cast<double>(epochs.back().epoch);
    chart.x = {last > 1 ? 1.0 : 0.0, std::max(last, 2.0), "epoch", false};
    chart.series = {std::move(train), std::move(held)};
    chart.text = std::move(text);
    return html_figure("<h3>" + escape_html(chart.text.title) + "</h3>\n" + to_svg(chart), caption);
}

}  // namespace

std::string learning_section(std::span<const LearningPoint> epochs) {
    if (epochs.empty()) return {};
    const auto loss =
        learning_figure(epochs, {"headloss", "Loss", ""}, "log loss", &LearningPoint::train_loss, &LearningPoint::loss,
                        "Slides that are kept for a head's figures are looked at when their turn comes, on drawn "
                        "tiles, by the head as it "
                        "is then.");
    const auto auc = learning_figure(epochs, {"headauc", "AUC", ""}, "AUC of slides", &LearningPoint::train_auc,
                                     &LearningPoint::auc, "No epoch is chosen: the heads are those of the last one.");
    return html_section("Learning", "<div class=\"pair\">\n" + loss + auc + "</div>\n");
}

}  // namespace slidetype
