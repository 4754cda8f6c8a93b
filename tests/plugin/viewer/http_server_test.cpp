#include "plugin/viewer/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <thread>
#include <vector>

#include "base/error.h"

namespace slidetype::viewer {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Bytes to the server, and what comes back until it closes or `seconds` are over.
class Client {
  public:
    explicit Client(int port) : socket_(context_) {
        socket_.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
    }
    void send(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
    http::response<http::string_body> answer() {
        http::response<http::string_body> response;
        http::read(socket_, buffer_, response);
        return response;
    }
    std::string all() {
        std::string bytes;
        boost::system::error_code error;
        asio::read(socket_, asio::dynamic_buffer(bytes), error);
        return bytes;
    }

    /// Reads at most `bytes`, then waits, and so on.
    std::string all_slowly(std::size_t bytes, std::chrono::milliseconds wait) {
        std::string all, piece(bytes, ' ');
        boost::system::error_code error;
        while (!error) {
            all.append(piece, 0, asio::read(socket_, asio::buffer(piece), error));
            std::this_thread::sleep_for(wait);
        }
        return all;
    }
    /// So that what is not read waits at the server.
    void take_little_at_once() { socket_.set_option(asio::socket_base::receive_buffer_size(64 << 10)); }

  private:
    asio::io_context context_;
    asio::ip::tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
};

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n";
}

TEST(HttpServerTest, AnswersRequestsOneAfterTheOtherOnOneConnection) {
    HttpServer server(0, 2);
    server.start([](const HttpRequest& request) { return respond(request.method + " " + request.path); });
    Client client(server.port());
    client.send(get("/a?query=1"));
    const auto first = client.answer();
    EXPECT_EQ(first.result_int(), 200u);
    EXPECT_EQ(first.body(), "GET /a");
    client.send("PUT /b HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nxy");
    EXPECT_EQ(client.answer().body(), "PUT /b");
}

TEST(HttpServerTest, EveryAnswerForbidsWhatAPageOfOursNeverDoes) {
    HttpServer server(0, 1);
    server.start([](const HttpRequest&) { return respond("<script>", "text/html"); });
    Client client(server.port());
    client.send(get("/"));
    const auto answer = client.answer();
    EXPECT_THAT(std::string(answer["Content-Security-Policy"]), HasSubstr("default-src 'none'; script-src 'self'"));
    EXPECT_EQ(answer["X-Content-Type-Options"], "nosniff");
    EXPECT_EQ(answer["X-Frame-Options"], "DENY");
    EXPECT_EQ(answer["Referrer-Policy"], "no-referrer");
    EXPECT_EQ(answer["Cross-Origin-Resource-Policy"], "same-origin");
    EXPECT_EQ(answer.find("Access-Control-Allow-Origin"), answer.end());
}

TEST(HttpServerTest, HeadHasTheLengthAndNoBody) {
    HttpServer server(0, 1);
    server.start([](const HttpRequest&) { return respond("12345"); });
    Client client(server.port());
    client.send("HEAD / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    const auto bytes = client.all();
    EXPECT_THAT(bytes, HasSubstr("Content-Length: 5"));
    EXPECT_TRUE(bytes.ends_with("\r\n\r\n"));
}

TEST(HttpServerTest, WhatAHandlerThrowsIsAnAnswer) {
    HttpServer server(0, 1);
    server.start([](const HttpRequest&) -> HttpResponse { throw Error(ErrorCode::io, "slide", "is \"gone\""); });
    Client client(server.port());
    client.send(get("/"));
    const auto answer = client.answer();
    EXPECT_EQ(answer.result_int(), 500u);
    EXPECT_EQ(answer.body(), R"({"error":{"hint":"","message":"slide: is \"gone\""}})");
}

TEST(HttpServerTest, WhatIsNoHttpIsRefusedAndTheNextClientServed) {
    HttpServer server(0, 1);
    server.start([](const HttpRequest&) { return respond("fine"); });
    for (const auto& bad : {std::string("\r\n\r\nhello\r\n\r\n"), std::string("GET\r\n\r\n"),
                            std::string("GET / HTTP/9.9\r\n\r\n"), std::string(100, '\0') + "\r\n\r\n"}) {
        Client client(server.port());
        client.send(bad);
        EXPECT_THAT(client.all(), StartsWith("HTTP/1.1 400"));
    }
    Client client(server.port());
    client.send(get("/"));
    EXPECT_EQ(client.answer().body(), "fine");
}

TEST(HttpServerTest, SizesAreBounded) {
    HttpServer server(0, 1, {.connections = 8, .header_bytes = 2000, .body_bytes = 1000, .seconds = 5});
    server.start([](const HttpRequest&) { return respond("fine"); });
    Client large(server.port());
    large.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_THAT(large.all(), StartsWith("HTTP/1.1 413"));
    Client wordy(server.port());
    wordy.send("GET /" + std::string(3000, 'x') + " HTTP/1.1\r\nHost: here\r\n\r\n");
    EXPECT_THAT(wordy.all(), StartsWith("HTTP/1.1 431"));
    Client fitting(server.port());
    fitting.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
    EXPECT_EQ(fitting.answer().body(), "fine");
}

TEST(HttpServerTest, ConnectionsAreBoundedAndFreedAgain) {
    HttpServer server(0, 1, {.connections = 3, .seconds = 1});
    server.start([](const HttpRequest&) { return respond("fine"); });
    {
        std::list<Client> idle;
        for (int i = 0; i < 3; ++i) {
            idle.emplace_back(server.port());
            idle.back().send(get("/"));
            EXPECT_EQ(idle.back().answer().body(), "fine");
        }
        Client late(server.port());
        EXPECT_EQ(late.all(), "") << "closed at once";
        EXPECT_EQ(idle.front().all(), "") << "an idle connection ends by itself";
    }
    for (int attempt = 0; attempt < 100; ++attempt) {
        Client client(server.port());
        client.send(get("/"));
        try {
            if (client.answer().body() == "fine") return;
        } catch (const boost::system::system_error&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    FAIL() << "no connection was freed";
}

TEST(HttpServerTest, ASlowLineMayTakeLongerThanTheLimitAsLongAsItGoesOn) {
    HttpServer server(0, 1, {.seconds = 1, .slowest_bytes_s = 1000});
    server.start([](const HttpRequest& request) { return respond(std::to_string(request.body.size())); });
    Client client(server.port());
    client.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 16000\r\n\r\n");
    for (int piece = 0; piece < 8; ++piece) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        client.send(std::string(2000, 'x'));
    }
    EXPECT_EQ(client.answer().body(), "16000");
}

TEST(HttpServerTest, ALineThatGivesAByteNowAndThenIsGivenUp) {
    HttpServer server(0, 1, {.seconds = 1, .slowest_bytes_s = 1000});
    server.start([](const HttpRequest&) { return respond("fine"); });
    for (const std::string head :
         {"PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 16000\r\n\r\n", "GET / HTTP/1.1\r\n"}) {
        Client client(server.port());
        client.send(head);
        const auto begin = std::chrono::steady_clock::now();
        try {
            while (std::chrono::steady_clock::now() - begin < std::chrono::seconds(20)) {
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
                client.send("x");
            }
            FAIL() << "still taken: " << head;
        } catch (const boost::system::system_error&) {
            EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
        }
    }
}

TEST(HttpServerTest, AnAnswerIsSentThroughASlowLineAsAWhole) {
    constexpr std::size_t kBytes = std::size_t{16} << 20;
    HttpServer server(0, 1, {.seconds = 1, .slowest_bytes_s = 1000});
    server.start([](const HttpRequest&) { return respond(std::string(kBytes, 'x')); });
    Client client(server.port());
    client.take_little_at_once();
    client.send("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    EXPECT_GT(client.all_slowly(kBytes / 30, std::chrono::milliseconds(100)).size(), kBytes) << "3 s in place of 1";
}

TEST(HttpServerTest, WhatIsTooLargeIsToldInWordsAlsoWhileItIsSent) {
    HttpServer server(0, 1, {.body_bytes = std::size_t{1} << 20, .seconds = 5});
    server.start([](const HttpRequest&) { return respond("fine"); });
    Client client(server.port());
    const std::string body(std::size_t{3} << 20, 'x');
    client.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    const auto answer = client.answer();
    EXPECT_EQ(answer.result_int(), 413u);
    EXPECT_THAT(answer.body(), HasSubstr("larger than the 1 MB that the viewer takes; nothing was saved"));
    EXPECT_THAT(answer.body(), HasSubstr("Cells and tiles"));
}

TEST(HttpServerTest, AGateRefusesBeforeTheBodyIsRead) {
    HttpServer server(0, 1, {.seconds = 5});
    server.start([](const HttpRequest&) { return respond("fine"); },
                 [](HttpRequest& request) -> std::optional<HttpResponse> {
                     if (request.path == "/open") return std::nullopt;
                     return refuse(403, "No.");
                 });
    Client client(server.port());
    client.send("PUT /closed HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n");
    EXPECT_EQ(client.answer().result_int(), 403u);
    Client other(server.port());
    other.send(get("/closed"));
    EXPECT_EQ(other.answer().result_int(), 403u);
    other.send(get("/open"));
    EXPECT_EQ(other.answer().body(), "fine") << "on the same connection";
}

TEST(HttpServerTest, WhoOpensAnAddressInABrowserReadsARefusalAsText) {
    HttpServer server(0, 1);
    server.start([](const HttpRequest&) { return refuse(421, "Not <here>.", "There."); });
    Client client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: here\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n\r\n");
    const auto page = client.answer();
    EXPECT_EQ(page.result_int(), 421u);
    EXPECT_EQ(page["Content-Type"], "text/plain; charset=utf-8");
    EXPECT_EQ(page.body(), "Not <here>.\nThere.\n");
    client.send(get("/"));
    EXPECT_EQ(client.answer().body(), R"({"error":{"hint":"There.","message":"Not <here>."}})");
}

TEST(HttpServerTest, APortThatIsTakenIsNamed) {
    const HttpServer first(0, 1);
    try {
        HttpServer second(first.port(), 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::io);
        EXPECT_THAT(error.what(), StartsWith("127.0.0.1:"));
    }
}

TEST(HttpServerTest, ManyClientsAtOnceAllGetTheirOwnAnswer) {
    HttpServer server(0, 4);
    server.start([](const HttpRequest& request) { return respond(request.path); });
    std::vector<std::jthread> clients;
    clients.reserve(16);
    std::atomic<int> right = 0;
    for (int i = 0; i < 16; ++i) {
        clients.emplace_back([&, i] {
            Client client(server.port());
            for (int k = 0; k < 20; ++k) {
                const auto path = "/" + std::to_string(i) + "/" + std::to_string(k);
                client.send(get(path));
                right += client.answer().body() == path;
            }
        });
    }
    clients.clear();
    EXPECT_EQ(right, 320);
}

}  // namespace
}  // namespace slidetype::viewer
