#include "plugin/viewer/http_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "base/error.h"
#include "plugin/viewer/pace.h"

// GCC 12 pairs the allocation of a coroutine's frame with the wrong function of Asio.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace slidetype::viewer {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

/// No script, style, picture or connection but the page's own; nothing may frame it.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string text(beast::string_view view) {
    return {view.data(), view.size()};
}

/// All but the body.
HttpRequest plain(const http::request<http::string_body>& from) {
    HttpRequest request;
    request.method = text(from.method_string());
    request.path = text(from.target());
    request.path.resize(std::min(request.path.find('?'), request.path.size()));
    request.host = text(from[http::field::host]);
    request.origin = text(from[http::field::origin]);
    request.accept = text(from[http::field::accept]);
    request.content_type = text(from[http::field::content_type]);
    request.if_match = text(from[http::field::if_match]);
    request.if_none_match = text(from[http::field::if_none_match]);
    request.from_page = from.find("X-Slidetype") != from.end();
    return request;
}

using Parser = http::request_parser<http::string_body>;
using Reply = http::response<http::span_body<const char>>;

Reply reply_of(const HttpResponse& from, unsigned version, bool keep_alive, bool head) {
    Reply reply(static_cast<http::status>(from.status), version);
    reply.set(http::field::content_type, from.content_type);
    reply.set(http::field::cache_control, from.cache_control);
    if (!from.etag.empty()) reply.set(http::field::etag, from.etag);
    if (!from.location.empty()) reply.set(http::field::location, from.location);
    reply.set("Content-Security-Policy", kPolicy);
    reply.set("X-Content-Type-Options", "nosniff");
    reply.set("X-Frame-Options", "DENY");
    reply.set("Referrer-Policy", "no-referrer");
    reply.set("Cross-Origin-Opener-Policy", "same-origin");
    reply.set("Cross-Origin-Resource-Policy", "same-origin");
    reply.keep_alive(keep_alive);
    if (!head) reply.body() = {from.body->data(), from.body->size()};
    reply.content_length(from.body->size());
    return reply;
}

/// What is said to a request that never became one.
HttpResponse refusal_of(const beast::error_code& error, const HttpLimits& limits) {
    if (error == http::error::body_limit) {
        return refuse(
            413,
            "This is larger than the " + std::to_string(limits.body_bytes >> 20) +
                " MB that the viewer takes; nothing was saved.",
            "Cells and tiles of another program make annotations so large: keep them in a file of their own.");
    }
    if (error == http::error::header_limit) return refuse(431, "The header of this request is too large.");
    return refuse(400, "This is no HTTP request: " + error.message() + ".");
}

/// In words where a person has opened the address, and not a script of the page.
void suit(HttpResponse& response, const HttpRequest& request) {
    if (response.text.empty() || request.accept.find("text/html") == std::string::npos) return;
    response.body = std::make_shared<const std::string>(response.text);
    response.content_type = "text/plain; charset=utf-8";
}

/// Of a body that nobody wants, before the connection is closed on it.
constexpr std::size_t kMostUnread = std::size_t{1} << 20;
/// Bytes that are read or written at once.
constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
/// What waits in the system for a slow line. With megabytes there, the wait for room would look like a line that is
/// dead.
constexpr int kWaitingBytes = 256 << 10;

}  // namespace

HttpResponse refuse(int status, std::string_view message, std::string_view hint) {
    const nlohmann::json json = {{"error", {{"message", message}, {"hint", hint}}}};
    auto response = respond(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    response.status = status;
    response.cache_control = "no-store";
    response.text = std::string(message) + "\n";
    if (!hint.empty()) response.text += std::string(hint) + "\n";
    return response;
}

struct HttpServer::Impl {
    Impl(int port, int threads, const HttpLimits& bounds)
        : limits(bounds), thread_count(threads), context(threads), acceptor(context) {
        const tcp::endpoint here(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port));
        beast::error_code error;
        acceptor.open(here.protocol(), error);
        if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor.bind(here, error);
        if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error) {
            throw Error(ErrorCode::io, "127.0.0.1:" + std::to_string(port), "cannot be used: " + error.message(),
                        "Another program may use this port; choose another with --port, or 0 for any.");
        }
    }

    ~Impl() {
        context.stop();
        workers.clear();  // joins
    }

    HttpResponse answer(HttpRequest request) const {
        try {
            return handler(std::move(request));
        } catch (const std::exception& error) {
            return refuse(500, error.what());
        }
    }

    std::optional<HttpResponse> refused(HttpRequest& request) const {
        try {
            return gate ? gate(request) : std::nullopt;
        } catch (const std::exception& error) {
            return refuse(500, error.what());
        }
    }

    asio::awaitable<void> write(beast::tcp_stream& stream, const HttpResponse& response, unsigned version,
                                bool keep_alive, bool head) const {
        auto reply = reply_of(response, version, keep_alive, head);
        http::response_serializer<http::span_body<const char>> serializer(reply);
        Pace pace(limits);
        if (head) {
            stream.expires_at(pace.deadline());
            (void)co_await http::async_write_header(stream, serializer, asio::use_awaitable);
            co_return;
        }
        serializer.limit(kPieceBytes);
        while (!serializer.is_done()) {
            stream.expires_at(pace.deadline());
            pace.add(co_await http::async_write_some(stream, serializer, asio::use_awaitable));
        }
    }

    asio::awaitable<beast::error_code> read_body(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                                 Parser& parser) const {
        beast::error_code error;
        Pace pace(limits);
        while (!error && !parser.is_done()) {
            stream.expires_at(pace.deadline());
            pace.add(co_await http::async_read_some(stream, buffer, parser,
                                                    asio::redirect_error(asio::use_awaitable, error)));
        }
        co_return error;
    }

    /// Refuses, and takes what is still on its way: were the connection closed on it, the answer would be lost.
    asio::awaitable<void> refuse_and_close(beast::tcp_stream& stream, const HttpResponse& response, bool head,
                                           std::size_t most_bytes) const {
        co_await write(stream, response, 11, false, head);
        beast::error_code error;
        stream.socket().shutdown(tcp::socket::shutdown_send, error);
        std::vector<char> rest(kPieceBytes);
        Pace pace(limits);
        while (!error && pace.moved() < most_bytes) {
            stream.expires_at(pace.deadline());
            pace.add(
                co_await stream.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, error)));
        }
    }

    /// The requests of one connection, one after the other.
    asio::awaitable<void> serve(beast::tcp_stream stream) {
        beast::error_code ignored;
        stream.socket().set_option(asio::socket_base::send_buffer_size(kWaitingBytes), ignored);
        beast::flat_buffer buffer(limits.header_bytes + kPieceBytes);
        for (bool keep_alive = true; keep_alive;) {
            Parser parser;
            parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
            parser.body_limit(limits.body_bytes);
            stream.expires_after(std::chrono::seconds(limits.seconds));
            beast::error_code error;
            (void)co_await http::async_read_header(stream, buffer, parser,
                                                   asio::redirect_error(asio::use_awaitable, error));
            auto request = plain(parser.get());
            const bool head = parser.get().method() == http::verb::head;
            if (!error) {
                if (auto refusal = refused(request)) {
                    suit(*refusal, request);
                    if (parser.is_done()) {
                        keep_alive = parser.keep_alive();
                        co_await write(stream, *refusal, parser.get().version(), keep_alive, head);
                        continue;
                    }
                    co_await refuse_and_close(stream, *refusal, head, kMostUnread);
                    break;
                }
                error = co_await read_body(stream, buffer, parser);
            }
            if (error == http::error::end_of_stream || error == beast::error::timeout) break;
            if (error && error.category() != http::make_error_code(http::error::bad_method).category()) break;
            if (error) {
                co_await refuse_and_close(stream, refusal_of(error, limits), head, 4 * limits.body_bytes);
                break;
            }
            keep_alive = parser.keep_alive();
            const auto version = parser.get().version();
            request.body = std::move(parser.get().body());
            auto response = answer(request);
            suit(response, request);
            co_await write(stream, response, version, keep_alive, head);
        }
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    asio::awaitable<void> accept() {
        for (;;) {
            beast::error_code error;
            auto socket = co_await acceptor.async_accept(asio::make_strand(context),
                                                         asio::redirect_error(asio::use_awaitable, error));
            if (error == asio::error::operation_aborted) co_return;
            if (error || open >= limits.connections) continue;  // the socket closes itself
            ++open;
            const auto executor = socket.get_executor();
            asio::co_spawn(executor, serve(beast::tcp_stream(std::move(socket))),
                           [this](const std::exception_ptr&) { --open; });  // a client that went away is no fault
        }
    }

    HttpLimits limits;
    int thread_count;
    Handler handler;
    Gate gate;
    asio::io_context context;
    tcp::acceptor acceptor;
    std::atomic<std::size_t> open{0};
    std::vector<std::jthread> workers;
};

HttpServer::HttpServer(int port, int threads, const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(port, threads, limits)) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
    return impl_->acceptor.local_endpoint().port();
}

void HttpServer::start(Handler handler, Gate gate) {
    impl_->handler = std::move(handler);
    impl_->gate = std::move(gate);
    asio::co_spawn(impl_->context, impl_->accept(), asio::detached);
    for (int i = 0; i < impl_->thread_count; ++i) {
        impl_->workers.emplace_back([impl = impl_.get()] { impl->context.run(); });
    }
}

}  // namespace slidetype::viewer
