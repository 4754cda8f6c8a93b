#include "tiler/slide.h"

#include <openslide.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "tiler/slide_file.h"
#include "tiler/slide_pixels.h"
#include "tiler/slide_properties.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMaxEdge = std::int64_t{1} << 24;  // ten times the finest scan of a whole glass slide
constexpr std::int64_t kMaxReadPixels = std::int64_t{1} << 31;

std::int64_t whole_number(const std::optional<std::string>& text, std::int64_t otherwise) {
    std::int64_t value = 0;
    if (!text) return otherwise;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    return error == std::errc{} && end == text->data() + text->size() ? value : otherwise;
}

/// "RRGGBB" as openslide.background-color gives it; white for anything else.
std::array<std::uint8_t, 3> background_colour(const std::optional<std::string>& text) {
    unsigned value = 0xFFFFFF;
    if (text && text->size() == 6) {
        unsigned parsed = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + 6, parsed, 16);
        if (error == std::errc{} && end == text->data() + 6) value = parsed;
    }
    return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8 & 255U),
            static_cast<std::uint8_t>(value & 255U)};
}

}  // namespace

struct Slide::Impl {
    std::filesystem::path path;
    std::string vendor, quickhash;
    std::map<std::string, std::string> properties;  ///< those that may be shown
    std::vector<SlideLevel> levels;
    std::vector<bool> trusted;  ///< per level; false for one to be passed over, see load_levels
    std::unique_ptr<SlidePixels> pixels;

    void load_properties(_openslide* handle);
    std::vector<OpenSlideLevel> load_levels(_openslide* handle);
    void prepare_pixels(SlideHandle handle, std::vector<OpenSlideLevel> shapes, PixelPath way);

    std::optional<std::string> property(std::string_view name) const {
        const auto found = properties.find(std::string(name));
        return found == properties.end() ? std::nullopt : std::optional(found->second);
    }
};

void Slide::Impl::load_properties(openslide_t* handle) {
    for (const char* const* name = openslide_get_property_names(handle); *name != nullptr; ++name) {
        const char* value = openslide_get_property_value(handle, *name);
        if (value != nullptr && may_show_property(*name, value)) properties.emplace(*name, value);
    }
    vendor = property("openslide.vendor").value_or("");
    quickhash = property("openslide.quickhash-1").value_or("");
}

/// OpenSlide 3.4 with libtiff 4.5 returns wrong, even uninitialised, pixels for TIFF levels (but JPEG ones) that are
/// smaller than one of the file's tiles. Nothing is lost by passing over such a small level for the next finer one.
std::vector<OpenSlideLevel> Slide::Impl::load_levels(openslide_t* handle) {
    std::vector<OpenSlideLevel> shapes;
    const int count = openslide_get_level_count(handle);
    for (int i = 0; i < count; ++i) {
        SlideLevel level;
        openslide_get_level_dimensions(handle, i, &level.width, &level.height);
        level.downsample = openslide_get_level_downsample(handle, i);
        if (level.width < 1 || level.height < 1 || level.width > kMaxEdge || level.height > kMaxEdge ||
            !std::isfinite(level.downsample) || level.downsample < 1)
            throw Error(ErrorCode::corrupt, path.string(),
                        "level " + std::to_string(i) + " claims an impossible size of " + std::to_string(level.width) +
                            " x " + std::to_string(level.height) + " pixels");
        levels.push_back(level);
        const std::string prefix = "openslide.level[" + std::to_string(i) + "].tile-";
        shapes.push_back({level.width, level.height, level.downsample, whole_number(property(prefix + "width"), 0),
                          whole_number(property(prefix + "height"), 0)});
        trusted.push_back(level.width >= shapes.back().tile_width && level.height >= shapes.back().tile_height);
    }
    if (levels.empty()) throw Error(ErrorCode::corrupt, path.string(), "holds no picture");
    return shapes;
}

void Slide::Impl::prepare_pixels(SlideHandle handle, std::vector<OpenSlideLevel> shapes, PixelPath way) {
    const auto background = background_colour(property("openslide.background-color"));
    std::unique_ptr<JpegTiff> quick;
    if (way == PixelPath::fastest) {
        std::vector<LevelShape> wanted;
        wanted.reserve(shapes.size());
        for (const auto& shape : shapes)
            wanted.push_back({shape.width, shape.height, shape.tile_width, shape.tile_height});
        quick = JpegTiff::open(path, vendor, wanted, background);
    }
    auto careful = std::make_unique<OpenSlidePixels>(path, std::move(handle), std::move(shapes), background);
    pixels = std::make_unique<SlidePixels>(std::move(careful), std::move(quick), levels.size(), background);
}

Slide::Slide(std::filesystem::path path, PixelPath way) : impl_(std::make_unique<Impl>()) {
    impl_->path = std::move(path);
    auto handle = open_slide_file(impl_->path);
    impl_->load_properties(handle.get());
    auto shapes = impl_->load_levels(handle.get());
    impl_->prepare_pixels(std::move(handle), std::move(shapes), way);
}

Slide::~Slide() = default;
Slide::Slide(Slide&&) noexcept = default;
Slide& Slide::operator=(Slide&&) noexcept = default;

const std::filesystem::path& Slide::path() const {
    return impl_->path;
}
const std::string& Slide::vendor() const {
    return impl_->vendor;
}
const std::string& Slide::quickhash() const {
    return impl_->quickhash;
}
const std::vector<SlideLevel>& Slide::levels() const {
    return impl_->levels;
}
std::optional<std::string> Slide::property(std::string_view name) const {
    return impl_->property(name);
}
std::map<std::string, std::string> Slide::shown_properties() const {
    return impl_->properties;
}

std::optional<Rect> Slide::bounds() const {
    return bounds_from([this](std::string_view name) { return property(name); }, width(), height());
}

int Slide::best_level(double downsample) const {
    int best = 0;
    for (std::size_t i = 1; i < impl_->levels.size(); ++i) {
        if (impl_->trusted[i] && impl_->levels[i].downsample <= downsample * 1.01 &&
            impl_->levels[i].downsample >= impl_->levels[static_cast<std::size_t>(best)].downsample)
            best = static_cast<int>(i);
    }
    return best;
}

RgbImage Slide::read(int level, const Rect& rect) const {
    return read_shrunk(level, rect, 1);
}

RgbImage Slide::read_shrunk(int level, const Rect& rect, int shrink) const {
    if (level < 0 || static_cast<std::size_t>(level) >= impl_->levels.size())
        throw Error(ErrorCode::internal, path().string(), "has no level " + std::to_string(level));
    constexpr auto far = std::int64_t{1} << 40;
    if (rect.width < 0 || rect.height < 0 || std::abs(rect.x) > far || std::abs(rect.y) > far ||
        rect.width > kMaxReadPixels || rect.height > kMaxReadPixels ||
        (rect.height > 0 && rect.width > (kMaxReadPixels - 1) / rect.height))
        throw Error(ErrorCode::internal, path().string(), "a read of an impossible size was asked for");
    const bool possible = shrink == 1 || shrink == 2 || shrink == 4 || shrink == 8;
    if (!possible || rect.x % shrink != 0 || rect.y % shrink != 0 || rect.width % shrink != 0 ||
        rect.height % shrink != 0)
        throw Error(ErrorCode::internal, path().string(), "a read between the pixels of a shrunk level was asked for");
    return impl_->pixels->read(level, rect, shrink);
}

bool Slide::shrinks_while_decoding(int level) const {
    return level >= 0 && static_cast<std::size_t>(level) < impl_->levels.size() &&
           impl_->pixels->shrinks_quickly(level);
}

}  // namespace slidetype
