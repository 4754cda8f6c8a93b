#include "bench/cross_validation/colour_table.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "bench/cross_validation/unit_result.h"
#include "model/data/picture_shift.h"

namespace slidetype::bench {

Colours colours_of(const RgbImage& picture) {
    Colours colours;
    std::array<double, 3> sum{}, squares{};
    std::array<std::size_t, 64> counts{};
    for (std::size_t i = 0; i + 2 < picture.pixels.size(); i += 3) {
        std::size_t cell = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            const unsigned value = picture.pixels[i + c];
            sum[c] += value;
            squares[c] += value * value;
            cell = cell * 4 + value / 64;
        }
        ++counts[cell];
    }
    const auto pixels = static_cast<double>(std::max<std::size_t>(1, picture.pixels.size() / 3));
    for (std::size_t c = 0; c < 3; ++c) {
        const double mean = sum[c] / pixels;
        colours.moments[c] = static_cast<float>(mean / 255);
        colours.moments[c + 3] = static_cast<float>(std::sqrt(std::max(0.0, squares[c] / pixels - mean * mean)) / 255);
    }
    for (std::size_t cell = 0; cell < counts.size(); ++cell) {
        colours.histogram[cell] = static_cast<float>(static_cast<double>(counts[cell]) / pixels);
    }
    return colours;
}

ColourTable::ColourTable(const Dataset& dataset, int threads,
                         const std::function<void(std::size_t, std::size_t)>& progress) {
    const auto shifts = picture_shifts();
    variants_.emplace_back(kPlain);
    for (const auto& shift : shifts) variants_.emplace_back(shift.name);
    colours_.assign(variants_.size(), std::vector<Colours>(dataset.tiles.size()));
    for (const auto& tile : dataset.tiles) labels_.push_back(tile.label);

    const auto work = [&](std::size_t i) {
        if (dataset.tiles[i].label == kBenignLabel) return;
        const auto picture = read_image(dataset.tiles[i].file);
        colours_[0][i] = colours_of(picture);
        for (std::size_t s = 0; s < shifts.size(); ++s) colours_[s + 1][i] = colours_of(shifts[s].apply(picture));
    };
    parallel_for(threads, dataset.tiles.size(), work, progress);
}

}  // namespace slidetype::bench
