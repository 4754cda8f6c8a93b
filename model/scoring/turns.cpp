#include "model/scoring/turns.h"

#include <algorithm>
#include <utility>

namespace slidetype {
namespace {

struct Place {
    std::size_t column, row;
};

/// Where the pixel of the turned tile is in the tile.
Place before(Place at, std::size_t edge, int turn) {
    for (int k = 0; k < turn % 4; ++k) at = {edge - 1 - at.row, at.column};
    return turn >= 4 ? Place{edge - 1 - at.column, at.row} : at;
}

}  // namespace

std::vector<std::uint8_t> turned(std::span<const std::uint8_t> tiles, std::size_t edge, int turn) {
    std::vector<std::uint8_t> out(tiles.size());
    const std::size_t bytes = 3 * edge * edge;
    for (std::size_t begin = 0; begin < tiles.size(); begin += bytes) {
        const auto tile = tiles.subspan(begin, bytes);
        auto* to = out.data() + begin;
        for (std::size_t row = 0; row < edge; ++row) {
            // Along a row of the turned tile one steps through the tile by the same number of bytes each time.
            const auto first = before({0, row}, edge, turn), second = before({1, row}, edge, turn);
            const auto offset = [&](Place at) { return static_cast<std::ptrdiff_t>(3 * (at.row * edge + at.column)); };
            const auto step = edge > 1 ? offset(second) - offset(first) : 0;
            const auto* from = tile.data() + offset(first);
            for (std::size_t column = 0; column < edge; ++column, to += 3) {
                std::copy_n(from, 3, to);
                if (column + 1 < edge) from += step;
            }
        }
    }
    return out;
}

}  // namespace slidetype
