// model-outputs-csv/NAME.csv as WSInfer writes it: minx, miny, width, height, then prob_<class>, one line for every
// scored tile, level-0 pixels without any offset. Tiles that do not vote are in it too: WSInfer knows no such thing.
#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/export_format.h"
#include "plugin/text.h"

namespace slidetype::exporting {

void wsinfer_csv(const SlideResult& result, const std::filesystem::path& folder) {
    const auto below = folder / "model-outputs-csv";
    std::error_code error;
    std::filesystem::create_directories(below, error);
    if (error) throw Error(ErrorCode::io, below.string(), "cannot be created: " + error.message());
    AtomicFile file(below / (result.slide.name + ".csv"));
    auto& out = file.stream();
    out << "minx,miny,width,height";
    for (const auto& name : class_labels(result.model.class_names)) out << ',' << csv_field("prob_" + name);
    out << '\n';
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.top_class(t)) continue;
        const auto& rect = result.grid.tiles[t].rect;
        out << fmt::format("{},{},{},{}", rect.x, rect.y, rect.width, rect.height);
        for (std::size_t c = 0; c < result.classes(); ++c) out << fmt::format(",{:.6f}", result.probability(t, c));
        out << '\n';
    }
    file.commit();
}

}  // namespace slidetype::exporting
