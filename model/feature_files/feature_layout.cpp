#include "model/feature_files/feature_layout.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text_encoding.h"

namespace slidetype {
namespace {

constexpr std::size_t kMaxSaid = 1024;  // bytes of a name
constexpr double kMaxLength = 1e7;
constexpr int kMaxPixels = 1 << 16;

bool is_printable(const std::string& text) {
    return is_utf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == '\x7f'; });
}

}  // namespace

std::span<const HeldLayout* const> feature_layouts() {
    static const std::array layouts = {&kSlidetypeLayout, &kStampLayout, &kTridentLayout, &kTileEmbedsLayout,
                                       &kClamLayout};
    return layouts;
}

const HeldLayout& layout_of(const Hdf5File& file) {
    for (const auto* layout : feature_layouts()) {
        if (file.contains(layout->features) && layout->is(file)) return *layout;
    }
    if (file.contains(kPlacesDataset)) {
        throw Error(ErrorCode::bad_data, file.source(), "holds the places of tiles, but no features",
                    "CLAM and TRIDENT write such files to their folders of patches; name the file with features.");
    }
    throw Error(ErrorCode::bad_data, file.source(), "is a HDF5 file, but holds no features that are known here",
                "Features lie in a dataset `features`, `feats` or `tile_embeds`.");
}

std::string said_text(const Hdf5File& file, const std::string& object, const std::string& name) {
    const auto value = file.value(object, name);
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->size() > kMaxSaid || *text == "None" || !is_printable(*text)) return {};
    return *text;
}

std::optional<double> said_length(const Hdf5File& file, const std::string& object, const std::string& name) {
    const auto value = file.value(object, name);
    const auto* number = std::get_if<double>(&value);
    if (number == nullptr || !(*number >= 0 && *number <= kMaxLength)) return std::nullopt;
    return *number;
}

std::optional<int> said_pixels(const Hdf5File& file, const std::string& object, const std::string& name) {
    const auto number = said_length(file, object, name);
    if (!number || *number < 1 || *number > kMaxPixels || *number != std::floor(*number)) return std::nullopt;
    return static_cast<int>(*number);
}

Hdf5Writer::Value whole_if_it_is(double number) {
    constexpr double kNear = 1e-6;
    const double rounded = std::round(number);
    if (std::abs(number - rounded) <= kNear) return static_cast<std::int64_t>(rounded);
    return number;
}

}  // namespace slidetype
