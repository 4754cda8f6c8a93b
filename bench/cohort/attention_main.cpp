// cohort_attention: whether the attention of a head lies on tumour, on slides whose truth is known.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "bench/cohort/attention.h"
#include "bench/guarded.h"

namespace slidetype::bench {
namespace {

struct AttentionArguments {
    std::filesystem::path truth, tiles;
    std::string column = "attention";
};

int measure_all(const AttentionArguments& arguments) {
    const bool folders = std::filesystem::is_directory(arguments.truth);
    const auto all = folders ? measure_attention_of_all(arguments.truth, arguments.tiles, arguments.column)
                             : std::vector{measure_attention(arguments.truth, arguments.tiles, arguments.column)};
    fmt::print("slide,tumour,benign,left_out,auc\n");
    double sum = 0, least = 1;
    std::size_t measured = 0;
    for (const auto& slide : all) {
        fmt::print("{},{},{},{},{:.4f}\n", slide.slide, slide.tumour, slide.benign, slide.left_out, slide.auc);
        if (std::isnan(slide.auc)) continue;
        ++measured;
        sum += slide.auc;
        least = std::min(least, slide.auc);
    }
    if (measured > 1) {
        fmt::print("{} slides: mean AUC {:.4f}, least {:.4f}\n", measured, sum / static_cast<double>(measured), least);
    }
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program{"AUC of a number of tiles, on tumour tiles against benign ones"};
    AttentionArguments a;
    program.add_option("truth", a.truth, "CSV of the cells of a slide, or a folder of such")->required();
    program.add_option("tiles", a.tiles, "tiles.csv of the slide, or the folder that `slidetype run` wrote")
        ->required();
    program.add_option("--column", a.column, "Column of tiles.csv")->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    return guarded([&] { return measure_all(a); });
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    return slidetype::bench::run_program(argc, argv);
}
