#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace slidetype::viewer {

/// What a handler needs of a request. Header values are as they were sent, empty where absent.
struct HttpRequest {
    std::string method;  ///< "GET", "PUT", …
    std::string path;    ///< as sent, without the query; may hold anything
    std::string host, origin, accept, content_type, if_match, if_none_match;
    bool from_page = false;  ///< carries X-Slidetype: no other site's page can make a browser send that
    std::string body;
};

/// An answer. `body` is shared, so that cached tiles are not copied.
struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8";
    std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
    std::string etag;                        ///< quoted, or empty
    std::string cache_control = "no-cache";  ///< may be kept, must be asked for again
    std::string location;                    ///< of a redirection
    std::string text;                        ///< of a refusal, for whoever opens the address in a browser
};

inline HttpResponse respond(std::string body, std::string content_type = "application/json; charset=utf-8") {
    HttpResponse response;
    response.body = std::make_shared<const std::string>(std::move(body));
    response.content_type = std::move(content_type);
    return response;
}

/// {"error": {"message", "hint"}} with this status; a browser that opens the address itself gets the two as text.
HttpResponse refuse(int status, std::string_view message, std::string_view hint = {});

}  // namespace slidetype::viewer
