// slidetype view OUT|SLIDE|FOLDER: results, slides and pictures in a browser on this machine.
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "base/error.h"
#include "base/parallel.h"
#include "base/words.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "model/network/installed_models.h"
#include "plugin/viewer/access.h"
#include "plugin/viewer/annotation_file.h"
#include "plugin/viewer/http_server.h"
#include "plugin/viewer/light_table/table_site.h"
#include "plugin/viewer/light_table/viewed_pictures.h"
#include "plugin/viewer/site.h"

extern char** environ;

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct ViewArguments {
    fs::path path, output;
    std::string model = kDefaultModel;
    AnalyseOptions analyse;
    int port = 0;
    bool browser = true;
};

/// Asks the desktop for a browser; where there is none, nothing happens, for the address stands on the screen.
void open_browser(const std::string& address) {
    if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
    std::string program = "xdg-open", argument = address;
    std::array<char*, 3> call = {program.data(), argument.data(), nullptr};
    pid_t child = 0;
    if (posix_spawnp(&child, "xdg-open", nullptr, nullptr, call.data(), environ) != 0) return;
    std::thread([child] { ::waitpid(child, nullptr, 0); }).detach();
}

/// Serves what `answer` gives until it is interrupted. `content` says what there is, `secret` what the address opens.
int serve(const ViewArguments& arguments, const viewer::HttpServer::Handler& answer, const std::string& content,
          const char* secret) {
    // A request keeps its thread while a picture is read, and browsers ask for six things at once.
    viewer::HttpLimits limits;
    limits.body_bytes = viewer::kMostAnnotationBytes;  // what is shown can be saved
    viewer::HttpServer server(arguments.port, std::max(default_threads(), 4), limits);
    const viewer::Access access(server.port());
    server.start(answer, [&](viewer::HttpRequest& request) { return access.check(request); });
    print("{}\nOpen  {}\n", content, access.address());
    print("The address is for you alone: whoever knows it can see the {}. Ctrl+C ends the viewer.\n", secret);
    std::fflush(stdout);
    if (arguments.browser) open_browser(access.address());
    while (!stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return kDone;
}

int view_slides(const ViewArguments& arguments, const viewer::ViewedSlides& slides) {
    viewer::ScoringJobs jobs(
        [&] { return std::make_shared<const Engine>(read_model_directory(find_model(arguments.model))); },
        slides.output(), arguments.analyse);
    viewer::Site site(slides, jobs, viewer::read_assets());
    return serve(
        arguments, [&](const viewer::HttpRequest& request) { return site.answer(request); },
        counted(slides.list().size(), "slide") + " of " + printable(slides.title()), "slides");
}

int view_pictures(const ViewArguments& arguments) {
    const viewer::ViewedPictures pictures(arguments.path);
    viewer::TableSite site(pictures, arguments.output, viewer::read_assets());
    const auto table = pictures.known();
    for (const auto& note : table->notes) print("{}\n", printable(note));
    return serve(
        arguments, [&](const viewer::HttpRequest& request) { return site.answer(request); },
        counted(table->pictures.size(), "picture") + " of " + printable(table->title) +
            (table->is_scored() ? "" : ", not scored"),
        "pictures");
}

int view(const ViewArguments& arguments) {
    if (viewer::has_scores(arguments.path)) return view_pictures(arguments);
    std::unique_ptr<const viewer::ViewedSlides> slides;
    try {
        slides = std::make_unique<const viewer::ViewedSlides>(arguments.path, arguments.output);
    } catch (const Error& error) {
        // A folder without slides may hold pictures, which are looked for where nothing else is.
        if (error.code() != ErrorCode::not_found || !viewer::has_pictures(arguments.path)) throw;
        return view_pictures(arguments);
    }
    return view_slides(arguments, *slides);
}

}  // namespace

void declare_view(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<ViewArguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("view", "Show results, slides and pictures in a browser on this machine");
    command
        ->add_option(
            "path", a.path,
            "Output folder of `slidetype run` or `slidetype score`, a slide, or a folder with slides or with pictures")
        ->required();
    command->add_option("-o,--output", a.output,
                        "Where results of slides are found, and written when a slide is scored from the page or drawn "
                        "on (default: slidetype_results); of pictures, where labels.csv lies (default: with the "
                        "pictures or their scores)");
    command->add_option("-m,--model", a.model, "Model for slides that are scored from the page")->capture_default_str();
    command->add_option("--spacing", a.analyse.spacing_um_px,
                        "µm per level-0 pixel, for slides that are scored from the page and do not say");
    command->add_option("-t,--threads", a.analyse.threads, "Threads for scoring; 0 takes all processors")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    command->add_option("--port", a.port, "Port on 127.0.0.1; 0 takes a free one")
        ->capture_default_str()
        ->check(CLI::Range(0, 65535));
    command->add_flag("!--no-browser", a.browser, "Only print the address");
    command->footer(
        "Examples:\n"
        "  slidetype view results                 the slides of a run\n"
        "  slidetype view slide.svs               a slide, to be scored from the page\n"
        "  slidetype view results --port 8765     behind `ssh -L 8765:127.0.0.1:8765 server`\n"
        "  slidetype view scores                  pictures as a light table, scored by `slidetype score`\n"
        "  slidetype view pictures -o mine        the same without scores; your classes go to mine/labels.csv\n"
        "Nothing but this machine can reach the page; corrections are saved as annotations.geojson in the slide's\n"
        "result folder, where `slidetype train` finds them, and classes of pictures as labels.csv, which `train` and\n"
        "`evaluate` take.");
    command->callback([arguments, &action] { action = [arguments] { return view(*arguments); }; });
}

}  // namespace slidetype
