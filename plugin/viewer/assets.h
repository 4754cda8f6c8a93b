#pragma once

#include <map>
#include <string>

namespace slidetype::viewer {

/// A file of the page.
struct Asset {
    std::string content_type, content, etag;
};

/// The files of the page by their path ("/", "/assets/viewer.js" …), read once from the first of the data folders named
/// "viewer". Throws Error(not_found) where slidetype was built without the page.
std::map<std::string, Asset> read_assets();

}  // namespace slidetype::viewer
