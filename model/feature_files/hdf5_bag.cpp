#include "model/feature_files/hdf5_bag.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/feature_files/bag_rules.h"
#include "model/feature_files/feature_layout.h"
#include "model/feature_files/half_rows.h"
#include "model/hdf5/hdf5_file.h"
#include "model/hdf5/hdf5_rows.h"

namespace slidetype {
namespace {

template <class Number>
void read_converted(const Hdf5File& file, const Hdf5Rows& rows, std::span<std::uint16_t> halves) {
    std::vector<Number> piece(std::min(rows.piece(), rows.rows()) * rows.width());
    for (std::size_t first = 0; first < rows.rows(); first += rows.piece()) {
        const auto numbers = std::span(piece).first(std::min(rows.piece(), rows.rows() - first) * rows.width());
        rows.read(first, numbers);
        const auto unfit =
            to_halves(std::span<const Number>(numbers), halves.subspan(first * rows.width(), numbers.size()));
        if (unfit) refuse_unfit(file.source(), *unfit, first, rows.width());
    }
}

void read_features(const Hdf5File& file, const Hdf5Rows& rows, std::span<std::uint16_t> halves) {
    if (rows.number() == kHdf5Single) return read_converted<float>(file, rows, halves);
    if (rows.number() == kHdf5Double) return read_converted<double>(file, rows, halves);
    for (std::size_t first = 0; first < rows.rows(); first += rows.piece()) {
        const auto count = std::min(rows.piece(), rows.rows() - first) * rows.width();
        rows.read_halves(first, halves.subspan(first * rows.width(), count));
    }
    if (const auto unfit = unfit_half(halves)) refuse_unfit(file.source(), *unfit, 0, rows.width());
}

std::vector<TilePlace> read_places(const Hdf5File& file, const Hdf5Rows& rows) {
    std::vector<double> pairs(rows.rows() * rows.width());
    rows.read(0, std::span(pairs));
    return places_of(file.source(), pairs);
}

}  // namespace

std::mutex& hdf5_turn() {
    static std::mutex turn;
    return turn;
}

Bag read_hdf5_bag(const std::filesystem::path& path, bool head_only) {
    const std::scoped_lock turn(hdf5_turn());
    return read_hdf5_bag(Hdf5File(path, ErrorCode::bad_data), head_only);
}

Bag read_hdf5_bag(const Hdf5File& file, bool head_only) {
    const auto& layout = layout_of(file);
    const Hdf5Rows features(file, layout.features);
    if (!features.number().floating) {
        file.fail(std::string(layout.features) + " holds whole numbers, which are no features of an encoder");
    }
    Bag bag;
    bag.tiles = features.rows();
    bag.dimension = features.width();
    check_dimension(file.source(), bag.dimension);
    bag.origin = layout.origin(file);
    std::optional<Hdf5Rows> places;
    if (file.contains(kPlacesDataset)) {
        places.emplace(file, kPlacesDataset);
        if (places->width() != 2)
            file.fail("coords has rows of " + std::to_string(places->width()) + " numbers, not 2");
        check_places(file.source(), bag.tiles, places->rows());
    }
    if (head_only) return bag;
    if (bag.tiles == 0) refuse_empty_bag(file.source());
    bag.features.resize(bag.tiles * bag.dimension);
    read_features(file, features, bag.features);
    if (places) bag.places = read_places(file, *places);
    return bag;
}

}  // namespace slidetype
