// viewer_bench SLIDE: how fast `slidetype view` gives tiles over loopback: the first one of a fresh server, then all
// tiles of the finest levels by several connections at once, cut anew and from the cache.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

#include "base/parallel.h"
#include "base/stopwatch.h"
#include "bench/guarded.h"
#include "plugin/viewer/http_server.h"
#include "plugin/viewer/site.h"

namespace slidetype::viewer {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

/// One connection that is kept open.
class Client {
  public:
    explicit Client(int port) : socket_(context_) {
        socket_.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
        socket_.set_option(asio::ip::tcp::no_delay(true));
    }
    /// Bytes of the answer's body; 0 where it is no 200.
    std::size_t get(const std::string& path) {
        http::request<http::empty_body> request(http::verb::get, path, 11);
        request.set(http::field::host, "localhost");
        http::write(socket_, request);
        http::response<http::string_body> response;
        http::read(socket_, buffer_, response);
        return response.result_int() == 200 ? response.body().size() : 0;
    }

  private:
    asio::io_context context_;
    asio::ip::tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
};

/// Addresses of all tiles of the levels whose tiles are cut from the slide, in an order that no cache of the file
/// likes.
std::vector<std::string> tile_paths(const std::string& id, const DeepZoom& zoom, std::size_t most) {
    std::vector<std::string> paths;
    for (int level = zoom.max_level(); level > zoom.max_level() - 3 && level >= 8; --level) {
        const std::int64_t span = std::int64_t{DeepZoom::kTileSize} << (zoom.max_level() - level);
        for (std::int64_t row = 0; row * span < zoom.slide().height(); ++row) {
            for (std::int64_t column = 0; column * span < zoom.slide().width(); ++column) {
                paths.push_back(fmt::format("/api/slides/{}/dz/{}/{}_{}.jpg", id, level, column, row));
            }
        }
    }
    std::shuffle(paths.begin(), paths.end(), std::mt19937(1));
    paths.resize(std::min(paths.size(), most));
    return paths;
}

struct Rate {
    double tiles_per_second = 0, slowest_ms = 0, median_ms = 0;
    std::size_t refused = 0;
};

Rate fetch(int port, const std::vector<std::string>& paths, int connections) {
    std::atomic<std::size_t> next = 0, refused = 0;
    std::vector<double> seconds(paths.size());
    const auto begin = Clock::now();
    {
        std::vector<std::jthread> clients;
        clients.reserve(static_cast<std::size_t>(connections));
        for (int i = 0; i < connections; ++i) {
            clients.emplace_back([&] {
                Client client(port);
                for (std::size_t k = next++; k < paths.size(); k = next++) {
                    const auto asked = Clock::now();
                    refused += client.get(paths[k]) == 0;
                    seconds[k] = seconds_since(asked);
                }
            });
        }
    }
    const double total = seconds_since(begin);
    std::sort(seconds.begin(), seconds.end());
    return {static_cast<double>(paths.size()) / total, 1e3 * seconds.back(), 1e3 * seconds[seconds.size() / 2],
            refused};
}

struct Round {
    double first_ms = 0;  ///< from the start of the server, slide not opened before
    std::size_t tiles = 0;
    Rate cut, cached;
};

/// All of it with a server of its own, so that nothing is left of the round before but the system's file cache.
Round measure(const std::filesystem::path& slide, int connections, std::size_t most) {
    Round round;
    const auto begin = Clock::now();
    const ViewedSlides slides(slide, std::filesystem::temp_directory_path() / "slidetype-viewer-bench");
    ScoringJobs jobs([]() -> std::shared_ptr<const Engine> { return nullptr; }, slides.output(), {});
    Site site(slides, jobs, {});
    HttpServer server(0, std::max(default_threads(), 4));
    server.start([&](const HttpRequest& request) { return site.answer(request); });
    const auto shown = slides.list().front();
    {
        // The slide is not open yet, and no address can be known without opening it but this.
        Client client(server.port());
        if (client.get("/api/slides/" + shown.id + "/dz/8/0_0.jpg") == 0) fmt::print("the first tile was REFUSED\n");
    }
    round.first_ms = 1e3 * seconds_since(begin);
    const auto paths = tile_paths(shown.id, *slides.pixels(shown), most);
    round.tiles = paths.size();
    round.cut = fetch(server.port(), paths, connections);
    round.cached = fetch(server.port(), paths, connections);
    return round;
}

/// The middle one of all rounds, and the range.
template <class Figure>
std::string summary(const std::vector<Round>& rounds, const Figure& figure) {
    std::vector<double> values;
    values.reserve(rounds.size());
    for (const auto& round : rounds) values.push_back(figure(round));
    std::sort(values.begin(), values.end());
    return fmt::format("{:.0f} ({:.0f} to {:.0f})", values[values.size() / 2], values.front(), values.back());
}

void print(const char* what, const std::vector<Round>& rounds, const Rate Round::*rate) {
    fmt::print("{:<18} {} tiles/s, median {} ms, slowest {} ms\n", what,
               summary(rounds, [&](const Round& round) { return (round.*rate).tiles_per_second; }),
               summary(rounds, [&](const Round& round) { return (round.*rate).median_ms; }),
               summary(rounds, [&](const Round& round) { return (round.*rate).slowest_ms; }));
    for (const auto& round : rounds) {
        if ((round.*rate).refused > 0) fmt::print("  {} tiles were REFUSED\n", (round.*rate).refused);
    }
}

/// What else the machine does would be measured, too.
void print_load() {
    std::array<double, 1> load{};
    if (getloadavg(load.data(), 1) != 1) return;
    fmt::print("load before        {:.1f}{}\n", load[0], load[0] > 0.5 ? ": NOT a quiet machine" : "");
}

int run(const std::filesystem::path& slide, int connections, std::size_t most, int wanted) {
    print_load();
    std::vector<Round> rounds;
    rounds.reserve(static_cast<std::size_t>(wanted));
    for (int k = 0; k < wanted; ++k) rounds.push_back(measure(slide, connections, most));
    fmt::print("{}: {} tiles of 256 × 256, {} connections, {} processors; middle (range) of {} rounds\n",
               slide.filename().string(), rounds.front().tiles, connections, default_threads(), wanted);
    fmt::print("first tile         {} ms\n", summary(rounds, [](const Round& round) { return round.first_ms; }));
    print("cut from the slide", rounds, &Round::cut);
    print("from the cache", rounds, &Round::cached);
    return 0;
}

}  // namespace
}  // namespace slidetype::viewer

int main(int argc, char** argv) {
    CLI::App program{"How fast `slidetype view` gives tiles over loopback"};
    std::filesystem::path slide;
    int connections = 6;
    std::size_t most = 3000;
    program.add_option("slide", slide)->required();
    program.add_option("--connections", connections, "Browsers use six")->capture_default_str();
    program.add_option("--tiles", most, "At most")->capture_default_str();
    int rounds = 5;
    program.add_option("--rounds", rounds, "How often all is measured, each time with a new server")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    return slidetype::bench::guarded([&] { return slidetype::viewer::run(slide, connections, most, rounds); });
}
