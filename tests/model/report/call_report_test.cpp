// The page on calls: complete, well-formed, and safe whatever slides are called.
#include "model/report/call_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/random.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kBadName = "</td><script>alert('1')</script>\"onerror=x";

std::vector<LabelledCase> report_cohort(std::size_t patients, double apart) {
    Random random(29);
    std::vector<LabelledCase> out;
    for (std::size_t p = 0; p < patients; ++p) {
        const int label = random.chance(0.45) ? 1 : 0;
        const double middle = (label == 1 ? apart : -apart) + 1.3 * random.normal();
        const auto slides = 1 + random.below(std::size_t{3}) / 2;
        for (std::size_t s = 0; s < slides; ++s) {
            const double logit = middle + 0.5 * random.normal();
            const auto name = "TCGA-" + std::to_string(1000 + p);
            const auto site = "site " + std::to_string(p * p / (1 + patients * patients / 6));
            out.push_back({name + "-" + std::to_string(s + 1) + "Z", name, site, label, logit});
        }
    }
    return out;
}

std::string page_of(const std::vector<LabelledCase>& slides, const MeasureOptions& options,
                    const CallReportText& text = {}) {
    const auto patients = mean_of_slides(slides);
    const auto figures = measure_calls(slides, patients, options);
    return call_report({.model = kBadName,
                        .facts = {{"Model", kBadName}, {"Data", kBadName}},
                        .text = text,
                        .flow = {{"slides named", std::to_string(slides.size() + 2)}, {kBadName, "2"}},
                        .figures = figures,
                        .slides = slides,
                        .patients = patients,
                        .origin = {.data = kBadName,
                                   .command_line = kBadName,
                                   .versions = {{"slidetype", "9.9.9"}},
                                   .warnings = {kBadName}}});
}

void expect_safe(const std::string& page) {
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("https://")));
    EXPECT_THAT(page, Not(HasSubstr("nan")));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
}

TEST(CallReport, HasTheItemsOfTripodAndSaysWhatWasNotMeasured) {
    const auto page = page_of(report_cohort(60, 1), {.rounds = 50});
    expect_safe(page);
    for (const std::string item :
         {"Title (1)", "Intended use (3a, 3b)", "Source of data (5a)", "Participants (6)", "Outcome (8)",
          "Predictors (9)", "Sample size (10)", "Missing data (11)", "Model (12)", "Performance measures (12e)",
          "Fairness (14)", "Ethical approval (17)", "Interpretation (25)", "Limitations (26)"}) {
        EXPECT_THAT(page, HasSubstr("<dt>" + item + "</dt>"));
    }
    for (const std::string heading : {"Results: participants (20)", "Results: model performance (23)", "Results: calls",
                                      "Results: coverage against error", "Results: stated error",
                                      "Results: performance by site (23)", "Results: cases that were wrong"}) {
        EXPECT_THAT(page, HasSubstr("<h2>" + heading + "</h2>"));
    }
    EXPECT_THAT(page, HasSubstr("<dt>Missing data (11)</dt><dd>not stated</dd>"));
    EXPECT_THAT(page, HasSubstr("Thresholds for a stated error: not measured"));
    EXPECT_THAT(page, HasSubstr("Tried on parted patients: not measured; that needs 40 patients of each class"));
    EXPECT_THAT(page, Not(HasSubstr("heads alone")));
    EXPECT_THAT(page, HasSubstr("By age, sex, ethnicity, stage, scanner: not measured"));
    EXPECT_THAT(page, HasSubstr("ROC curve</h3>"));
    EXPECT_THAT(page, HasSubstr("Calibration</h3>"));
    EXPECT_THAT(page, Not(HasSubstr("called either")));
}

TEST(CallReport, ShowsThresholdsTrialsAndTheWordsThatItWasGiven) {
    const auto slides = report_cohort(160, 1.2);
    const auto patients = scored_cases(mean_of_slides(slides));
    CallReportText text;
    text.limitations = std::string("One scanner. ") + kBadName;
    const auto page =
        page_of(slides, {.temperature = 1.2, .conformal = fit_conformal(patients, 1.2, 0.1), .rounds = 50}, text);
    expect_safe(page);
    EXPECT_THAT(page, HasSubstr("Stated error 10 %"));
    EXPECT_THAT(page, HasSubstr("<th scope=\"col\">either</th>"));
    EXPECT_THAT(page, HasSubstr("One scanner."));
    EXPECT_THAT(page, HasSubstr("Wrong of called"));
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\">10 %</th>"));
    // To look at the page: SLIDETYPE_REPORT_COPY=/tmp/calls.html.
    if (const char* copy = std::getenv("SLIDETYPE_REPORT_COPY")) std::ofstream(copy) << page;
}

TEST(CallReport, SetsSingleHeadsBesideAllTogether) {
    const auto slides = report_cohort(30, 1);
    const auto patients = mean_of_slides(slides);
    auto figures = measure_calls(slides, patients, {.rounds = 20});
    figures.heads = {{{0.9, 0.8}, {0.95, 0.85}}, {{0.8, 0.7}, {0.75, 0.65}}};
    const auto page = call_report({.model = "m",
                                   .facts = {},
                                   .text = {},
                                   .flow = {},
                                   .figures = figures,
                                   .slides = slides,
                                   .patients = patients,
                                   .origin = {},
                                   .attended = "<section>tiles</section>"});
    EXPECT_THAT(page, HasSubstr("Each of 2 heads alone, beside all together (95 %)"));
    EXPECT_THAT(page, HasSubstr("AUC of patients</th><td class=\"number\">0.750</td><td class=\"number\">0.850</td>"
                                "<td class=\"number\">0.950</td>"));
    EXPECT_LT(page.find("<section>tiles</section>"), page.find("Results: cases that were wrong"));
}

TEST(CallReport, OfOneClassSaysSoAndDrawsWhatCanBeDrawn) {
    auto slides = report_cohort(12, 1);
    for (auto& each : slides) each.label = 1, each.site = "", each.patient = "";
    const auto page = page_of(slides, {.rounds = 20});
    expect_safe(page);
    EXPECT_THAT(page, HasSubstr("All cases are of one class"));
    EXPECT_THAT(page, HasSubstr("No ROC curve"));
    EXPECT_THAT(page, HasSubstr("not estimable"));
    EXPECT_THAT(page, HasSubstr("does not name the patient of every slide"));
    EXPECT_THAT(page, HasSubstr("no case names its site"));
}

TEST(CallReport, OfCallsThatAreAllRightListsNoneAsWrong) {
    auto slides = report_cohort(10, 1);
    for (auto& each : slides) each.logit = each.label == 1 ? 4 : -4;
    EXPECT_THAT(page_of(slides, {.rounds = 20}),
                HasSubstr("<h2>Results: cases that were wrong</h2>\n<p class=\"note\">None."));
}

}  // namespace
}  // namespace slidetype
