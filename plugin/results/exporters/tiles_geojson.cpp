// tiles.geojson.gz, and tiles.geojson where it is asked for: one object of type "tile" per scored tile.
// Viewers colour tiles by a measurement and leave those blank that lack it, so tiles that do not vote have no class
// probabilities here: a map of prob_LUSC shows the tumour alone. tiles.csv has them all.
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/atomic_file.h"
#include "plugin/results/exporter.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/geojson.h"
#include "plugin/results/gzip.h"
#include "plugin/results/uuid.h"

namespace slidetype::exporting {
namespace {

constexpr std::size_t kChunk = 2048;    // tiles: 700 KB of text
constexpr std::size_t kMostChunks = 8;  // in flight, which bounds memory

/// Makes the text of tiles. Threads may share one.
class TileText {
  public:
    explicit TileText(const SlideResult& result)
        : result_(result), classes_(tile_classes(result)), ids_(result.slide) {}

    /// Of the scored tiles among [begin, end), as GeoJsonWriter::add_text() takes it.
    std::string operator()(std::size_t begin, std::size_t end) const {
        std::string text;
        Feature feature;
        feature.type = ObjectType::tile;
        for (auto t = begin; t < end; ++t) {
            const auto shown = tile_class(result_, t);
            if (!shown) continue;
            fill_in(feature, t, *shown);
            append_feature(text, feature);
        }
        return text;
    }

  private:
    void fill_in(Feature& feature, std::size_t t, std::size_t shown) const {
        feature.id = ids_("tile", t);
        feature.polygons = {rectangle(result_.grid.tiles[t].rect, result_.slide.offset)};
        feature.class_name = classes_[shown].name;
        feature.color = classes_[shown].color;
        feature.measurements.clear();
        for (std::size_t c = 0; c < result_.classes() && shown < result_.classes(); ++c) {
            feature.measurements.emplace_back("prob_" + classes_[c].name,
                                              static_cast<double>(result_.probability(t, c)));
        }
        if (!result_.tumour.empty()) feature.measurements.emplace_back("prob_tumour", double{result_.tumour[t]});
        if (!result_.strangeness.empty())
            feature.measurements.emplace_back("strangeness", double{result_.strangeness[t]});
        if (!result_.attention_percentile.empty()) {
            feature.measurements.emplace_back("attention_percentile", double{result_.attention_percentile[t]});
        }
    }

    const SlideResult& result_;
    std::vector<CallClass> classes_;
    ObjectIds ids_;
};

/// The text is made in chunks by all threads and written in order by one at a time, so compressing, which takes
/// longest, need not wait for it.
void write_tiles(const SlideResult& result, std::span<std::ostream* const> outs) {
    const TileText text(result);
    std::vector<GeoJsonWriter> writers;
    for (auto* out : outs) writers.emplace_back(*out);
    const auto tiles = result.grid.tiles.size();
    std::size_t next = 0;
    const auto source = tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order,
                                                            [&](tbb::flow_control& control) -> std::size_t {
                                                                if (next >= tiles) {
                                                                    control.stop();
                                                                    return 0;
                                                                }
                                                                return std::exchange(next, next + kChunk);
                                                            });
    const auto format = tbb::make_filter<std::size_t, std::string>(
        tbb::filter_mode::parallel, [&](std::size_t begin) { return text(begin, std::min(begin + kChunk, tiles)); });
    const auto sink = tbb::make_filter<std::string, void>(tbb::filter_mode::serial_in_order, [&](const auto& chunk) {
        for (auto& writer : writers) writer.add_text(chunk);
    });
    tbb::parallel_pipeline(kMostChunks, source & format & sink);
    for (auto& writer : writers) writer.finish();
}

}  // namespace

void tiles_geojson(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options) {
    const auto plain_path = folder / "tiles.geojson";
    AtomicFile packed(folder / "tiles.geojson.gz");
    GzipStream gzip(packed.stream());
    std::optional<AtomicFile> plain;
    std::vector<std::ostream*> outs = {&gzip};
    if (options.plain_tiles_geojson) outs.push_back(&plain.emplace(plain_path).stream());
    write_tiles(result, outs);
    gzip.finish();
    packed.commit();
    if (plain) {
        plain->commit();
        return;
    }
    // One of an earlier run would contradict the new one.
    std::error_code ignored;
    std::filesystem::remove(plain_path, ignored);
}

}  // namespace slidetype::exporting
