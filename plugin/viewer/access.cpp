#include "plugin/viewer/access.h"

#include <array>
#include <cstddef>
#include <random>

namespace slidetype::viewer {
namespace {

std::string random_token() {
    std::random_device system;  // getrandom() or its like in libstdc++ on Linux
    std::string token;
    for (int i = 0; i < 4; ++i) {
        const auto bits = system();
        for (int shift = 28; shift >= 0; shift -= 4) token += "0123456789abcdef"[(bits >> shift) & 15U];
    }
    return token;
}

/// Takes the same time wherever the two differ.
bool equal(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i]) ^ static_cast<unsigned>(b[i]);
    return difference == 0;
}

bool only_reads(const HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

Access::Access(int port)
    : host_("127.0.0.1:" + std::to_string(port)),
      local_host_("localhost:" + std::to_string(port)),
      token_(random_token()) {}

std::string Access::address() const {
    return "http://" + host_ + "/" + token_ + "/";
}

std::optional<HttpResponse> Access::check(HttpRequest& request) const {
    if (request.host != host_ && request.host != local_host_) {
        return refuse(421, "This server answers to " + host_ + " only.");
    }
    if (!request.origin.empty() && request.origin != "http://" + request.host) {
        return refuse(403, "Requests of other sites are not answered.");
    }
    std::string_view path = request.path;
    if (path.empty() || path.front() != '/' || !equal(path.substr(1, token_.size()), token_)) {
        return refuse(403, "The address lacks the right token.",
                      "Open the address that `slidetype view` printed when it was started.");
    }
    path.remove_prefix(1 + token_.size());
    if (path.empty()) {
        HttpResponse response = respond({}, "text/plain");
        response.status = 308;
        response.location = "/" + token_ + "/";
        return response;
    }
    if (path.front() != '/') return refuse(403, "The address lacks the right token.");
    if (!only_reads(request) && (!request.from_page || request.content_type.rfind("application/json", 0) != 0)) {
        return refuse(403, "Changes are taken from the viewer's own page only.");
    }
    request.path = std::string(path);
    return std::nullopt;
}

}  // namespace slidetype::viewer
