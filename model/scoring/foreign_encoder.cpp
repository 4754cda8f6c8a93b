#include "model/scoring/foreign_encoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/words.h"

namespace slidetype {

std::string shape_text(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (const auto edge : shape) text += (text.size() > 1 ? ", " : "") + (edge < 0 ? "N" : std::to_string(edge));
    return text + "]";
}

ForeignEncoder::ForeignEncoder(ForeignFile of) : of_(std::move(of)), transform_(of_.transform, of_.patch_size_px) {}

std::vector<float> ForeignEncoder::encode(std::span<const std::uint8_t> tiles, std::size_t count) {
    const auto patch = static_cast<std::size_t>(of_.patch_size_px), given = static_cast<std::size_t>(edge());
    const auto tile_bytes = 3 * patch * patch, numbers = 3 * given * given;
    if (tiles.size() != count * tile_bytes) throw Error(ErrorCode::internal, source(), "a batch has the wrong size");
    std::vector<float> pixels(std::min(count, batch()) * numbers), rows;
    rows.reserve(count * of_.dimension);
    for (std::size_t begin = 0; begin < count; begin += batch()) {
        const auto now = std::min(batch(), count - begin);
        for (std::size_t i = 0; i < now; ++i) {
            transform_.apply(tiles.subspan((begin + i) * tile_bytes, tile_bytes),
                             std::span(pixels).subspan(i * numbers, numbers));
        }
        forward(std::span(pixels).first(now * numbers), now, rows);
    }
    if (!of_.logits && !std::ranges::all_of(rows, [](float value) { return std::isfinite(value); })) {
        throw Error(ErrorCode::bad_model, source(), "the encoder gives what is no finite number");
    }
    return rows;
}

bool ForeignEncoder::is_rows(std::span<const std::int64_t> shape, std::size_t count) const {
    const bool pooled = !of_.logits && shape.size() == 4 && shape[2] == 1 && shape[3] == 1;
    return (shape.size() == 2 || pooled) && std::cmp_equal(shape[0], count) && std::cmp_equal(shape[1], of_.dimension);
}

void ForeignEncoder::refuse_output(const std::string& what, std::size_t count) const {
    if (of_.logits) {
        throw Error(ErrorCode::bad_model, source(),
                    "the model's output does not have one column per class of config.json");
    }
    const std::array<std::int64_t, 2> wanted = {static_cast<std::int64_t>(count),
                                                static_cast<std::int64_t>(of_.dimension)};
    throw Error(ErrorCode::bad_model, source(),
                "gives " + what + " for " + counted(count, "tile") + ", not " + shape_text(wanted),
                "`dimension` of encoder.json must be how many numbers the encoder gives for a tile, and these must "
                "be its only output.");
}

}  // namespace slidetype
