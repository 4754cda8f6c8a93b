#include "tiler/dicom/dicom_slide.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "base/common_rect.h"
#include "base/resampling/resample.h"
#include "tiler/dicom/dicom_folder.h"
#include "tiler/dicom/dicom_pyramid.h"
#include "tiler/spacing/spacing_text.h"

namespace slidetype {
namespace {

constexpr std::int64_t kAveragedAtOnce = 2048;  // edge of what is averaged in one go: 12 MiB

/// Makers and models of scanners are told, but nothing that may be a sentence.
bool is_plain(const std::string& value) {
    constexpr std::size_t longest = 40;
    return !value.empty() && value.size() <= longest &&
           std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

std::map<std::string, std::string> shown_of(const DicomObject& object) {
    std::map<std::string, std::string> shown;
    const auto& instance = object.instance;
    const auto* syntax = find_transfer_syntax(object.head.transfer_syntax);
    shown["dicom.TransferSyntax"] = syntax == nullptr ? object.head.transfer_syntax : std::string(syntax->name);
    shown["dicom.PhotometricInterpretation"] = instance.photometric;
    if (is_plain(instance.organisation)) shown["dicom.DimensionOrganizationType"] = instance.organisation;
    if (is_plain(instance.manufacturer)) shown["dicom.Manufacturer"] = instance.manufacturer;
    if (is_plain(instance.model)) shown["dicom.ManufacturerModelName"] = instance.model;
    if (instance.objective_power > 0) shown["dicom.ObjectiveLensPower"] = digits(instance.objective_power);
    return shown;
}

}  // namespace

DicomSlide::DicomSlide(const std::filesystem::path& path) {
    auto objects = dicom_slide_at(path);
    auto pyramid = pyramid_of_pictures(std::move(objects.pictures));
    notes_ = std::move(pyramid.notes);
    properties_ = shown_of(pyramid.levels.front().front());
    for (auto& level : pyramid.levels) levels_.emplace_back(std::move(level));
    spacings_ = dicom_spacings(levels_.front().instance());
    std::ranges::copy(levels_.front().notes(), std::back_inserter(notes_));
    note_what_is_odd();
    if (!objects.unreadable.empty())
        notes_.push_back(std::to_string(objects.unreadable.size()) +
                         " DICOM files beside the slide cannot be read, the first of them " +
                         objects.unreadable.front() + ": if they belong to it, levels of it are missing");
    name_references();
}

void DicomSlide::note_what_is_odd() {
    const auto& type = levels_.front().instance().image_type;
    if (type.size() >= 4 && type[3] == "RESAMPLED")
        notes_.emplace_back(
            "The finest picture was resampled from a finer one, which is not there: a file of the slide may be "
            "missing");
}

void DicomSlide::name_references() {
    references_.series_uid = levels_.front().instance().series_uid;
    references_.frame_of_reference_uid = levels_.front().instance().frame_of_reference_uid;
    for (const auto& level : levels_) references_.instance_uids.push_back(level.instance().instance_uid);
}

bool DicomSlide::shrinks_itself(int level, int shrink) const {
    return slidetype::shrinks_itself(levels_[static_cast<std::size_t>(level)].format(), shrink);
}

RgbImage DicomSlide::read(int level, const Rect& rect, int shrink) const {
    const auto& image = levels_[static_cast<std::size_t>(level)];
    const auto tile_width = image.tile_width(), tile_height = image.tile_height();
    if (shrink > 1 && (tile_width % shrink != 0 || tile_height % shrink != 0))
        return read_averaged(level, rect, shrink);
    RgbImage out(static_cast<int>(rect.width / shrink), static_cast<int>(rect.height / shrink));
    const Rect visible = common(rect, {0, 0, image.width(), image.height()});
    if (visible.empty()) return out;
    for (auto row = visible.y / tile_height; row * tile_height < visible.bottom(); ++row) {
        for (auto column = visible.x / tile_width; column * tile_width < visible.right(); ++column)
            read_tile(level, column, row, shrink, rect, out);
    }
    return out;
}

/// Where shrunk pixels would lie across the border of two tiles.
RgbImage DicomSlide::read_averaged(int level, const Rect& rect, int shrink) const {
    RgbImage out(static_cast<int>(rect.width / shrink), static_cast<int>(rect.height / shrink));
    for (auto y = rect.y; y < rect.bottom(); y += kAveragedAtOnce) {
        for (auto x = rect.x; x < rect.right(); x += kAveragedAtOnce) {
            const Rect piece{x, y, std::min(kAveragedAtOnce, rect.right() - x),
                             std::min(kAveragedAtOnce, rect.bottom() - y)};
            const auto full = read(level, piece, 1);
            const auto small = averaged(full, full.width / shrink, full.height / shrink);
            for (int row = 0; row < small.height; ++row)
                std::memcpy(
                    out.at(static_cast<int>((x - rect.x) / shrink), static_cast<int>((y - rect.y) / shrink) + row),
                    small.at(0, row), static_cast<std::size_t>(small.width) * 3);
        }
    }
    return out;
}

/// The part of a tile that `rect` has, into `out`, which has the rect's size divided by `shrink`.
void DicomSlide::read_tile(int level, std::int64_t column, std::int64_t row, int shrink, const Rect& rect,
                           RgbImage& out) const {
    const auto& image = levels_[static_cast<std::size_t>(level)];
    const Rect whole{column * image.tile_width(), row * image.tile_height(), image.tile_width(), image.tile_height()};
    const auto tiles_across = (image.width() + image.tile_width() - 1) / image.tile_width();
    const FileTileCache::Key key{level, shrink, static_cast<std::size_t>(row * tiles_across + column)};
    auto pixels = cache_.find(key);
    if (!pixels) {
        pixels = shrunk_tile(level, column, row, shrink);
        if (!pixels) return;  // background
        const Rect in_level = common(whole, {0, 0, image.width(), image.height()});
        if (common(rect, in_level) != in_level) cache_.keep(key, pixels);  // a neighbour needs it
    }
    const auto stride = static_cast<std::size_t>(image.tile_width() / shrink) * 3;
    // Of a level whose edge cuts a shrunk pixel, that pixel is whole in the tile.
    const auto up = [shrink](std::int64_t length) { return (length + shrink - 1) / shrink; };
    const Rect area = common(common(rect, whole), {0, 0, image.width(), image.height()});
    const auto left = static_cast<std::size_t>((area.x - whole.x) / shrink);
    const auto top = static_cast<std::size_t>((area.y - whole.y) / shrink);
    const std::uint8_t* from = pixels->data() + top * stride + left * 3;
    for (std::int64_t y = 0; y < up(area.height); ++y, from += stride)
        std::memcpy(
            out.at(static_cast<int>((area.x - rect.x) / shrink), static_cast<int>((area.y - rect.y) / shrink + y)),
            from, static_cast<std::size_t>(up(area.width)) * 3);
}

/// The pixels of a whole tile, white beyond the level; null where it is not in the file.
FileTileCache::Pixels DicomSlide::shrunk_tile(int level, std::int64_t column, std::int64_t row, int shrink) const {
    const auto& image = levels_[static_cast<std::size_t>(level)];
    const auto inside_x = image.width() - column * image.tile_width();
    const auto inside_y = image.height() - row * image.tile_height();
    const bool cut = (inside_x < image.tile_width() && inside_x % shrink != 0) ||
                     (inside_y < image.tile_height() && inside_y % shrink != 0);
    const bool by_codec = shrinks_itself(level, shrink) && !cut;
    std::vector<std::uint8_t> rgb;
    if (image.read_tile(column, row, by_codec ? shrink : 1, rgb) == DicomImage::Tile::background) return nullptr;
    if (by_codec || shrink == 1) return std::make_shared<const std::vector<std::uint8_t>>(std::move(rgb));
    RgbImage full(image.tile_width(), image.tile_height());
    const auto bytes = static_cast<std::size_t>(std::min<std::int64_t>(inside_x, full.width)) * 3;
    for (int y = 0; y < std::min<std::int64_t>(inside_y, full.height); ++y)
        std::memcpy(full.at(0, y), rgb.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(full.width) * 3,
                    bytes);
    auto small = averaged(full, full.width / shrink, full.height / shrink);
    return std::make_shared<const std::vector<std::uint8_t>>(std::move(small.pixels));
}

}  // namespace slidetype
