#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/raster.h"
#include "plugin/viewer/assets.h"
#include "plugin/viewer/byte_cache.h"
#include "plugin/viewer/http_message.h"

/// What the sites of slides and of pictures have in common.
namespace slidetype::viewer {

inline constexpr const char* kJpegType = "image/jpeg";
inline constexpr const char* kJsonType = "application/json; charset=utf-8";

/// "/api/x" → {"api", "x"}
std::vector<std::string> path_parts(std::string_view path);

/// Whether nothing is changed by it.
bool is_reading(const HttpRequest& request);

HttpResponse not_found();

/// What `answer` gives; what it throws as an answer too.
HttpResponse answered(const std::function<HttpResponse()>& answer);

/// A file of the page, where the request asks for one.
std::optional<HttpResponse> asset_answer(const std::map<std::string, Asset>& assets, const HttpRequest& request);

/// As the bytes of a JPEG file.
std::string jpeg_text(const RgbImage& image, int quality = 85);

/// What `make` gives for `key`, from the cache if it was given before; nothing becomes a 404. The key names the
/// content, so it is the tag too: what the browser has already is not sent again, and not made.
HttpResponse cached_answer(ByteCache& cache, const std::string& key, const HttpRequest& request,
                           const char* content_type, const std::function<std::optional<std::string>()>& make);

}  // namespace slidetype::viewer
