// The tables of a report on calls; its charts are in call_charts.cpp.
#include "model/report/call_sections.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/words.h"
#include "model/data/dataset.h"
#include "model/report/html.h"
#include "model/report/sections.h"

namespace slidetype {
namespace {

/// "0.951 (0.930–0.970)", in hundredths where `percents`; `undefined` where there is no value.
std::string call_figure(const Estimate& estimate, bool percents = false, const std::string& undefined = "–") {
    if (!std::isfinite(estimate.value)) return undefined;
    const double unit = percents ? 100 : 1;
    const int digits = percents ? 1 : 3;
    const auto& [low, high] = estimate.ci95;
    const auto range =
        std::isfinite(low) ? fixed(unit * low, digits) + "–" + fixed(unit * high, digits) : "no interval";
    return fixed(unit * estimate.value, digits) + (percents ? " %" : "") + " (" + range + ")";
}

std::string class_of(std::size_t label) {
    return std::string(label_name(static_cast<int>(label)));
}

std::string p_lusc(const LabelledCase& each, double temperature) {
    return fixed(calibrated(each.logit, temperature), 3);
}

struct CallRow {
    const char *name, *meaning;
    Estimate (*of)(const CaseFigures&);
};

constexpr CallRow kCallRows[] = {
    {"AUC", "P that a case of LUSC scores above one of LUAD", [](const CaseFigures& f) { return f.metrics.auc; }},
    {"Balanced accuracy", "mean of sensitivity and specificity",
     [](const CaseFigures& f) { return f.metrics.balanced_accuracy; }},
    {"Sensitivity for LUSC", "share of LUSC called LUSC, at P = 0.5",
     [](const CaseFigures& f) { return f.metrics.sensitivity[1]; }},
    {"Specificity for LUSC", "share of LUAD called LUAD, at P = 0.5",
     [](const CaseFigures& f) { return f.metrics.specificity(1); }},
    {"Accuracy", "share called rightly, at P = 0.5", [](const CaseFigures& f) { return f.metrics.accuracy; }},
    {"Calibration slope", "1 is right; below it P is too extreme", [](const CaseFigures& f) { return f.line.slope; }},
    {"Calibration intercept", "0 is right where the slope is 1", [](const CaseFigures& f) { return f.line.intercept; }},
    {"Calibration in the large", "above 0 LUSC is more frequent than P says",
     [](const CaseFigures& f) { return f.line.in_the_large; }},
    {"Brier score", "mean squared error of P; 0 is perfect, 0.25 is P = 0.5 for all",
     [](const CaseFigures& f) { return f.metrics.brier; }},
    {"Expected calibration error", "mean gap between confidence and accuracy; of 100 cases and more",
     [](const CaseFigures& f) { return f.metrics.ece; }},
};

/// Rows of truths, columns of what was said.
std::string confusion(const CaseFigures& figures, const std::string& what) {
    const std::size_t columns = figures.said ? kClassSets : 2;
    // The order of columns: the two calls, then what is none.
    constexpr ClassSet order[] = {ClassSet::luad, ClassSet::lusc, ClassSet::either, ClassSet::none};
    std::string out = "<div class=\"scroll\"><table class=\"confusion\">\n<caption>" + what +
                      ", and their share of the true class</caption>\n<thead><tr><td></td>";
    for (std::size_t c = 0; c < columns; ++c) {
        out += "<th scope=\"col\">" + std::string(is_call(order[c]) ? "called " : "") +
               std::string(to_string(order[c])) + "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (std::size_t truth = 0; truth < 2; ++truth) {
        out += "<tr><th scope=\"row\">truly " + class_of(truth) + "</th>";
        const auto all = static_cast<double>(std::max<std::size_t>(1, figures.of_class[truth]));
        for (std::size_t c = 0; c < columns; ++c) {
            const auto count = figures.said ? figures.said->count[truth][static_cast<std::size_t>(order[c])]
                                            : figures.metrics.confusion[truth][c];
            const double share = static_cast<double>(count) / all;
            out += "<td style=\"--share:" + fixed(share, 3) + "\"><b>" + std::to_string(count) + "</b>" +
                   percent(share) + "</td>";
        }
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table></div>\n";
}

std::string site_remark(const SiteFigures& site) {
    switch (site.note) {
        case SiteNote::one_class:
            return "one class only";
        case SiteNote::few:
            return "fewer than " + std::to_string(kPatientsOfSite) + " patients of a class";
        case SiteNote::enough:
            break;
    }
    return {};
}

/// The wrong ones among the cases, surest first.
HtmlTable wrong_table(std::span<const LabelledCase> cases, const CallFigures& figures, bool slides, std::size_t shown) {
    std::vector<const LabelledCase*> wrong;
    bool any_said = false;
    for (const auto& each : cases) {
        const auto said = what_was_said(each, figures.temperature, figures.conformal);
        any_said = any_said || said.has_value();
        if ((each.logit > 0) != (each.label == 1) || (said && !holds(*said, each.label))) wrong.push_back(&each);
    }
    std::ranges::stable_sort(wrong, {},
                             [](const LabelledCase* each) { return each->label == 1 ? each->logit : -each->logit; });
    HtmlTable table;
    table.caption = std::to_string(wrong.size()) + " of " + counted(cases.size(), slides ? "slide" : "patient");
    if (wrong.size() > shown) table.caption += ", the " + std::to_string(shown) + " surest";
    table.header = {slides ? "Slide" : "Patient", "Site", "Truth", "P(LUSC)"};
    if (slides) table.header.insert(table.header.begin() + 1, "Patient");
    if (any_said) table.header.emplace_back("Said");
    for (const auto* each : std::span(wrong).first(std::min(shown, wrong.size()))) {
        std::vector<std::string> row = {short_group(each->name)};
        if (slides) row.push_back(short_group(each->whose()));
        row.insert(row.end(), {each->site.empty() ? "not known" : each->site, std::string(label_name(each->label)),
                               p_lusc(*each, figures.temperature)});
        const auto said = what_was_said(*each, figures.temperature, figures.conformal);
        if (any_said) row.emplace_back(said ? to_string(*said) : "–");
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string trials_table(const ConformalTrials& tried) {
    if (tried.trials.empty()) {
        return html_note("Tried on parted patients: not measured" +
                         (tried.why_not.empty() ? std::string() : "; " + tried.why_not) + ".");
    }
    HtmlTable table;
    table.caption =
        "Thresholds from a part of the patients, tried on the others, over many random partings. Observed: share whose "
        "answer lacks their class; ± is the standard deviation over the partings";
    table.header = {"Stated",          "Observed of LUAD", "Observed of LUSC", "Called",
                    "Wrong of called", "Partings",         "Calibration",      "Tried"};
    for (const auto& trial : tried.trials) {
        const auto observed = [](const ConformalTrial::OfClass& of_class) {
            return percent(of_class.missed) + " ± " + fixed(100 * of_class.deviation, 1);
        };
        table.rows.push_back({error_text(trial.stated), observed(trial.of_class[0]), observed(trial.of_class[1]),
                              percent(trial.called), percent(trial.wrong), std::to_string(trial.splits),
                              std::to_string(trial.of_class[0].calibration + trial.of_class[1].calibration),
                              std::to_string(trial.of_class[0].tried + trial.of_class[1].tried)});
    }
    return to_html(table);
}

}  // namespace

std::string call_cards(const CallFigures& figures) {
    const auto& patients = figures.patients;
    const auto card = [](const std::string& name, const Estimate& estimate, bool percents) {
        const auto text = call_figure(estimate, percents, "not estimable");
        const auto cut = text.find(" (");
        if (cut == std::string::npos) return html_card(name, "–", text);
        auto range = text.substr(cut + 2, text.size() - cut - 3);
        if (range != "no interval") range = "95 %: " + range;
        return html_card(name, text.substr(0, cut), range);
    };
    std::string out = "<div class=\"cards\">\n";
    out += html_card("Patients", std::to_string(patients.metrics.n),
                     std::to_string(patients.of_class[0]) + " LUAD, " + std::to_string(patients.of_class[1]) +
                         " LUSC, " + counted(figures.slides.metrics.n, "slide"));
    out += card("AUC", patients.metrics.auc, false);
    out += card("Balanced accuracy", patients.metrics.balanced_accuracy, true);
    out += card("Calibration slope", patients.line.slope, false);
    if (patients.said) {
        out += card("Called", patients.said->called, true);
        out += card("Wrong of called", patients.said->wrong, true);
    } else {
        out += card("Brier score", patients.metrics.brier, false);
    }
    return out + "</div>\n";
}

std::string call_figures_table(const CallFigures& figures) {
    HtmlTable table;
    table.header = {"Figure", "Patients (95 %)", "Slides (95 %)", "What it is"};
    table.rows.push_back(
        {"Cases: LUAD and LUSC",
         std::to_string(figures.patients.of_class[0]) + " + " + std::to_string(figures.patients.of_class[1]),
         std::to_string(figures.slides.of_class[0]) + " + " + std::to_string(figures.slides.of_class[1]),
         "with a score and a known diagnosis"});
    for (const auto& row : kCallRows) {
        table.rows.push_back({row.name, call_figure(row.of(figures.patients), false, "not estimable"),
                              call_figure(row.of(figures.slides), false, "not estimable"), row.meaning});
    }
    return to_html(table) + html_note(
                                "Slides of a patient are not independent, so all intervals draw patients. Not "
                                "estimable: a class or cases are lacking, or the classes are told apart without an "
                                "error, so that no slope is the best. Where no case, or every case, is wrong, "
                                "the interval of a share is Wilson's by the number of patients.");
}

std::string single_heads(const CallFigures& figures) {
    if (figures.heads.empty()) return {};
    struct HeadRow {
        const char* name;
        const Estimate& together;
        double (*alone)(const HeadFigures&);
    };
    const auto &patients = figures.patients.metrics, &slides = figures.slides.metrics;
    const HeadRow rows[] = {
        {"AUC of patients", patients.auc, [](const HeadFigures& head) { return head.patients.auc; }},
        {"Balanced accuracy of patients", patients.balanced_accuracy,
         [](const HeadFigures& head) { return head.patients.balanced_accuracy; }},
        {"AUC of slides", slides.auc, [](const HeadFigures& head) { return head.slides.auc; }},
        {"Balanced accuracy of slides", slides.balanced_accuracy,
         [](const HeadFigures& head) { return head.slides.balanced_accuracy; }}};
    HtmlTable table;
    table.caption = "Each of " + std::to_string(figures.heads.size()) + " heads alone, beside all together (95 %)";
    table.header = {"Figure", "Least", "Mean", "Best", "All together"};
    for (const auto& row : rows) {
        const auto [least, mean, best] = range_of_heads(figures.heads, row.alone);
        const auto shown = [](double value) { return std::isfinite(value) ? fixed(value, 3) : std::string("–"); };
        table.rows.push_back({row.name, shown(least), shown(mean), shown(best), call_figure(row.together)});
    }
    return to_html(table);
}

std::string call_confusions(const CallFigures& figures) {
    const bool said = figures.patients.said.has_value();
    return "<div class=\"pair\">\n<div>" + confusion(figures.patients, "Patients") + "</div>\n<div>" +
           confusion(figures.slides, "Slides") + "</div>\n</div>\n" +
           html_note(said ? "What was said. Either: P is usual for both classes. None: P is unusual for both."
                          : "The call is LUSC where P(LUSC) is above 0.5, else LUAD; nothing is left undecided.");
}

std::string conformal_figures(const CallFigures& figures) {
    if (!figures.conformal) {
        return html_note("Thresholds for a stated error: not measured. The model has none.") +
               trials_table(figures.trials);
    }
    const auto& thresholds = *figures.conformal;
    HtmlTable table;
    table.caption = "Stated error " + error_text(thresholds.error) +
                    ": at most that share of new patients of each class is said not to be of it, if they are like the "
                    "calibration's";
    table.header = {"Class", "Calibration patients", "Possible where", "Said not to be of it, patients here (95 %)"};
    for (std::size_t label = 0; label < 2; ++label) {
        const double q = thresholds.q[label];
        table.rows.push_back(
            {class_of(label), std::to_string(thresholds.n[label]),
             label == 0 ? "P(LUSC) is at most " + fixed(q, 4) : "P(LUSC) is at least " + fixed(1 - q, 4),
             figures.patients.said ? call_figure(figures.patients.said->missed[label], true) : "–"});
    }
    const double lusc_from = 1 - thresholds.q[1], luad_to = thresholds.q[0];
    const auto between = [](double from, double to, const std::string& what) {
        return "P(LUSC) from " + fixed(from, 4) + " to " + fixed(to, 4) + " is " + what + ".";
    };
    const auto middle = lusc_from <= luad_to ? between(lusc_from, luad_to, "usual for both classes: either is said")
                                             : between(luad_to, lusc_from, "unusual for both classes: none is said");
    return to_html(table) +
           html_note(middle +
                     " The promise is for patients, not for slides, and for the share of each class, not for "
                     "the share of wrong calls. It is worth nothing for patients of another kind.") +
           trials_table(figures.trials);
}

std::string sites_table(std::span<const SiteFigures> sites) {
    if (sites.empty()) return html_note("Not measured: no case names its site.");
    HtmlTable table;
    table.header = {"Site", "Patients",          "LUAD",  "LUSC", "Slides", "Accuracy (95 %)",
                    "AUC",  "Balanced accuracy", "Remark"};
    for (const auto& site : sites) {
        table.rows.push_back({site.site.empty() ? "not known" : site.site, std::to_string(site.patients),
                              std::to_string(site.of_class[0]), std::to_string(site.of_class[1]),
                              std::to_string(site.slides), call_figure(site.accuracy), call_figure(site.auc),
                              call_figure(site.balanced_accuracy), site_remark(site)});
    }
    return to_html(table) + html_note("Figures of few patients say little: look at the intervals.");
}

std::string wrong_calls(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                        const CallFigures& figures, std::size_t shown) {
    const auto of_patients = wrong_table(patients, figures, false, shown);
    const auto of_slides = wrong_table(slides, figures, true, shown);
    if (of_patients.rows.empty() && of_slides.rows.empty()) return html_note("None.");
    const auto order = "Surest first. Said either: P lies on the wrong side of one half, but nothing was called.";
    return html_note(figures.patients.said ? order : "Surest first.") + "<div class=\"pair\">\n<div>" +
           to_html(of_patients) + "</div>\n<div>" + to_html(of_slides) + "</div>\n</div>\n";
}

}  // namespace slidetype
