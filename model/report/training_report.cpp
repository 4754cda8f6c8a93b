#include "model/report/training_report.h"

#include "base/words.h"
#include "model/report/html.h"
#include "model/report/svg_chart.h"

namespace slidetype {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string curve_figure(const TrainingReportPage& page, const ChartText& text, const std::string& y_label,
                         bool percents, double (*training)(const EpochReport&),
                         double (*validation)(const EpochReport&), const std::string& caption) {
    LineChart chart;
    chart.text = text;
    ChartSeries train{.name = "training", .ink = Ink::neutral, .dashed = true, .points = {}};
    ChartSeries valid{.name = "validation", .ink = Ink::luad, .dots = true, .points = {}};
    std::vector<double> values;
    for (const auto& epoch : page.fitted.report.epochs) {
        train.points.push_back({static_cast<double>(epoch.epoch), training(epoch)});
        valid.points.push_back({static_cast<double>(epoch.epoch), validation(epoch)});
        values.insert(values.end(), {training(epoch), validation(epoch)});
    }
    chart.y = axis_around(y_label, values, percents);
    if (percents) chart.y.high = std::min(chart.y.high, 1.0);
    const auto epochs = static_cast<double>(page.fitted.report.epochs.size());
    chart.x = {epochs > 1 ? 1.0 : 0.0, std::max(epochs, 2.0), "epoch", false};
    chart.series = {std::move(train), std::move(valid)};
    const int kept = page.fitted.report.best_epoch;
    chart.mark = {static_cast<double>(kept), "kept: " + std::to_string(kept)};
    return html_figure("<h3>" + escape_html(text.title) + "</h3>\n" + to_svg(chart), caption);
}

std::string curves_section(const TrainingReportPage& page) {
    std::string described = "Per epoch, training then validation. ";
    std::string losses = described, accuracies = described;
    for (const auto& epoch : page.fitted.report.epochs) {
        const auto number = std::to_string(epoch.epoch);
        losses += number + ": " + fixed(epoch.train_loss, 3) + ", " + fixed(epoch.validation.log_loss, 3) + ". ";
        accuracies +=
            number + ": " + percent(epoch.train_accuracy) + ", " + percent(epoch.validation.accuracy.value) + ". ";
    }
    const auto loss = curve_figure(
        page, {"loss", "Loss", losses}, "log loss", false, [](const EpochReport& e) { return e.train_loss; },
        [](const EpochReport& e) { return e.validation.log_loss; },
        "Training loss is on varied pictures with smoothed labels, so it can lie above that of validation.");
    const auto accuracy = curve_figure(
        page, {"accuracy", "Accuracy", accuracies}, "accuracy", true,
        [](const EpochReport& e) { return e.train_accuracy; },
        [](const EpochReport& e) { return e.validation.accuracy.value; },
        "The weights of the marked epoch are in the model.");
    return html_section("Learning", "<div class=\"pair\">\n" + loss + accuracy + "</div>\n");
}

std::string groups_text(const TrainingReportPage& page) {
    if (!page.dataset.has_groups) {
        return "not known for all pictures: copies of one source may lie on both sides of the split, which would make "
               "all figures too good";
    }
    const auto leaks = leaking_groups(page.dataset, page.split);
    if (leaks == 0) return "known, none on both sides of the split";
    return counted(leaks, "group") + " on both sides of the split: all figures are too good";
}

std::vector<std::string> warnings_of(const TrainingReportPage& page) {
    auto warnings = page.origin.warnings;
    if (page.fitted.report.stopped_early) {
        warnings.push_back("Training was stopped after " + counted(page.fitted.report.epochs.size(), "epoch") + " of " +
                           std::to_string(page.options.epochs) + ".");
    }
    if (const auto few = few_groups_warning(page.fitted, page.options); !few.empty()) warnings.push_back(few);
    const auto skipped = page.fitted.report.skipped.size() + page.dataset.problems.size();
    if (skipped > 0) {
        warnings.push_back(counted(skipped, "picture") +
                           " left out, because missing or unreadable; listed under Data.");
    }
#ifndef SLIDETYPE_HAVE_OPENCV
    warnings.emplace_back("This build of slidetype has no picture library, so the page shows no pictures.");
#endif
    return warnings;
}

Facts facts_of(const TrainingReportPage& page) {
    const auto& options = page.options;
    const auto& config = page.fitted.config;
    const auto& ours = *config.slidetype;
    const auto& network = find_architecture(options.architecture);
    Facts facts = {
        {"Model", config.name},
        {"Network", network.name + ", " + std::to_string(parameter_count(network)) + " parameters, input " +
                        std::to_string(config.patch_size_px) + " px at " + fixed(config.spacing_um_px, 2) + " µm/px"},
        {"Data", page.origin.data},
        {"Split", page.split.description},
        {"Groups", groups_text(page)},
        {"Started from",
         options.from ? options.from->config.name + (options.freeze_features ? ", only the last layer learnt" : "")
                      : "fresh weights"},
        {"Training", counted(page.fitted.report.epochs.size(), "epoch") + ", batch " + std::to_string(options.batch) +
                         ", highest rate " + fixed(learning_rate(options), 5) + ", seed " +
                         std::to_string(options.seed)},
        {"Kept", "epoch " + std::to_string(page.fitted.report.best_epoch)},
        {"Temperature", fixed(ours.temperature, 3)}};
    if (ours.gate) {
        facts.emplace_back("Tumour gate", "temperature " + fixed(ours.gate->temperature, 3) + ", threshold " +
                                              fixed(ours.gate->threshold, 3));
    }
    if (!page.fitted.report.device.empty()) facts.emplace_back("Computed on", page.fitted.report.device);
    double seconds = 0, waited = 0;
    for (const auto& epoch : page.fitted.report.epochs) seconds += epoch.seconds, waited += epoch.waited_s;
    if (seconds > 0) {
        facts.emplace_back("Time", fixed(seconds / 60, 1) + " min, of them " + percent(waited / seconds) +
                                       " spent waiting for pictures");
    }
    return facts;
}

/// Whether the model will notice a slide of another kind, and how often it errs in that.
std::string domain_section(const TrainingReportPage& page) {
    constexpr const char* kHeading = "Does the model know the slide?";
    if (page.domain == nullptr) return html_section(kHeading, html_note(page.no_domain));
    const auto& config = page.domain->config;
    Facts facts = {{"Fitted on", counted(config.sources, "source") + " of the training and validation pictures"}};
    if (page.domain->materials > 1)
        facts.emplace_back("Known beside these", "what it knew before, of the model that it was trained from");
    const bool tried = config.tried > 0 && config.sources >= kFewestToLeaveOut;
    facts.emplace_back("False alarms",
                       tried ? std::to_string(config.alarms) + " of " + counted(config.tried, "source") +
                                   (config.unseen ? " that it had not learnt from" : " left out in turn") +
                                   " would be taken for something else"
                             : "not known: too few sources to leave some out");
    std::string body = html_facts(facts);
    body += html_note(
        "A slide that as a whole does not look like these pictures, by its colours, its sharpness or its "
        "structure, gets no subtype call from slidetype run.");
    if (const auto few = few_sources_text(config); !few.empty()) body += html_note(few);
    return html_section(kHeading, body);
}

}  // namespace

std::string training_report(const TrainingReportPage& page) {
    const auto& fitted = page.fitted;
    const auto& validation = fitted.report.validation;
    const double temperature = fitted.config.slidetype->temperature;
    const auto title = "Training of " + fitted.config.name;
    std::string body = report_header(title, facts_of(page), warnings_of(page));
    body += headline_cards(fitted.cross_calibrated, fitted.gate);
    body +=
        html_note(std::string(page.test ? "All figures are of the validation pictures but for those of the test part. "
                                        : "All figures are of the validation pictures. ") +
                  (page.options.keep_last_epoch
                       ? "The last epoch was kept, whatever they said of it."
                       : "The epoch that was kept was chosen on these same pictures, so expect a little less on "
                         "new ones."));
    std::vector<std::pair<std::string, const Metrics*>> columns = {{"Before calibration (95 %)", &fitted.uncalibrated}};
    if (fitted.calibration_groups > 1) {
        columns.insert(columns.begin(), {"Calibrated on other groups (95 %)", &fitted.cross_calibrated});
    }
    if (page.test) columns.emplace_back("Test part, which took no part in training (95 %)", &page.test->metrics);
    body += figures_section(columns);
    body += curves_section(page);
    body += discrimination_section(cross_calibrated(validation, expected_temperature(page.options)),
                                   fitted.cross_calibrated);
    if (fitted.gate) {
        body += gate_section(fitted.report.gate_validation, fitted.config.slidetype->gate->temperature, *fitted.gate);
    }
    if (page.test) body += confusion_section(page.test->metrics, "Confusion matrix of the test part");
    body += in_columns(confusion_section(fitted.cross_calibrated),
                       groups_section(page.dataset, group_figures(page.dataset, validation, temperature)));
    body += wrong_pictures_section(page.dataset, validation, temperature);
    body += domain_section(page);
    body += picked_section(page.picked);
    body += examples_section(page.dataset, page.examples);
    std::vector<std::pair<std::string, std::span<const std::size_t>>> parts = {{"training", page.split.train},
                                                                               {"validation", page.split.validation}};
    if (!page.split.test.empty()) parts.emplace_back("test", page.split.test);
    auto skipped = fitted.report.skipped;
    skipped.insert(skipped.end(), page.dataset.problems.begin(), page.dataset.problems.end());
    body += data_section(page.dataset, parts, skipped);
    body += report_footer(page.origin);
    return html_page(title, body);
}

}  // namespace slidetype
