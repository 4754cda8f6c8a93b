#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin/analysis/slide_result.h"
#include "tiler/annotations/polygon.h"

namespace slidetype {

enum class ObjectType { tile, annotation };

/// One object of a viewer. What is empty is left out of the file.
struct Feature {
    std::string id;  ///< a UUID
    ObjectType type = ObjectType::tile;
    std::vector<Polygon> polygons;  ///< at least one; in the viewer's frame, rings open or closed
    std::string name;
    std::string class_name;
    Color color{};  ///< of the class
    bool locked = false;
    std::vector<std::pair<std::string, double>> measurements;   ///< those that are not finite are left out
    std::vector<std::pair<std::string, std::string>> metadata;  ///< for annotations only: QuPath 0.5 loses it on tiles
};

/// The rectangle as QuPath writes one: from the upper left corner, down first; moved by (-offset.x, -offset.y).
Polygon rectangle(const Rect& rect, const Rect& offset);

/// The polygon moved by (-offset.x, -offset.y).
Polygon moved(Polygon polygon, const Rect& offset);

/// Appends ",{…}" as GeoJsonWriter::add_text() takes it. Throws Error(internal) for a feature without a shape.
void append_feature(std::string& out, const Feature& feature);

/// Writes a FeatureCollection feature by feature, so memory stays small however many there are. The form is the one
/// that QuPath writes itself: one line, members in its order, blanks only inside coordinate pairs and colours;
/// coordinates have at most 2 decimals and measurements at most 4. One object belongs to one thread.
class GeoJsonWriter {
  public:
    /// Keeps a reference to `out`. Write errors show in the stream's state.
    explicit GeoJsonWriter(std::ostream& out);
    void add(const Feature& feature);
    /// Any number of features that append_feature() has made, perhaps on other threads.
    void add_text(std::string_view features);
    /// Ends the document; nothing may be added afterwards.
    void finish();

  private:
    std::ostream& out_;
    std::string line_;
    bool first_ = true;
};

/// A number with at most `decimals` decimals, no trailing zeros, no "-0", never an exponent. `value` must be finite.
std::string short_number(double value, int decimals);

}  // namespace slidetype
