// make_cohort: slides with one diagnosis each, put together from tiles of known class, by which learning from diagnoses
// is shown.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "base/parallel.h"
#include "base/stopwatch.h"
#include "bench/cohort/planned_cohort.h"
#include "bench/cohort/write_cohort.h"
#include "bench/guarded.h"

namespace slidetype::bench {
namespace {

struct CohortArguments {
    std::filesystem::path groups, root, out;
    std::size_t train = 80, test = 40;
    std::uint64_t seed = 1;
    int threads = 0;
};

constexpr std::size_t kTrainSites = 10, kTestSites = 4;

void tell(const char* what, const CohortPlan& plan) {
    const auto range = [](const DealtSources& dealt) {
        const auto text = dealt.least == dealt.most ? fmt::format("{}", dealt.least)
                                                    : fmt::format("{} to {}", dealt.least, dealt.most);
        return dealt.shared > 0 ? fmt::format("{} ({} shared between patients)", text, dealt.shared) : text;
    };
    fmt::print("{}: {} slides of {} patients; source images for a patient: LUAD {}, LUSC {}, benign {}\n", what,
               plan.slides.size(), plan.patients, range(plan.luad), range(plan.lusc), range(plan.benign));
}

int make(const CohortArguments& arguments) {
    const auto train = plan_cohort(read_pictures_of_folds(arguments.groups, arguments.root, {0, 1, 2, 3}),
                                   {Part::train, arguments.train, kTrainSites, arguments.seed});
    const auto test = plan_cohort(read_pictures_of_folds(arguments.groups, arguments.root, {4}),
                                  {Part::test, arguments.test, kTestSites, arguments.seed});
    tell("train", train);
    tell("test", test);
    auto slides = train.slides;
    slides.insert(slides.end(), test.slides.begin(), test.slides.end());
    const auto begin = Clock::now();
    write_cohort(arguments.out, slides, arguments.threads > 0 ? arguments.threads : default_threads(),
                 [](std::size_t done, std::size_t all) {
                     if (done % 10 == 0 || done == all) fmt::print("{} of {} slides\n", done, all);
                     std::fflush(stdout);
                 });
    fmt::print("{}: {:.0f} s\n", (arguments.out / "cohort.csv").string(), seconds_since(begin));
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program{"Writes slides with one diagnosis each, OUT/cohort.csv, and what every cell of them shows"};
    CohortArguments a;
    program.add_option("groups", a.groups, "CSV with file,class,group,fold")->required();
    program.add_option("root", a.root, "Folder that its files are relative to")->required();
    program.add_option("out", a.out, "Folder to write to")->required();
    program.add_option("--train", a.train, "Slides that train, of folds 0 to 3")->capture_default_str();
    program.add_option("--test", a.test, "Slides that test, of fold 4")->capture_default_str();
    program.add_option("--seed", a.seed, "Which source images make which slide")->capture_default_str();
    program.add_option("-t,--threads", a.threads, "0: all processors")->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    return guarded([&] { return make(a); });
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    return slidetype::bench::run_program(argc, argv);
}
