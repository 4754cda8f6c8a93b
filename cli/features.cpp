// slidetype features SLIDE…|FOLDER|PATTERN|MANIFEST.csv -o DIR

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/words.h"
#include "cli/backend_option.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/feature_display.h"
#include "cli/print.h"
#include "cli/shard_option.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/memory_need.h"
#include "plugin/analysis/thread_bound.h"
#include "plugin/cohorts/feature_batch.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct FeatureArguments {
    std::vector<fs::path> slides;
    std::string encoder = kDefaultModel;
    FeatureOptions batch;
    Backend backend = Backend::automatic;
    ShardOption shard;
    bool quiet = false, pictures = false;
};

std::vector<BatchSlide> slides_to_encode(const FeatureArguments& arguments) {
    SlideList list;
    {
        const Waiting waiting("looking for slides", arguments.quiet);
        list = list_slides(arguments.slides,
                           arguments.pictures ? PicturesBelowFolders::taken : PicturesBelowFolders::left_out);
    }
    for (const auto& problem : list.problems) print(stderr, "{}\n", printable(problem));
    if (const auto n = list.ignored.size(); n > 0 && !arguments.quiet) {
        print(stderr, "{} below the folders left out, as no slides{}.\n", counted(n, "other file"),
              list.pictures_left_out > 0
                  ? fmt::format(" ({}: --pictures takes them)", counted(list.pictures_left_out, "picture"))
                  : "");
    }
    if (list.slides.empty()) {
        throw Error(ErrorCode::not_found, arguments.slides.front().string(), "holds no slide",
                    "Check the path; `slidetype info FILE` tells why a file is no slide.");
    }
    if (list.slides.size() > 1 && !arguments.batch.analyse.region_of_interest.empty()) {
        throw Error(ErrorCode::usage, "--roi", "belongs to one slide, and several are given",
                    "Name the regions in the column `roi` of a CSV manifest.");
    }
    return std::move(list.slides);
}

int run_features(FeatureArguments& arguments) {
    std::optional<EndAtOnce> nothing_to_lose(std::in_place);
    const auto taken = take_shard(slides_to_encode(arguments), arguments.shard);
    const auto& slides = taken.ours;
    arguments.batch.part = taken.part;
    const ThreadBound bound(arguments.batch.analyse.threads);
    if (const auto warning = address_space_warning(arguments.batch.analyse.threads); !warning.empty()) {
        print(stderr, "{}\n", warning);
    }
    auto encoder = [&] {
        const Waiting waiting("opening the encoder", arguments.quiet);
        return open_encoder(arguments.encoder, arguments.backend);
    }();
    if (!arguments.quiet) {
        print(stderr, "{}, encoder {} ({} numbers a tile of {} px at {:.4g} µm/px; {}), features in {}\n",
              counted(slides.size(), "slide"), printable(encoder.info.name), encoder.info.dimension,
              encoder.info.patch_size_px, encoder.info.spacing_um_px, encoder.encoder->description(),
              printable(arguments.batch.output.string()));
    }
    nothing_to_lose.reset();
    const auto report = encode_shown(encoder, slides, arguments.batch, arguments.quiet);
    print_feature_summary(report, encoder.info, arguments.batch.output);
    return exit_code(report);
}

void add_feature_options(CLI::App& command, FeatureArguments& a) {
    command.add_option("-o,--output", a.batch.output, "Folder for the feature files")->required();
    command
        .add_option("-e,--encoder", a.encoder,
                    "Installed model or model directory, whose features are taken; a TorchScript or ONNX file or its "
                    "folder, with encoder.json beside it")
        ->capture_default_str();
    command
        .add_option_function<std::string>(
            "--layout", [&a](const std::string& name) { a.batch.layout = find_feature_layout(name); },
            "How the files are laid out: as this program has it, or so that CLAM, TRIDENT or STAMP read them")
        ->check(CLI::IsMember(feature_layout_names()))
        ->default_str(std::string(to_string(a.batch.layout)));
    command
        .add_option_function<std::string>(
            "--numbers",
            [&a](const std::string& name) {
                a.batch.numbers = name == "single" ? FeatureNumbers::single : FeatureNumbers::half;
            },
            "half: two bytes a number, what heads are trained on anyway; single: four")
        ->check(CLI::IsMember({"half", "single"}))
        ->default_str("half");
    auto& analyse = a.batch.analyse;
    command.add_option("--spacing", analyse.spacing_um_px,
                       "µm per level-0 pixel, for slides that do not say (about 0.25 at 40x, 0.5 at 20x)");
    command.add_option("--min-tissue", analyse.min_tissue, "Tiles with a smaller share of tissue are left out")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    command.add_option("--overlap", analyse.overlap, "Share of a tile's edge that it has in common with the next")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.9));
    command.add_option("--roi", analyse.region_of_interest,
                       "GeoJSON with the areas whose tiles are encoded, as QuPath exports them; for a single slide");
    command.add_flag("--pictures", a.pictures,
                     "Take photographs (JPEG, PNG, BMP, WebP, TIFF) below folders for slides, too");
    declare_shard(command, "Options", a.shard);
    declare_stage(command, "Options", a.batch.stage);
    declare_backend(command, a.backend);
    command.add_option("-t,--threads", analyse.threads, "Threads; 0 takes all processors")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    command.add_flag("--force", a.batch.force, "Also slides whose file is complete");
    command.add_flag("-q,--quiet", a.quiet, "No progress display");
}

}  // namespace

void declare_features(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<FeatureArguments>();
    auto* command = program.add_subcommand("features", "Turn the tiles of slides into vectors, one HDF5 file a slide");
    command
        ->add_option(
            "slides", arguments->slides,
            "Slides; folders, for all slides below them; patterns such as 'a/*.svs'; tables (.csv, .tsv, .txt) "
            "with the columns slide[,name][,spacing][,roi][,label][,patient]")
        ->required();
    add_feature_options(*command, *arguments);
    command->footer(
        "Examples:\n"
        "  slidetype features slides/ -o features\n"
        "  slidetype features cohort.csv -o features --encoder uni/         uni/ holds encoder.json and uni.pt\n"
        "  slidetype features slides/ -o features --encoder uni.pt --backend cuda\n"
        "  slidetype features slides/ -o features --encoder h0.onnx         beside it lies encoder.json or h0.json\n"
        "  slidetype features 'study/*.svs' -o for_clam --layout clam --numbers single\n"
        "encoder.json says what tiles an encoder takes, such as {\"name\": \"uni_v1\", \"file\": \"uni.pt\", "
        "\"dimension\": 1024,\n"
        "\"patch_size_pixels\": 224, \"spacing_um_px\": 0.5, \"mean\": [0.485, 0.456, 0.406], \"std\": [0.229, 0.224, "
        "0.225]}.\n"
        "A TorchScript or ONNX file is a program: take it from where you would take one. ONNX files need ONNX Runtime "
        "(`slidetype doctor`\nsays whether it is there; `make onnx` gets it).\n"
        "Run again with the same output folder, it does only what is missing: slides whose file is complete and was "
        "made\n"
        "from the same slide, encoder and settings are skipped. Several processes may share one output folder.\n"
        "features.csv there lists all slides, with what failed and why.\n"
        "Of many machines each does a part (--shard); see docs/cluster.md.\n" +
        std::string(exit_code_help()));
    command->callback([arguments, &action] { action = [arguments] { return run_features(*arguments); }; });
}

}  // namespace slidetype
