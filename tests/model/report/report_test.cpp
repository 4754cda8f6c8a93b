// The pages of evaluate and train: complete, well-formed, and safe whatever files are called.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/atomic_file.h"
#include "base/random.h"
#include "model/report/evaluation_report.h"
#include "model/report/html.h"
#include "model/report/svg_chart.h"
#include "model/report/training_report.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The first thing that is wrong with the nesting of tags, empty where all is well.
std::string nesting_problem(std::string_view html) {
    std::vector<std::string> open;
    while (true) {
        const auto begin = html.find('<');
        if (begin == std::string_view::npos) break;
        const auto end = html.find('>', begin);
        if (end == std::string_view::npos) return "an open <";
        const auto tag = html.substr(begin + 1, end - begin - 1);
        html.remove_prefix(end + 1);
        if (tag.starts_with('!') || tag.ends_with('/')) continue;
        const std::string name(tag.substr(0, tag.find_first_of(" \n")));
        if (name == "meta" || name == "img" || name == "br" || name == "wbr") continue;
        if (!name.starts_with('/')) {
            open.push_back(name);
        } else if (open.empty() || open.back() != name.substr(1)) {
            return name + " closes " + (open.empty() ? std::string("nothing") : open.back());
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? std::string() : open.back() + " stays open";
}

TEST(EscapeHtml, LeavesNothingThatABrowserCouldTakeForMarkup) {
    EXPECT_EQ(escape_html("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
    EXPECT_EQ(escape_html("Größe × 2, 細胞 😀"), "Größe × 2, 細胞 😀");
    EXPECT_EQ(escape_html(std::string("a\0b\x1b[1m\x7f", 8)), "a\uFFFDb\uFFFD[1m\uFFFD");
}

TEST(EscapeHtml, ReplacesBytesThatAreNoUtf8) {
    EXPECT_EQ(escape_html("\xff<"), "\uFFFD&lt;");
    EXPECT_EQ(escape_html("\xC0\xBC"), "\uFFFD\uFFFD") << "overlong <";
    EXPECT_EQ(escape_html("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "surrogate";
    EXPECT_EQ(escape_html("\xE2\x82"), "\uFFFD\uFFFD") << "cut short";
}

TEST(Base64, GivesTheVectorsOfRfc4648) {
    const auto encoded = [](const std::string& text) {
        return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
    };
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64(std::vector<std::uint8_t>{0xff, 0xfe, 0xfd}), "//79");
}

TEST(Numbers, AreWrittenWithoutSurprises) {
    EXPECT_EQ(fixed(0.12345, 3), "0.123");
    EXPECT_EQ(fixed(-0.0001, 2), "0.00");
    EXPECT_EQ(fixed(std::nan(""), 2), "–");
    EXPECT_EQ(percent(0.9514), "95.1 %");
}

TEST(AxisAround, HoldsItsValuesBetweenRoundEnds) {
    const auto axis = axis_around("x", std::vector<double>{0.873, 0.991, std::nan("")});
    EXPECT_LE(axis.low, 0.873);
    EXPECT_GE(axis.high, 0.991);
    EXPECT_NEAR(axis.low, 0.85, 1e-9);
    EXPECT_NEAR(axis.high, 1, 1e-9);
    const auto flat = axis_around("x", std::vector<double>{2, 2});
    EXPECT_LT(flat.low, flat.high);
    EXPECT_LT(axis_around("x", {}).low, axis_around("x", {}).high);
}

TEST(LineChart, NamesItselfForScreenReadersAndEscapesItsTexts) {
    LineChart chart;
    chart.text = {"roc", "A < B", "C & D"};
    chart.x.label = "<x>";
    chart.series.push_back({.name = "\"s\"", .points = {{0, 0}, {0.5, 1}, {7, 2}}});
    const auto svg = to_svg(chart);
    EXPECT_EQ(nesting_problem(svg), "");
    EXPECT_THAT(svg, HasSubstr("role=\"img\""));
    EXPECT_THAT(svg, HasSubstr("<title id=\"roc-title\">A &lt; B</title>"));
    EXPECT_THAT(svg, HasSubstr("C &amp; D</desc>"));
    EXPECT_THAT(svg, HasSubstr("&lt;x&gt;"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

constexpr auto kHostile = "</figure><script>alert('1')</script>\"onerror=x";

class Report : public ::testing::Test {
  protected:
    Report() {
        testing::write_striped_folders(folder / "data", 48, 4);
        dataset = read_dataset(folder / "data");
        dataset.has_groups = true;
        for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
            dataset.tiles[i].group = std::string(kHostile) + std::to_string(i / 2);
            members.push_back(i);
        }
        dataset.tiles[1].file = folder / "gone<b>.png";
        dataset.ignored_classes = {std::string(kHostile) + " (3)"};
        model.config.name = kHostile;
        model.config.slidetype.emplace();
        origin = {
            .data = kHostile, .command_line = kHostile, .versions = {{"slidetype", "9.9.9"}}, .warnings = {kHostile}};
    }

    /// Logits with pictures 1, 2 and 6 called wrongly.
    std::vector<Scored> scored() const {
        std::vector<Scored> out;
        for (const auto i : members) {
            const bool wrong = i == 1 || i == 2 || i == 6;
            const int label = dataset.tiles[i].label;
            out.push_back({(label == 1) != wrong ? 2.0F + static_cast<float>(i) : -3.0F, label, i / 2, i});
        }
        return out;
    }

    static void expect_safe(const std::string& page) {
        EXPECT_EQ(nesting_problem(page), "");
        EXPECT_THAT(page, Not(HasSubstr("<script")));
        EXPECT_THAT(page, Not(HasSubstr("gone<b>")));
        EXPECT_THAT(page, Not(HasSubstr("http://")));
        EXPECT_THAT(page, Not(HasSubstr("https://")));
        EXPECT_THAT(page, HasSubstr("default-src 'none'"));
        EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
        EXPECT_THAT(page, HasSubstr("9.9.9"));
    }

    testing::TemporaryFolder folder;
    Dataset dataset;
    std::vector<std::size_t> members;
    ModelDirectory model;
    ReportOrigin origin;
};

#ifdef SLIDETYPE_HAVE_OPENCV

TEST_F(Report, OfAnEvaluationHasEveryPartAndIsSafe) {
    Evaluation evaluation;
    evaluation.scored = scored();
    evaluation.metrics = measure(evaluation.scored, 1, 100);
    evaluation.gate_scored = {{3, 1, 0, 0}, {-3, 0, 1, 1}};
    evaluation.gate = measure_gate(evaluation.gate_scored, 1, 0.3, 100);
    evaluation.unfamiliar = {{0, 4, {0.25, {0, 0.5}}}};
    evaluation.shift.push_back({evaluation, "blur", kHostile});
    evaluation.skipped = {kHostile};
    const auto page = evaluation_report({model, dataset, members, "all", evaluation, origin});
    expect_safe(page);
    for (const std::string heading :
         {"ROC curve", "Reliability diagram", "Confusion matrix", "Tumour gate", "Unfamiliar pictures",
          "Accuracy under shift", "Worst groups", "Most wrong pictures", "Data"}) {
        EXPECT_THAT(page, HasSubstr(heading + "</h")) << heading;
    }
    EXPECT_THAT(page, HasSubstr("3 of the 3 pictures that were called wrongly"));
    EXPECT_THAT(page, HasSubstr("data:image/jpeg;base64,"));
    EXPECT_THAT(page, HasSubstr("does not exist")) << "a picture that is gone keeps its place";
}

TEST_F(Report, SaysThatGroupsAreUnknownAndThatAllIsRight) {
    dataset.has_groups = false;
    Evaluation evaluation;
    for (auto each : scored()) {
        each.logit = each.label == 1 ? 4.0F : -4.0F;
        evaluation.scored.push_back(each);
    }
    evaluation.metrics = measure(evaluation.scored, 1, 100);
    const auto page = evaluation_report({model, dataset, members, "all", evaluation, origin});
    expect_safe(page);
    EXPECT_THAT(page, HasSubstr("names no groups"));
    EXPECT_THAT(page, HasSubstr("Every picture was called rightly"));
    EXPECT_THAT(page, Not(HasSubstr("Worst groups")));
    EXPECT_THAT(page, Not(HasSubstr("Accuracy under shift")));
}

TEST_F(Report, OfATrainingShowsCurvesExamplesAndLeaks) {
    Split split{.train = {0, 2, 4, 6}, .validation = {1, 3, 5, 7}, .test = {}, .description = "drawn at random"};
    TrainReport report;
    report.best_epoch = 2;
    report.epochs.resize(2);
    report.epochs[0].epoch = 1, report.epochs[1].epoch = 2;
    report.validation = scored();
    report.gate_validation = {{3, 1, 0, 0}, {-3, 0, 1, 1}};
    TrainOptions options;
    const auto fitted = describe_fit(dataset, split, options, kHostile, report);
    const std::vector<AugmentedExample> examples = {{0, RgbImage(20, 20, 90), RgbImage(20, 20, 140)}};
    const auto page = training_report({fitted, dataset, split, options, examples, origin});
    expect_safe(page);
    for (const std::string heading : {"Loss", "Accuracy", "ROC curve", "Tumour gate", "Worst groups",
                                      "Training pictures before and after augmentation", "Data"}) {
        EXPECT_THAT(page, HasSubstr(heading + "</h")) << heading;
    }
    EXPECT_THAT(page, HasSubstr("4 groups on both sides of the split"));
    EXPECT_THAT(page, HasSubstr("kept: 2"));
    EXPECT_THAT(page, HasSubstr("alt=\"after\""));
    EXPECT_THAT(page, HasSubstr("chosen on these same pictures"));
    EXPECT_THAT(page, HasSubstr("one group, no interval")) << "the gate's";
    EXPECT_THAT(page, AllOf(HasSubstr("Does the model know the slide?</h"), HasSubstr("calls slides of any kind")));
    DomainCheckFit domain;
    domain.config = {.sha256 = "", .sources = 40, .tried = 12, .alarms = 1, .unseen = true};
    EXPECT_THAT(page, Not(HasSubstr("Picked tiles"))) << "where none were picked";
    const std::vector<PickedPicture> picked = {{dataset.tiles[0].file, 0, kHostile}, {"gone.png", kBenignLabel, "s"}};
    const auto checked = training_report({.fitted = fitted,
                                          .dataset = dataset,
                                          .split = split,
                                          .options = options,
                                          .examples = examples,
                                          .origin = origin,
                                          .domain = &domain,
                                          .picked = picked});
    expect_safe(checked);
    EXPECT_THAT(checked, AllOf(HasSubstr("Picked tiles</h"), HasSubstr("alt=\"LUAD\""), HasSubstr("<b>benign</b>s")));
    EXPECT_THAT(checked, AllOf(HasSubstr("40 sources of the training"),
                               HasSubstr("1 of 12 sources that it had not learnt from would be taken"),
                               Not(HasSubstr("the check is loose")), Not(HasSubstr("calls slides of any kind"))));
    options.keep_last_epoch = true;
    EXPECT_THAT(training_report({fitted, dataset, split, options, examples, origin}),
                AllOf(HasSubstr("The last epoch was kept"), Not(HasSubstr("chosen on these same"))));
}

#endif

}  // namespace
}  // namespace slidetype
