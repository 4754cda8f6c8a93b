// cohort_picks: whether the tiles that heads picked show what they are to teach, on slides whose truth is known.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <numeric>

#include "bench/cohort/pick_figures.h"
#include "bench/guarded.h"
#include "model/data/dataset.h"

namespace slidetype::bench {
namespace {

int tell_picks(const std::filesystem::path& truth, const std::filesystem::path& picked) {
    const auto figures = measure_picks(truth, picked);
    fmt::print("teaches,tiles,LUAD,LUSC,benign,glass,right\n");
    for (int label = 0; label <= kBenignLabel; ++label) {
        const auto& shown = figures.of_label.at(static_cast<std::size_t>(label));
        const auto all = std::accumulate(shown.begin(), shown.end(), std::size_t{0});
        const auto right = shown.at(static_cast<std::size_t>(label));
        fmt::print("{},{},{},{},{},{},{}\n", label_name(label), all, shown[0], shown[1], shown[2], shown[3],
                   all > 0 ? fmt::format("{:.4f}", static_cast<double>(right) / static_cast<double>(all)) : "");
    }
    fmt::print("{} slides\n", figures.slides);
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program{"What the tiles show that `slidetype train --tiles-from` picked, by what covers most of each"};
    std::filesystem::path truth, picked;
    program.add_option("truth", truth, "Folder with the cells of each slide, NAME.csv")->required();
    program.add_option("picked", picked, "picked_tiles.csv of the model")->required();
    CLI11_PARSE(program, argc, argv);
    return guarded([&] { return tell_picks(truth, picked); });
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    return slidetype::bench::run_program(argc, argv);
}
