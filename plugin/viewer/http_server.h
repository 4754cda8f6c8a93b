#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "plugin/viewer/http_message.h"

namespace slidetype::viewer {

/// Bounds on what a client may ask of the server.
struct HttpLimits {
    std::size_t connections = 64;                    ///< at once; more are closed at once
    std::size_t header_bytes = 16 << 10;             ///< of one request
    std::size_t body_bytes = std::size_t{64} << 20;  ///< of one request
    int seconds = 30;                                ///< for a header; for each piece of a body; and idle
    std::size_t slowest_bytes_s = 8 << 10;           ///< slower on the whole, and a message is given up
};

/// An HTTP/1.1 server for one user on this machine: it listens on 127.0.0.1 alone. Requests are handled on threads of
/// its own, several at once. What it answers is the handler's business; whatever the handler throws becomes a 500.
class HttpServer {
  public:
    using Handler = std::function<HttpResponse(HttpRequest)>;
    /// May refuse a request, and change it, before its body is read.
    using Gate = std::function<std::optional<HttpResponse>(HttpRequest&)>;

    /// Binds at once; port 0 takes a free one. Throws Error(io) where the port cannot be had.
    HttpServer(int port, int threads, const HttpLimits& limits = {});
    /// Stops: open connections are closed.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    int port() const;
    /// Begins to serve and returns. Once only.
    void start(Handler handler, Gate gate = {});

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace slidetype::viewer
