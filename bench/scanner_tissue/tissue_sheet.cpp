#include "bench/scanner_tissue/tissue_sheet.h"

#include <algorithm>
#include <cmath>

#include "base/pictures/image_file.h"

namespace slidetype::bench {
namespace {

constexpr double kSameSpacing = 1e-3;  // of µm/px
constexpr double kAlmostWhole = 0.9;   // of a tile

int whole_tiles(int length_px, double tile_px) {
    return std::max(1, static_cast<int>(std::floor(length_px / tile_px + 1 - kAlmostWhole)));
}

void paste(const RgbImage& field, RgbImage& sheet, int x, int y, int width, int height) {
    width = std::min({width, field.width, sheet.width - x});
    height = std::min({height, field.height, sheet.height - y});
    for (int row = 0; row < height; ++row) {
        std::copy_n(field.at(0, row), static_cast<std::ptrdiff_t>(width) * 3, sheet.at(x, y + row));
    }
}

}  // namespace

std::vector<TissueSheet> tissue_sheets(std::span<const TissueField> fields) {
    std::vector<TissueSheet> sheets;
    for (const auto& field : fields) {
        const auto found = std::ranges::find_if(sheets, [&](const TissueSheet& sheet) {
            const auto &a = sheet.identity, &b = field.identity;
            return a.kind == b.kind && a.patient == b.patient && a.source == b.source &&
                   std::abs(a.spacing_um_px.value_or(0) - b.spacing_um_px.value_or(0)) < kSameSpacing;
        });
        if (found != sheets.end()) {
            found->fields.push_back(field);
        } else {
            sheets.push_back({field.identity, {field}});
        }
    }
    std::erase_if(sheets, [](const TissueSheet& sheet) { return sheet.fields.size() < 2; });
    return sheets;
}

RgbImage draw_sheet(const TissueSheet& sheet, double tile_px) {
    int columns = 1, rows = 1;
    for (const auto& field : sheet.fields) {
        columns = std::max(columns, whole_tiles(field.width_px, tile_px));
        rows = std::max(rows, whole_tiles(field.height_px, tile_px));
    }
    const auto count = static_cast<int>(sheet.fields.size());
    const auto across = static_cast<int>(std::ceil(std::sqrt(count)));
    const auto px = [&](int tiles) { return static_cast<int>(std::lround(tiles * tile_px)); };
    RgbImage image(px(across * columns), px((count + across - 1) / across * rows));
    for (int i = 0; i < count; ++i) {
        const auto& field = sheet.fields[static_cast<std::size_t>(i)];
        const int left = i % across * columns, top = i / across * rows;
        const int right = left + whole_tiles(field.width_px, tile_px);
        const int bottom = top + whole_tiles(field.height_px, tile_px);
        paste(read_image(field.file), image, px(left), px(top), px(right) - px(left), px(bottom) - px(top));
    }
    return image;
}

}  // namespace slidetype::bench
