#include "plugin/viewer/access.h"

#include <array>
#include <cstddef>
#include <random>

#include "base/words.h"

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

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whether a Host header, in lower case, names the machine itself. The port may be any: a page behind `ssh -L` or a
/// container's port is asked for by the port of the other end. That costs no safety, for the check is against names of
/// other sites that were bound to this address, and no site can have one of these three.
bool is_this_machine(std::string_view host) {
    for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
        if (!host.starts_with(name)) continue;
        const auto rest = host.substr(name.size());
        return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    }
    return false;
}

}  // namespace

Access::Access(int port) : port_(std::to_string(port)), token_(random_token()) {}

std::string Access::address() const {
    return "http://127.0.0.1:" + port_ + "/" + token_ + "/";
}

std::optional<HttpResponse> Access::check(HttpRequest& request) const {
    const auto host = in_lower_case(request.host);
    if (!is_this_machine(host)) {
        return refuse(421, "This server answers to the names localhost, 127.0.0.1 and [::1] only.",
                      "From another computer, forward a port to it, `ssh -L " + port_ + ":127.0.0.1:" + port_ +
                          " SERVER`, and open the printed address there.");
    }
    if (!request.origin.empty() && in_lower_case(request.origin) != "http://" + host) {
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
