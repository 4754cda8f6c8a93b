#include "model/feature_files/bag_rules.h"

#include <cmath>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::size_t kMaxDimension = std::size_t{1} << 16;

}  // namespace

void check_dimension(const std::string& source, std::size_t dimension) {
    if (dimension >= 1 && dimension <= kMaxDimension) return;
    throw Error(ErrorCode::bad_data, source,
                "has rows of " + std::to_string(dimension) + " numbers, which are no features of tiles");
}

void check_places(const std::string& source, std::size_t tiles, std::size_t places) {
    if (tiles == places) return;
    throw Error(ErrorCode::bad_data, source,
                "has features of " + std::to_string(tiles) + " tiles, but places of " + std::to_string(places),
                "Make the features of this slide anew.");
}

void refuse_empty_bag(const std::string& source) {
    throw Error(ErrorCode::bad_data, source, "the bag is empty: it holds features of no tile",
                "Leave the slide out, or look whether tissue was found on it.");
}

std::vector<TilePlace> places_of(const std::string& source, std::span<const double> pairs) {
    std::vector<TilePlace> places;
    places.reserve(pairs.size() / 2);
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        if (!std::isfinite(pairs[i]) || !std::isfinite(pairs[i + 1])) {
            throw Error(ErrorCode::bad_data, source,
                        "row " + std::to_string(i / 2) + " of its places (the first is row 0) is not finite",
                        "Make the features of this slide anew.");
        }
        places.push_back({pairs[i], pairs[i + 1]});
    }
    return places;
}

}  // namespace slidetype
