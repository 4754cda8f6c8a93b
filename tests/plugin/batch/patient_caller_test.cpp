// One call per patient at the end of a batch: from which slides, and where there is none.
#include "plugin/batch/patient_caller.h"

#include <thread>

#include "plugin/batch/batch_report.h"
#include "plugin/batch/result_list.h"
#include "plugin/results/stored_result.h"
#include "tests/model/heads_model.h"
#include "tests/plugin/batch/batch_fixture.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PatientsOfBatch : public testing::BatchFixture {
  protected:
    PatientsOfBatch() : heads(testing::write_heads_model(folder / "heads")) {
        options.analyse.min_area_mm2 = 0.01;
        add("a.tiff", "P1", 1100, 900);
        add("b.tiff", "P1", 1500, 900);
        add("c.tiff", "P2", 1100, 800);
        add("d.tiff", "", 1000, 800);
    }
    void add(const std::string& name, const std::string& patient, int width, int height) {
        slides.emplace_back(draw(name, width, height)).patient = patient;
    }
    BatchReport run(const Engine& by) { return run_batch(by, slides, options); }
    std::string csv() { return read_file(folder / "out/patients.csv"); }
    /// What the engine says of a slide and of nothing else.
    SlideCall slide_call(const std::string& name) { return read_stored_summary(folder / "out" / name).call; }

    Engine heads;
    std::vector<BatchSlide> slides;
};

TEST_F(PatientsOfBatch, AreCalledOfTheBagsOfAllTheirSlides) {
    const auto report = run(heads);
    ASSERT_EQ(report.patients.size(), 2U) << "a slide of nobody is in no patient's call";
    const auto& both = report.patients[0];
    EXPECT_EQ(both.name, "P1");
    EXPECT_EQ(both.slides, 2U);
    EXPECT_EQ(both.called, 2U);
    const auto a = slide_call("a"), b = slide_call("b");
    double logit = 0;
    for (std::size_t h = 0; h < 2; ++h) {
        const auto &first = a.heads->parts[h], &second = b.heads->parts[h];
        const double weight = 1 / (1 + std::exp(second.log_weight - first.log_weight));
        logit += (weight * first.mean + (1 - weight) * second.mean) / 2;
    }
    EXPECT_NEAR(*both.prob_lusc, 1 / (1 + std::exp(-logit)), 1e-9);
    EXPECT_NEAR(*both.scored_mm2, a.scored_area_mm2 + b.scored_area_mm2, 1e-4);
    EXPECT_THAT(both.slide_calls, HasSubstr("a: " + report.slides[0].call));
    EXPECT_THAT(both.reason, Not(HasSubstr("Made of")));
    EXPECT_EQ((*both.heads)[0], 2U);
    EXPECT_EQ(report.patients[1].prob_lusc, slide_call("c").prob_lusc) << "one slide is called as it is alone";

    options.patients = PatientCall::mean_of_slides;
    const auto means = run(heads);
    EXPECT_EQ(means.skipped(), 4U) << "no slide is done again for it";
    double mean = 0;
    for (const auto& call : {a, b}) mean += (call.heads->parts[0].mean + call.heads->parts[1].mean) / 4;
    EXPECT_NEAR(*means.patients[0].prob_lusc, 1 / (1 + std::exp(-mean)), 1e-9);
}

TEST_F(PatientsOfBatch, AreCalledOfTheVotesOfAllTheirSlides) {
    const auto report = run(engine);
    const auto first = read_stored_result(folder / "out/a"), second = read_stored_result(folder / "out/b");
    VoteSums sums;
    for (const auto* each : {&first, &second}) {
        for (const auto& tile : evidence_of(*each, true).tiles) sums.add(tile);
    }
    ASSERT_EQ(report.patients.size(), 2U);
    EXPECT_NEAR(*report.patients[0].prob_lusc, sums.prob_lusc / sums.weight, 1e-9);
    EXPECT_TRUE(report.patients[0].ci95);
    EXPECT_FALSE(report.patients[0].heads);
    EXPECT_NEAR(*report.patients[1].prob_lusc, *report.slides[2].prob_lusc, 1e-6);
}

TEST_F(PatientsOfBatch, StandInFilesThatAreReadBack) {
    const auto report = run(heads);
    EXPECT_EQ(csv(), patients_csv(report.patients));
    const auto read = read_patients(folder / "out");
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(patients_csv(read), csv());
    const auto json = run_json();
    EXPECT_EQ(json["patients"][0]["patient"], "P1");
    EXPECT_EQ(json["patients"][0]["call"], report.patients[0].call);
    EXPECT_EQ(json["slides"][0]["patient"], "P1");
    write_batch_report(list_results(folder / "out"), folder / "out", report.patients);
    const auto page = read_file(folder / "out/report.html");
    for (const auto* part : {"<h2>Patients</h2>", "<tr><th>P1</th><td class=\"number\">2 of 2</td>", "a<br>patient P1",
                             "no tumour gate, no guard"}) {
        EXPECT_NE(page.find(part), std::string::npos) << part;
    }
    write_file(folder / "out/patients.csv", "somebody's own table\n");
    EXPECT_THAT(read_patients(folder / "out"), IsEmpty());
}

TEST_F(PatientsOfBatch, AreCalledOfTheOtherSlidesWhereOneFailedAndThatIsSaid) {
    fs::resize_file(folder / "b.tiff", 300);
    const auto report = run(heads);
    const auto& line = report.patients.at(0);
    EXPECT_EQ(line.called, 1U);
    EXPECT_EQ(line.prob_lusc, slide_call("a").prob_lusc);
    EXPECT_THAT(line.reason, HasSubstr("Made of 1 of 2 slides: b failed ("));
    EXPECT_THAT(line.slide_calls, HasSubstr("; b: failed"));
    EXPECT_THAT(csv(), HasSubstr("\nP1,2,1,"));
    fs::resize_file(folder / "a.tiff", 300);
    const auto none = run(heads).patients.at(0);
    EXPECT_THAT(none.call, IsEmpty());
    EXPECT_THAT(none.reason, HasSubstr("No slide has a result: a failed ("));
}

TEST_F(PatientsOfBatch, AreTheSameHoweverTheirSlidesWereDone) {
    options.analyse.threads = 1;
    run(heads);
    const auto expected = csv();
    // One at a time and in another order, as several runs and processes do it.
    options.output = folder / "again";
    std::ranges::reverse(slides);
    options.analyse.threads = 3;
    options.limit = 1;
    EXPECT_THAT(run(heads).patients.at(0).reason, HasSubstr("b is not done yet"));
    while (run(heads).count(SlideRecord::State::done) < slides.size()) continue;
    EXPECT_EQ(read_file(folder / "again/patients.csv"), expected);
    options.output = folder / "at_once";
    options.limit.reset();
    {
        std::vector<std::jthread> threads;
        threads.reserve(3);
        for (int i = 0; i < 3; ++i) threads.emplace_back([&] { run(heads); });
    }
    EXPECT_EQ(read_file(folder / "at_once/patients.csv"), expected);
}

TEST_F(PatientsOfBatch, NeverMixResultsOfDifferentOrigin) {
    run(heads);
    // A run of one slide of the two: that of the other is not done again.
    const auto all = slides;
    slides.resize(1);
    options.analyse.min_tissue = 0.3;
    auto line = run(heads).patients.at(0);
    EXPECT_THAT(line.call, IsEmpty());
    EXPECT_THAT(line.reason, HasSubstr("since b was scored with other settings. Run that slide again"));
    const Engine other(testing::write_heads_model(folder / "other", kEncoderFolder, 7));
    EXPECT_THAT(run(other).patients.at(0).reason, HasSubstr("since b was scored by another model"));
    slides = all;
    line = run(other).patients.at(0);
    EXPECT_EQ(line.called, 2U) << line.reason;
}

TEST_F(PatientsOfBatch, MaySayTheirSlidesHaveSpacingsAndRegionsOfTheirOwn) {
    slides[1].spacing_um_px = 0.45;
    EXPECT_EQ(run(heads).patients.at(0).called, 2U);
}

TEST_F(PatientsOfBatch, HaveNoCallWhereAResultIsOfAnEarlierVersion) {
    run(heads);
    const auto file = folder / "out/b/summary.json";
    auto summary = nlohmann::json::parse(read_file(file));
    summary["call"]["heads"].erase("parts");
    write_file(file, summary.dump());
    auto line = run(heads).patients.at(0);
    EXPECT_THAT(line.call, IsEmpty());
    EXPECT_THAT(line.reason, HasSubstr("b was scored by an earlier version"));
    write_file(file, "{");
    line = run(heads).patients.at(0);
    EXPECT_THAT(line.reason, HasSubstr("the result of b cannot be read"));
    // Earlier versions say so of their results, which are then done again.
    const auto state = folder / "out/b/state.json";
    auto record = nlohmann::json::parse(read_file(state));
    record["fingerprint"]["format"] = 3;
    write_file(state, record.dump());
    line = run(heads).patients.at(0);
    EXPECT_EQ(line.called, 2U) << line.reason;
}

TEST_F(PatientsOfBatch, LeaveOutSlidesThatTheModelDoesNotKnow) {
    auto model = testing::write_gated_model(folder / "gated", {});
    model.domain = testing::material_of();
    const Engine strict(model);
    const auto unlike = run(strict);
    EXPECT_EQ(unlike.patients.at(0).call, "indeterminate");
    EXPECT_THAT(unlike.patients[0].reason, HasSubstr("2 of 2 slides do not look like the pictures"));
    EXPECT_EQ(unlike.patients[1].reason, unlike.slides[2].reason) << "of one slide";
    options.analyse.min_area_mm2 = 50;
    const auto little = run(strict).patients.at(0);
    EXPECT_EQ(little.call, "insufficient") << "as of a slide";
    EXPECT_THAT(little.reason, HasSubstr("a call needs at least 50 mm². 2 of 2 slides do not look like"));
    options.analyse.min_area_mm2 = 0.01;
    options.analyse.familiarity_guard = false;
    const auto unsupported = run(strict);
    EXPECT_FALSE(unsupported.patients.at(0).supported);
    EXPECT_THAT(unsupported.patients[0].reason, HasSubstr("Unsupported: 2 of 2 slides"));
    EXPECT_EQ(unsupported.patients[0].called, 2U);
}

TEST_F(PatientsOfBatch, AreNoneWithoutPatientsAndAfterAnInterruption) {
    run(heads);
    EXPECT_TRUE(fs::exists(folder / "out/patients.csv"));
    options.force = true;
    EXPECT_THAT(run_batch(heads, slides, options,
                          {.slide_awaited = {},
                           .slide_begins = {},
                           .slide_ends = {},
                           .progress = {},
                           .stop_requested = [] { return true; }})
                    .patients,
                IsEmpty());
    EXPECT_FALSE(fs::exists(folder / "out/patients.csv")) << "of slides as they were";
    options.force = false;
    for (auto& slide : slides) slide.patient.clear();
    EXPECT_THAT(run(heads).patients, IsEmpty());
    EXPECT_FALSE(fs::exists(folder / "out/patients.csv"));
}

}  // namespace
}  // namespace slidetype
