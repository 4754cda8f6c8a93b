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
