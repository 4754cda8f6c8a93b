#include "plugin/analysis/slide_result.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace slidetype {

TileStatus vote_of(std::optional<float> strangeness, std::optional<float> tumour,
                   const std::optional<GateConfig>& gate) {
    if (strangeness && *strangeness > 1) return TileStatus::unfamiliar;
    if (tumour && gate && static_cast<double>(*tumour) < gate->threshold) return TileStatus::benign;
    return TileStatus::ok;
}
namespace {

/// Names whose colour QuPath fixes itself: another colour in a file would be ignored there.
constexpr std::pair<const char*, Color> kNamedColors[] = {
    {"LUAD", {0, 114, 178}},          {"LUSC", {213, 94, 0}},     {"Tumor", {200, 0, 0}},   {"Stroma", {150, 200, 150}},
    {"Immune cells", {160, 90, 160}}, {"Necrosis", {50, 50, 50}}, {"Other", {255, 200, 0}},
};

/// Okabe and Ito's palette, those that LUAD and LUSC use last.
constexpr Color kSeries[] = {{0, 158, 115},  {204, 121, 167}, {230, 159, 0}, {86, 180, 233},
                             {240, 228, 66}, {120, 120, 120}, {0, 114, 178}, {213, 94, 0}};

}  // namespace

std::optional<std::size_t> SlideResult::top_class(std::size_t t) const {
    const std::size_t n = classes();
    if (n == 0 || probabilities.size() < (t + 1) * n) return std::nullopt;
    std::size_t best = 0;
    for (std::size_t c = 0; c < n; ++c) {
        if (!std::isfinite(probability(t, c))) return std::nullopt;
        if (probability(t, c) > probability(t, best)) best = c;
    }
    return best;
}

std::optional<std::size_t> SlideResult::voted_class(std::size_t t) const {
    return grid.tiles[t].status == TileStatus::ok ? top_class(t) : std::nullopt;
}

std::array<std::size_t, kTileStatusCount> SlideResult::status_counts() const {
    std::array<std::size_t, kTileStatusCount> counts{};
    for (const Tile& tile : grid.tiles) ++counts[static_cast<std::size_t>(tile.status)];
    return counts;
}

Color class_color(const std::string& class_name, std::size_t index) {
    for (const auto& [name, color] : kNamedColors) {
        if (class_name == name) return color;
    }
    Color color = kSeries[index % std::size(kSeries)];
    // Later rounds through the series are darker, so that no two of the first few dozen classes look alike.
    for (std::size_t lap = std::min<std::size_t>(index / std::size(kSeries), 4); lap > 0; --lap) {
        for (auto& channel : color) channel = static_cast<std::uint8_t>(channel * 7 / 10);
    }
    return color;
}

std::optional<std::size_t> lusc_column(const std::vector<std::string>& class_names) {
    const auto are = [&](std::string_view first, std::string_view second) {
        return class_names.size() == 2 && class_names[0] == first && class_names[1] == second;
    };
    if (are("LUAD", "LUSC")) return 1;
    if (are("LUSC", "LUAD")) return 0;
    return std::nullopt;
}

}  // namespace slidetype
