#include "tests/plugin/results/polygon_judge.h"

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>

namespace slidetype::testing {
namespace {

namespace bg = boost::geometry;
using BoostPolygon = bg::model::polygon<bg::model::d2::point_xy<double>>;
using BoostMultiPolygon = bg::model::multi_polygon<BoostPolygon>;

BoostMultiPolygon boosted(const std::vector<Polygon>& polygons) {
    const auto copy = [](const Ring& from, BoostPolygon::ring_type& to) {
        for (const Point& point : from) to.emplace_back(point.x, point.y);
        to.emplace_back(from.front().x, from.front().y);
    };
    BoostMultiPolygon shape;
    for (const Polygon& polygon : polygons) {
        BoostPolygon part;
        copy(polygon.outer, part.outer());
        part.inners().resize(polygon.holes.size());
        for (std::size_t k = 0; k < polygon.holes.size(); ++k) copy(polygon.holes[k], part.inners()[k]);
        shape.push_back(std::move(part));
    }
    return shape;
}

}  // namespace

JudgedPolygons judge_polygons(const std::vector<Polygon>& polygons) {
    const auto shape = boosted(polygons);
    JudgedPolygons judged;
    judged.valid = bg::is_valid(shape, judged.reason);
    judged.area = bg::area(shape);
    return judged;
}

}  // namespace slidetype::testing
