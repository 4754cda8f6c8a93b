#include "plugin/viewer/assets.h"

#include <array>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/own_folders.h"
#include "base/sha256.h"

namespace slidetype::viewer {
namespace {

struct Served {
    const char *path, *file, *content_type;
};
/// Nothing else is served from the disk by name.
constexpr std::array<Served, 3> kServed = {{
    {"/", "index.html", "text/html; charset=utf-8"},
    {"/assets/viewer.js", "viewer.js", "text/javascript; charset=utf-8"},
    {"/assets/viewer.css", "viewer.css", "text/css; charset=utf-8"},
}};

}  // namespace

std::map<std::string, Asset> read_assets() {
    for (const auto& folder : data_folders("viewer")) {
        if (!std::filesystem::exists(folder / "index.html")) continue;
        std::map<std::string, Asset> assets;
        for (const auto& served : kServed) {
            auto content = read_file(folder / served.file);
            auto etag = '"' + sha256_hex(content).substr(0, 32) + '"';
            assets[served.path] = {served.content_type, std::move(content), std::move(etag)};
        }
        return assets;
    }
    throw Error(ErrorCode::not_found, "the viewer's page", "is not there", how_to_complete());
}

}  // namespace slidetype::viewer
