#pragma once

#include <optional>
#include <string>

#include "plugin/viewer/http_message.h"

namespace slidetype::viewer {

/// Who may ask what. The address that `view` prints holds a random token as its first part, which neither other users
/// of the machine nor the pages of other sites know. The token is in the path and not in a cookie, because cookies of
/// 127.0.0.1 go to every server on it, whatever its port. Immutable, so threads may share it.
class Access {
  public:
    /// A token of 128 random bits from the system.
    explicit Access(int port);

    /// "http://127.0.0.1:<port>/<token>/"
    std::string address() const;

    /// What is wrong with the request, if anything: a Host header that names anything but this machine (DNS rebinding);
    /// any port of it may be named, for ports are forwarded. Also another site's
    /// Origin, a missing or wrong token, a change that does not come from the page itself. Otherwise `request.path` is
    /// left without the token, beginning with '/'.
    std::optional<HttpResponse> check(HttpRequest& request) const;

  private:
    std::string port_, token_;
};

}  // namespace slidetype::viewer
