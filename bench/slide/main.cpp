// slide_bench: how fast slides are analysed, end to end and stage by stage, and how fast the plain way is beside it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/atomic_file.h"
#include "base/parallel.h"
#include "bench/guarded.h"
#include "bench/slide/bench_slide.h"
#include "bench/slide/child.h"
#include "bench/slide/measure.h"
#include "cli/table.h"
#include "model/network/installed_models.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Arguments {
    fs::path slide, pictures, keep, json_file;
    std::string scan = "20x";
    std::size_t tiles = 20'000, sample = 2048, peer_tiles = 512;
    std::vector<std::string> models = {kDefaultModel}, backends = {"onednn"};
    std::vector<int> threads;
    int rounds = 3;
    bool peer = false;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const auto n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// The median of one figure over rounds.
double middle(const std::vector<json>& rounds, const char* key) {
    std::vector<double> values;
    values.reserve(rounds.size());
    for (const auto& round : rounds) values.push_back(round.at(key).get<double>());
    return median(std::move(values));
}

/// The median over rounds of a figure that each round's three measurements give.
double middle_of(const std::vector<std::array<json, 3>>& rounds, double (*figure)(double, double, double),
                 const char* key) {
    std::vector<double> values;
    values.reserve(rounds.size());
    for (const auto& [all, read, score] : rounds) {
        values.push_back(
            figure(all.at(key).get<double>(), read.at("tiles_s").get<double>(), score.at("tiles_s").get<double>()));
    }
    return median(std::move(values));
}

double to_slowest(double all, double read, double score) {
    return all / std::min(read, score);
}

/// Reading and scoring share the processors, so one second of each takes two: this is what can be reached.
double to_possible(double all, double read, double score) {
    return all * (1 / read + 1 / score);
}

/// One model and backend on a number of threads, in turns: everything, reading alone, scoring alone.
json measure_in_turns(const Contest& contest, int rounds) {
    std::vector<std::array<json, 3>> turns;
    std::vector<json> whole;
    for (int round = 0; round < rounds; ++round) {
        auto& turn = turns.emplace_back();
        turn[0] = in_child([&] { return measure_end_to_end(contest); });
        turn[1] = in_child([&] { return measure_reading(contest); });
        turn[2] = in_child([&] { return measure_scoring(contest); });
        whole.push_back(turn[0]);
    }
    json out = {{"backend", to_string(contest.backend)},
                {"computed_by", whole.front()["backend"]},
                {"threads", contest.threads},
                {"tiles", whole.front()["tiles"]},
                {"grid_tiles", whole.front()["grid_tiles"]},
                {"bottleneck", whole.front()["bottleneck"]}};
    for (const auto* key : {"tiles_s", "pipeline_tiles_s", "wall_s", "cpu_s", "peak_rss_mb", "open_model_s", "open_s",
                            "tissue_s", "read_s", "resample_s", "score_s", "pipeline_s", "idle_s", "write_s"}) {
        out[key] = middle(whole, key);
    }
    std::vector<json> reads, scores;
    for (const auto& turn : turns) reads.push_back(turn[1]), scores.push_back(turn[2]);
    out["read_alone_tiles_s"] = middle(reads, "tiles_s");
    out["score_alone_tiles_s"] = middle(scores, "tiles_s");
    out["efficiency_to_slowest_stage"] = middle_of(turns, to_slowest, "tiles_s");
    out["efficiency_to_possible"] = middle_of(turns, to_possible, "tiles_s");
    out["pipeline_efficiency_to_possible"] = middle_of(turns, to_possible, "pipeline_tiles_s");
    return out;
}

/// With so many threads of PyTorch; 0: as many as it takes itself.
json run_peer(const fs::path& task, const fs::path& folder, int torch_threads) {
    const auto out = folder / "peer.json";
    const auto command =
        fmt::format("/usr/bin/python3 '{}/bench/peer_python.py' '{}' --torch-threads {} --json '{}' > /dev/null",
                    SLIDETYPE_SOURCE_DIR, task.string(), torch_threads, out.string());
    if (std::system(command.c_str()) != 0) {
        throw Error(ErrorCode::unsupported, "bench/peer_python.py", "did not run",
                    "Install python3-torch, python3-openslide and python3-pil.");
    }
    return json::parse(read_file(out));
}

/// The faster of two tries: with the threads that PyTorch takes itself, and with all processors. Debian's PyTorch may
/// take one where there are two, and slidetype would look better than it is.
json run_best_peer(const fs::path& task, const fs::path& folder) {
    auto own = run_peer(task, folder, 0), all = run_peer(task, folder, default_threads());
    const double own_rate = own.at("tiles_s").get<double>(), all_rate = all.at("tiles_s").get<double>();
    auto best = own_rate > all_rate ? std::move(own) : std::move(all);
    best["default_threads_tiles_s"] = own_rate;
    best["all_threads_tiles_s"] = all_rate;
    return best;
}

/// The peer and slidetype in turns; each backend's rate over the peer's of the same round.
json compare_with_peer(const Arguments& arguments, Contest contest, const fs::path& work) {
    contest.threads = default_threads();
    (void)in_child([&] {
        write_peer_task(contest, work / "peer", arguments.peer_tiles);
        return json::object();
    });
    std::vector<json> peers;
    std::vector<std::vector<double>> ratios(arguments.backends.size()), rates(arguments.backends.size());
    for (int round = 0; round < arguments.rounds; ++round) {
        peers.push_back(run_best_peer(work / "peer" / "tiles.json", work));
        for (std::size_t b = 0; b < arguments.backends.size(); ++b) {
            contest.backend = find_backend(arguments.backends[b]);
            const auto ours = in_child([&] { return measure_end_to_end(contest); });
            rates[b].push_back(ours["tiles_s"].get<double>());
            ratios[b].push_back(ours["tiles_s"].get<double>() / peers.back()["tiles_s"].get<double>());
        }
    }
    json out = peers.front();
    for (const auto* key :
         {"tiles_s", "wall_s", "cpu_s", "peak_rss_mb", "default_threads_tiles_s", "all_threads_tiles_s"}) {
        out[key] = middle(peers, key);
    }
    out["threads"] = contest.threads;
    for (std::size_t b = 0; b < arguments.backends.size(); ++b) {
        out["ratio"][arguments.backends[b]] = median(ratios[b]);
        out["ours_tiles_s"][arguments.backends[b]] = median(rates[b]);
    }
    return out;
}

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

std::vector<int> thread_counts(const Arguments& arguments) {
    if (!arguments.threads.empty()) return arguments.threads;
    std::vector<int> counts;
    for (int n = 1; n < default_threads(); n *= 2) counts.push_back(n);
    counts.push_back(default_threads());
    return counts;
}

void print_runs(const json& runs) {
    Table table({"model", "backend", "threads", "tiles", "tiles/s", "CPU s", "peak MB", "read s", "resample s",
                 "score s", "idle s", "write s", "read alone", "score alone", "of slowest", "of possible"});
    for (const auto& run : runs) {
        const auto number = [&](const char* key, int decimals) {
            return fmt::format("{:.{}f}", run.at(key).get<double>(), decimals);
        };
        table.add({run["model"], run["backend"], std::to_string(run["threads"].get<int>()),
                   std::to_string(run["tiles"].get<std::size_t>()), number("tiles_s", 1), number("cpu_s", 1),
                   number("peak_rss_mb", 0), number("read_s", 2), number("resample_s", 2), number("score_s", 2),
                   number("idle_s", 2), number("write_s", 2), number("read_alone_tiles_s", 1),
                   number("score_alone_tiles_s", 1), number("efficiency_to_slowest_stage", 2),
                   number("efficiency_to_possible", 2)});
    }
    fmt::print("{}\n", table.text());
}

void print_peers(const json& peers) {
    if (peers.empty()) return;
    Table table({"model", "peer tiles/s", "peer CPU s", "peer MB", "backend", "ours tiles/s", "times the peer",
                 "largest difference"});
    for (const auto& peer : peers) {
        for (const auto& [backend, ratio] : peer["ratio"].items()) {
            table.add({peer["model"], fmt::format("{:.1f}", peer["tiles_s"].get<double>()),
                       fmt::format("{:.1f}", peer["cpu_s"].get<double>()),
                       fmt::format("{:.0f}", peer["peak_rss_mb"].get<double>()), backend,
                       fmt::format("{:.1f}", peer["ours_tiles_s"][backend].get<double>()),
                       fmt::format("{:.2f}", ratio.get<double>()),
                       fmt::format("{:.4f}", peer["largest_difference"].get<double>())});
        }
    }
    fmt::print("{}\n", table.text());
}

fs::path make_slide(const Arguments& arguments, const fs::path& folder) {
    const auto file = folder / fmt::format("bench-{}-{}.tiff", arguments.scan, arguments.tiles);
    if (fs::exists(file)) return file;
    (void)in_child([&] {
        fs::create_directories(folder);
        const auto pictures = tissue_pictures(arguments.pictures, SLIDETYPE_SOURCE_DIR "/sample_slides");
        write_bench_slide(file, pictures, {.tissue_tiles = arguments.tiles, .scan_40x = arguments.scan == "40x"});
        return json::object();
    });
    return file;
}

int run(const Arguments& arguments) {
    const testing::TemporaryFolder work;
    const auto slide = arguments.slide.empty()
                           ? make_slide(arguments, arguments.keep.empty() ? work.path() : arguments.keep)
                           : arguments.slide;
    json out = {{"processor", processor()},
                {"processors", default_threads()},
                {"slide", {{"name", slide.filename().string()}, {"megabytes", fs::file_size(slide) / 1'000'000}}},
                {"runs", json::array()},
                {"peers", json::array()}};
    for (const auto& model : arguments.models) {
        Contest contest{slide, work / ("model" + std::to_string(out["runs"].size())), Backend::automatic, 1,
                        arguments.sample};
        (void)in_child([&] {
            write_contest_model(model, slide, contest.model);
            return json::object();
        });
        for (const auto& backend : arguments.backends) {
            for (const int threads : thread_counts(arguments)) {
                contest.backend = find_backend(backend), contest.threads = threads;
                auto figures = measure_in_turns(contest, arguments.rounds);
                figures["model"] = model;
                out["runs"].push_back(std::move(figures));
            }
        }
        if (arguments.peer) {
            contest.backend = Backend::automatic;
            auto figures = compare_with_peer(arguments, contest, work.path());
            figures["model"] = model;
            out["peers"].push_back(std::move(figures));
        }
    }
    print_runs(out["runs"]);
    print_peers(out["peers"]);
    if (!arguments.json_file.empty()) write_file(arguments.json_file, out.dump(1) + "\n");
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program("Measures the analysis of a slide end to end, its stages alone, and the plain way in Python");
    Arguments a;
    program.add_option("--slide", a.slide, "A slide; without it one is made");
    program.add_option("--tiles", a.tiles, "Tissue tiles of 128 µm that the made slide has at least")
        ->capture_default_str()
        ->check(CLI::Range(1, 2'000'000));
    program.add_option("--scan", a.scan, "20x (0.5 µm/px) or 40x (0.25)")
        ->capture_default_str()
        ->check(CLI::IsMember({"20x", "40x"}));
    program.add_option("--pictures", a.pictures, "Folder of tissue pictures to make it of (default: painted tissue)");
    program.add_option("--keep", a.keep, "Folder that made slides stay in and are used again from");
    program.add_option("-m,--model", a.models, "Installed models, model directories, or random:ARCHITECTURE")
        ->capture_default_str();
    program.add_option("--backend", a.backends, "What computes the scores")
        ->capture_default_str()
        ->check(CLI::IsMember(backend_names()));
    program.add_option("-t,--threads", a.threads, "Numbers of threads (default: 1, 2, 4 … all processors)")
        ->check(CLI::Range(1, 1024));
    program.add_option("--sample", a.sample, "Tiles that a stage alone is measured on")->capture_default_str();
    program.add_option("--rounds", a.rounds, "Everything takes turns so often; medians count")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    program.add_flag("--peer", a.peer, "Also run bench/peer_python.py in turns with slidetype, all processors each");
    program.add_option("--peer-tiles", a.peer_tiles, "Tiles that the peer scores, evenly from all")
        ->capture_default_str();
    program.add_option("--json", a.json_file, "Also write the figures to this file");
    program.footer("Example:\n  slide_bench --scan 40x --tiles 20000 --backend onednn onednn-int8 --peer");
    CLI11_PARSE(program, argc, argv);
    return guarded([&] { return run(a); });
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    return slidetype::bench::run_program(argc, argv);
}
