// Pixels come from OpenSlide in pieces. OpenSlide takes the corner of a region in whole level-0 pixels only; on a level
// whose downsample is no whole number that corner falls between two pixels of the level and OpenSlide interpolates, by
// another fraction for every corner. So that a pixel has one value however it is asked for, regions of such levels are
// put together from cells of a fixed lattice (the file's own tiles), each read from its own corner.
#include "tiler/slide.h"

#include <openslide.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "tiler/slide_file.h"
#include "tiler/slide_properties.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMaxEdge = std::int64_t{1} << 24;  // ten times the finest scan of a whole glass slide
constexpr std::int64_t kMaxReadPixels = std::int64_t{1} << 31;
constexpr std::int64_t kPieceEdge = 2048;  // bounds the memory beside the result: 16 MiB

using Handle = SlideHandle;

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

Rect clipped(const Rect& rect, std::int64_t width, std::int64_t height) {
    const auto x0 = std::clamp<std::int64_t>(rect.x, 0, width), x1 = std::clamp<std::int64_t>(rect.right(), 0, width);
    const auto y0 = std::clamp<std::int64_t>(rect.y, 0, height);
    const auto y1 = std::clamp<std::int64_t>(rect.bottom(), 0, height);
    return {x0, y0, x1 - x0, y1 - y0};
}

/// Cuts `length` pixels from `start` at the lines `origin + k · step`.
std::vector<std::pair<std::int64_t, std::int64_t>> cut(std::int64_t start, std::int64_t length, std::int64_t origin,
                                                       std::int64_t step) {
    std::vector<std::pair<std::int64_t, std::int64_t>> parts;
    for (auto from = start; from < start + length;) {
        const auto to = std::min(start + length, origin + ((from - origin) / step + 1) * step);
        parts.emplace_back(from, to);
        from = to;
    }
    return parts;
}

/// Premultiplied ARGB over an opaque background.
void composite(std::uint32_t argb, const std::array<std::uint8_t, 3>& background, std::uint8_t* rgb) {
    const std::uint32_t missing = 255U - (argb >> 24);
    for (std::size_t c = 0; c < 3; ++c) {
        const std::uint32_t value = argb >> (16 - 8 * c) & 255U;
        rgb[c] = static_cast<std::uint8_t>(
            missing == 0 ? value : std::min(255U, value + (background[c] * missing + 127U) / 255U));
    }
}

/// How a level is read.
struct Lattice {
    bool fixed = false;   ///< corners lie at multiples of the cell; else anywhere
    bool trusted = true;  ///< false for a level to be passed over, see lattice_of
    std::int64_t cell_width = kPieceEdge, cell_height = kPieceEdge;
};

}  // namespace

struct Slide::Impl {
    std::filesystem::path path;
    std::string vendor, quickhash;
    std::map<std::string, std::string> properties;  ///< those that may be shown
    std::vector<SlideLevel> levels;
    std::vector<Lattice> lattices;
    std::array<std::uint8_t, 3> background{255, 255, 255};

    std::mutex mutex;
    Handle shared;  ///< guarded by mutex; null after a failure, until the next read

    void load_properties();
    void load_levels();
    Lattice lattice_of(int index, const SlideLevel& level) const;
    Handle borrow();
    void drop(const Handle& failed);
    void offer(Handle fresh);
    std::optional<std::string> paint(openslide_t* handle, int level, const Rect& rect, RgbImage& out) const;

    std::optional<std::string> property(std::string_view name) const {
        const auto found = properties.find(std::string(name));
        return found == properties.end() ? std::nullopt : std::optional(found->second);
    }
};

void Slide::Impl::load_properties() {
    for (const char* const* name = openslide_get_property_names(shared.get()); *name != nullptr; ++name) {
        const char* value = openslide_get_property_value(shared.get(), *name);
        if (value != nullptr && may_show_property(*name, value)) properties.emplace(*name, value);
    }
    vendor = property("openslide.vendor").value_or("");
    quickhash = property("openslide.quickhash-1").value_or("");
    background = background_colour(property("openslide.background-color"));
}

void Slide::Impl::load_levels() {
    const int count = openslide_get_level_count(shared.get());
    for (int i = 0; i < count; ++i) {
        SlideLevel level;
        openslide_get_level_dimensions(shared.get(), i, &level.width, &level.height);
        level.downsample = openslide_get_level_downsample(shared.get(), i);
        if (level.width < 1 || level.height < 1 || level.width > kMaxEdge || level.height > kMaxEdge ||
            !std::isfinite(level.downsample) || level.downsample < 1)
            throw Error(ErrorCode::corrupt, path.string(),
                        "level " + std::to_string(i) + " claims an impossible size of " + std::to_string(level.width) +
                            " x " + std::to_string(level.height) + " pixels");
        levels.push_back(level);

        lattices.push_back(lattice_of(i, level));
    }
    if (levels.empty()) throw Error(ErrorCode::corrupt, path.string(), "holds no picture");
}

/// OpenSlide 3.4 with libtiff 4.5 returns wrong, even uninitialised, pixels for TIFF levels (but JPEG ones) that are
/// smaller than one of the file's tiles. Nothing is lost by passing over such a small level for the next finer one.
Lattice Slide::Impl::lattice_of(int index, const SlideLevel& level) const {
    const std::string prefix = "openslide.level[" + std::to_string(index) + "].tile-";
    const auto tile_width = whole_number(property(prefix + "width"), 0);
    const auto tile_height = whole_number(property(prefix + "height"), 0);
    Lattice lattice;
    lattice.trusted = level.width >= tile_width && level.height >= tile_height;
    lattice.fixed = level.downsample != std::floor(level.downsample);
    if (lattice.fixed) {
        const auto cell = [](std::int64_t edge) { return edge < 64 || edge > kPieceEdge ? std::int64_t{256} : edge; };
        lattice.cell_width = cell(tile_width), lattice.cell_height = cell(tile_height);
    }
    return lattice;
}

/// The handle that all share, opened again where a failure has used it up.
Handle Slide::Impl::borrow() {
    const std::lock_guard lock(mutex);
    if (!shared) shared = open_slide_file(path);
    return shared;
}

void Slide::Impl::drop(const Handle& failed) {
    const std::lock_guard lock(mutex);
    if (shared == failed) shared.reset();
}

void Slide::Impl::offer(Handle fresh) {
    const std::lock_guard lock(mutex);
    if (!shared) shared = std::move(fresh);
}

/// Reads the part of `rect` that lies in the level into `out`, whose corner is that of `rect`. OpenSlide's message
/// where it failed; the handle is then of no more use.
std::optional<std::string> Slide::Impl::paint(openslide_t* handle, int level, const Rect& rect, RgbImage& out) const {
    const auto& geometry = levels[static_cast<std::size_t>(level)];
    const auto& lattice = lattices[static_cast<std::size_t>(level)];
    const Rect visible = clipped(rect, geometry.width, geometry.height);
    const auto columns = cut(visible.x, visible.width, lattice.fixed ? 0 : visible.x, lattice.cell_width);
    const auto rows = cut(visible.y, visible.height, lattice.fixed ? 0 : visible.y, lattice.cell_height);
    std::vector<std::uint32_t> argb;
    for (const auto& [top, bottom] : rows) {
        for (const auto& [left, right] : columns) {
            const auto x = lattice.fixed ? left / lattice.cell_width * lattice.cell_width : left;
            const auto y = lattice.fixed ? top / lattice.cell_height * lattice.cell_height : top;
            const auto width = right - x, height = bottom - y;
            argb.resize(static_cast<std::size_t>(width * height));
            openslide_read_region(handle, argb.data(), std::llround(static_cast<double>(x) * geometry.downsample),
                                  std::llround(static_cast<double>(y) * geometry.downsample), level, width, height);
            if (const char* error = openslide_get_error(handle)) return std::string(error);
            for (auto row = top; row < bottom; ++row) {
                const std::uint32_t* from = argb.data() + (row - y) * width + (left - x);
                std::uint8_t* to = out.at(static_cast<int>(left - rect.x), static_cast<int>(row - rect.y));
                for (auto column = left; column < right; ++column, to += 3) composite(*from++, background, to);
            }
        }
    }
    return std::nullopt;
}

Slide::Slide(std::filesystem::path path) : impl_(std::make_unique<Impl>()) {
    impl_->path = std::move(path);
    impl_->shared = open_slide_file(impl_->path);
    impl_->load_properties();
    impl_->load_levels();
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
        if (impl_->lattices[i].trusted && impl_->levels[i].downsample <= downsample * 1.01 &&
            impl_->levels[i].downsample >= impl_->levels[static_cast<std::size_t>(best)].downsample)
            best = static_cast<int>(i);
    }
    return best;
}

RgbImage Slide::read(int level, const Rect& rect) const {
    if (level < 0 || static_cast<std::size_t>(level) >= impl_->levels.size())
        throw Error(ErrorCode::internal, path().string(), "has no level " + std::to_string(level));
    constexpr auto far = std::int64_t{1} << 40;
    if (rect.width < 0 || rect.height < 0 || std::abs(rect.x) > far || std::abs(rect.y) > far ||
        rect.width > kMaxReadPixels || rect.height > kMaxReadPixels ||
        (rect.height > 0 && rect.width > (kMaxReadPixels - 1) / rect.height))
        throw Error(ErrorCode::internal, path().string(), "a read of an impossible size was asked for");

    RgbImage out(static_cast<int>(rect.width), static_cast<int>(rect.height));
    for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = impl_->background[i % 3];

    const Handle handle = impl_->borrow();
    if (!impl_->paint(handle.get(), level, rect, out)) return out;
    // It may have been another thread's read that failed the handle, so try once more on one that nobody else knows.
    impl_->drop(handle);
    Handle fresh = open_slide_file(path());
    if (const auto error = impl_->paint(fresh.get(), level, rect, out))
        throw Error(ErrorCode::corrupt, path().string(), "pixels cannot be read: " + *error);
    impl_->offer(std::move(fresh));
    return out;
}

}  // namespace slidetype
