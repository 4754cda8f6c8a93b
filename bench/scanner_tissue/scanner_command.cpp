#include "bench/scanner_tissue/scanner_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "bench/scanner_tissue/tissue_measure.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

fs::path scanner_folder(const ScannerRequest& request, const fs::path& source) {
    if (!request.data.empty()) return request.data;
    const char* shared = std::getenv("SLIDETYPE_SHARED");
    return (shared != nullptr ? fs::path(shared) : source.parent_path() / "shared") / "data/scanner";
}

}  // namespace

void measure_scanner_tissue(const ScannerRequest& request, const fs::path& source, const Say& say) {
    const auto folder = scanner_folder(request, source);
    if (!fs::exists(folder / "fields.csv"))
        throw Error(ErrorCode::not_found, folder.string(), "has no fields.csv",
                    "Name the folder of scanner tissue with --data, or set SLIDETYPE_SHARED.");
    const auto set = read_tissue_set(folder);
    if (set.repeated_rows > 0)
        say(fmt::format("{}: {} rows of fields.csv name a file again; it counts once", folder.string(),
                        set.repeated_rows));
    fs::create_directories(request.work);
    fs::create_directories(request.results);
    for (const auto& [label, model] : request.models) {
        const Engine engine(read_model_directory(model));
        const auto result = measure_tissue(set, label, engine, request.work, request.threads, say);
        write_tissue_result(request.results, result);
        const auto scored = [&] {
            std::size_t tiles = 0;
            for (const auto& piece : result.pieces) tiles += piece.tiles.size();
            return tiles;
        }();
        say(fmt::format("{}: stored, {} tiles of {} pieces", label, scored, result.pieces.size()));
    }
}

}  // namespace slidetype::bench
