#include "plugin/viewer/answers.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/sha256.h"

namespace slidetype::viewer {
namespace {

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::usage:
        case ErrorCode::bad_data:
            return 400;
        default:
            return 500;
    }
}

}  // namespace

std::vector<std::string> path_parts(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto end = std::min(path.find('/'), path.size());
        parts.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return parts;
}

bool is_reading(const HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

HttpResponse not_found() {
    return refuse(404, "There is nothing at this address.");
}

HttpResponse answered(const std::function<HttpResponse()>& answer) {
    try {
        return answer();
    } catch (const Error& error) {
        return refuse(status_of(error.code()), error.what(), error.hint());
    } catch (const std::exception& error) {
        return refuse(500, error.what());
    }
}

std::optional<HttpResponse> asset_answer(const std::map<std::string, Asset>& assets, const HttpRequest& request) {
    const auto asset = assets.find(request.path);
    if (!is_reading(request) || asset == assets.end()) return std::nullopt;
    auto response = respond(asset->second.content, asset->second.content_type);
    response.etag = asset->second.etag;
    return response;
}

std::string jpeg_text(const RgbImage& image, int quality) {
    const auto file = encode_jpeg(image, quality).value();
    return {file.begin(), file.end()};
}

HttpResponse cached_answer(ByteCache& cache, const std::string& key, const HttpRequest& request,
                           const char* content_type, const std::function<std::optional<std::string>()>& make) {
    HttpResponse response = respond({}, content_type);
    response.etag = '"' + sha256_hex(key).substr(0, 32) + '"';
    if (request.if_none_match == response.etag) {
        response.status = 304;
        return response;
    }
    auto value = cache.find(key);
    if (!value) {
        std::optional<std::string> made = make();
        if (!made) return not_found();
        value = std::make_shared<const std::string>(std::move(*made));
        cache.put(key, value);
    }
    response.body = std::move(value);
    return response;
}

}  // namespace slidetype::viewer
