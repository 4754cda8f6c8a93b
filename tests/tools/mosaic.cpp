#include "tests/tools/mosaic.h"

#include <algorithm>
#include <boost/geometry/algorithms/simplify.hpp>
#include <boost/geometry/algorithms/union.hpp>
#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/random.h"
#include "sample_slides/ground_truth.h"

namespace slidetype::tools {
namespace {

namespace bg = boost::geometry;
using GeoPoint = bg::model::d2::point_xy<double>;
using GeoPolygon = bg::model::polygon<GeoPoint>;
using GeoRegion = bg::model::multi_polygon<GeoPolygon>;

/// The picture as RGB, `edge` pixels square: area average when shrinking, bicubic when enlarging.
RgbImage read_tile(const std::filesystem::path& file, int edge) {
    if (!std::filesystem::exists(file)) throw Error(ErrorCode::not_found, file.string(), "does not exist");
    cv::Mat picture = cv::imread(file.string(), cv::IMREAD_COLOR);
    if (picture.empty()) throw Error(ErrorCode::corrupt, file.string(), "is no picture that can be read");
    const bool shrinking = picture.cols > edge;
    if (picture.size() != cv::Size(edge, edge)) {
        cv::resize(picture, picture, {edge, edge}, 0, 0, shrinking ? cv::INTER_AREA : cv::INTER_CUBIC);
    }
    RgbImage tile(edge, edge);
    cv::Mat target(edge, edge, CV_8UC3, tile.pixels.data());
    cv::cvtColor(picture, target, cv::COLOR_BGR2RGB);
    return tile;
}

/// Hands out pictures in shuffled order, again and again.
class Deck {
  public:
    Deck(const TileFiles& files, std::uint64_t seed) : files_(files), random_(seed) { random_.shuffle(files_); }
    const std::filesystem::path& next() {
        if (used_ == files_.size()) {
            random_.shuffle(files_);
            used_ = 0;
        }
        return files_[used_++];
    }

  private:
    TileFiles files_;
    Random random_;
    std::size_t used_ = 0;
};

/// Paints regions of the mosaic. Regions come row by row, so pictures that end above a region are let go.
class MosaicPainter {
  public:
    MosaicPainter(const std::vector<MosaicTile>& tiles, const MosaicOptions& options)
        : tiles_(tiles), options_(options) {}

    RgbImage operator()(const Rect& region) {
        std::erase_if(cache_, [&](const auto& entry) { return tiles_[entry.first].rect.bottom() <= region.y; });
        RgbImage picture(static_cast<int>(region.width), static_cast<int>(region.height), options_.glass);
        for (std::size_t i = first_; i < tiles_.size() && tiles_[i].rect.y < region.bottom(); ++i) {
            const Rect& rect = tiles_[i].rect;
            if (rect.bottom() <= region.y) {
                first_ = i + 1;
            } else if (rect.x < region.right() && rect.right() > region.x) {
                copy(i, region, picture);
            }
        }
        return picture;
    }

  private:
    void copy(std::size_t index, const Rect& region, RgbImage& picture) {
        auto found = cache_.find(index);
        const MosaicTile& tile = tiles_[index];
        if (found == cache_.end()) found = cache_.emplace(index, read_tile(tile.file, options_.tile_px)).first;
        const auto left = std::max(tile.rect.x, region.x), right = std::min(tile.rect.right(), region.right());
        const auto top = std::max(tile.rect.y, region.y), bottom = std::min(tile.rect.bottom(), region.bottom());
        for (auto y = top; y < bottom; ++y) {
            const std::uint8_t* from =
                found->second.at(static_cast<int>(left - tile.rect.x), static_cast<int>(y - tile.rect.y));
            std::copy_n(from, (right - left) * 3,
                        picture.at(static_cast<int>(left - region.x), static_cast<int>(y - region.y)));
        }
    }

    const std::vector<MosaicTile>& tiles_;
    const MosaicOptions& options_;
    std::map<std::size_t, RgbImage> cache_;
    std::size_t first_ = 0;
};

Ring to_ring(const GeoPolygon::ring_type& from) {
    Ring ring;
    for (const GeoPoint& point : from) ring.push_back({point.x(), point.y()});
    return ring;
}

Polygon to_polygon(const GeoPolygon& from) {
    Polygon polygon{to_ring(from.outer()), {}};
    for (const auto& hole : from.inners()) polygon.holes.push_back(to_ring(hole));
    return polygon;
}

GeoRegion with_tile(const GeoRegion& region, const Rect& rect) {
    const bg::model::box<GeoPoint> box{{static_cast<double>(rect.x), static_cast<double>(rect.y)},
                                       {static_cast<double>(rect.right()), static_cast<double>(rect.bottom())}};
    GeoRegion joined;
    bg::union_(region, box, joined);
    return joined;
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

std::string to_csv(const std::vector<MosaicTile>& tiles) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << "column,row,x,y,width,height,class,file\n";
    for (const MosaicTile& tile : tiles) {
        const Rect& r = tile.rect;
        text << tile.column << ',' << tile.row << ',' << r.x << ',' << r.y << ',' << r.width << ',' << r.height << ','
             << quoted(tile.class_name) << ',' << quoted(tile.file.string()) << '\n';
    }
    return text.str();
}

}  // namespace

Layout parse_layout(std::string_view text) {
    Layout layout;
    std::string row;
    const auto end_row = [&] {
        if (!row.empty()) layout.rows.push_back(std::exchange(row, {}));
    };
    for (const char letter : text) {
        if (letter == '/' || letter == '\n') {
            end_row();
        } else if (letter != ' ' && letter != '\r' && letter != '\t') {
            row += letter;
        }
    }
    end_row();
    for (const std::string& each : layout.rows)
        layout.columns = std::max(layout.columns, static_cast<int>(each.size()));
    for (std::string& each : layout.rows) each.resize(static_cast<std::size_t>(layout.columns), '.');
    if (layout.columns == 0) throw Error(ErrorCode::usage, "layout", "has no cell", "for example AAS/A.S");
    return layout;
}

Layout repeat(const Layout& layout, int times) {
    if (times < 1) throw Error(ErrorCode::usage, "repeat", "must be at least 1");
    Layout larger{layout.columns * times, {}};
    for (const std::string& row : layout.rows) {
        std::string wide;
        for (const char letter : row) wide.append(static_cast<std::size_t>(times), letter);
        larger.rows.insert(larger.rows.end(), static_cast<std::size_t>(times), wide);
    }
    return larger;
}

Mosaic::Mosaic(Layout layout, const std::map<char, MosaicClass>& classes, MosaicOptions options)
    : layout_(std::move(layout)), options_(options) {
    if (options_.tile_px < 1) throw Error(ErrorCode::usage, "tile-px", "must be at least 1");
    if (options_.margin_px < 0) throw Error(ErrorCode::usage, "margin-px", "must not be negative");
    std::map<char, Deck> decks;
    for (const auto& [letter, source] : classes) {
        if (source.files.empty()) throw Error(ErrorCode::usage, source.name, "has no pictures");
        decks.emplace(letter, Deck(source.files, options_.seed * 256 + static_cast<unsigned char>(letter)));
    }
    const int edge = options_.tile_px;
    for (int row = 0; row < static_cast<int>(layout_.rows.size()); ++row) {
        for (int column = 0; column < layout_.columns; ++column) {
            const char letter = layout_.rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
            if (letter == '.') continue;
            const auto deck = decks.find(letter);
            if (deck == decks.end()) {
                throw Error(ErrorCode::usage, "layout", std::string("the letter '") + letter + "' stands for no class");
            }
            const Rect rect{options_.margin_px + std::int64_t{column} * edge,
                            options_.margin_px + std::int64_t{row} * edge, edge, edge};
            tiles_.push_back({column, row, rect, classes.at(letter).name, deck->second.next()});
        }
    }
}

std::vector<Annotation> Mosaic::truth() const {
    std::map<std::string, GeoRegion> regions;
    for (const MosaicTile& tile : tiles_) {
        GeoRegion& region = regions[tile.class_name];
        region = with_tile(region, tile.rect);
    }
    std::vector<Annotation> annotations;
    for (const auto& [name, region] : regions) {
        GeoRegion plain;
        bg::simplify(region, plain, 0.1);  // drops the corners of cells along straight edges
        for (const GeoPolygon& part : plain) {
            auto& annotation = annotations.emplace_back();
            annotation.class_name = name;
            annotation.polygons = {to_polygon(part)};
        }
    }
    return annotations;
}

void Mosaic::write(const std::filesystem::path& slide, const PyramidOptions& pyramid) const {
    auto beside = slide;
    write_ground_truth(beside.replace_extension(".geojson"), slide.stem().string(), truth());
    write_file(beside.replace_extension(".csv"), to_csv(tiles_));
    MosaicPainter painter(tiles_, options_);
    write_pyramid_tiff(slide, width(), height(), std::ref(painter), pyramid);
}

}  // namespace slidetype::tools
