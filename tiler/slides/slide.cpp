#include "tiler/slides/slide.h"

#include <openslide.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "tiler/slides/companions.h"
#include "tiler/slides/slide_file.h"
#include "tiler/slides/slide_pixels.h"
#include "tiler/slides/slide_properties.h"
#include "tiler/tiff/tiff_picture.h"
#include "tiler/tiff/tiled_directories.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMaxEdge = std::int64_t{1} << 24;  // ten times the finest scan of a whole glass slide
constexpr std::size_t kMostRegions = 64;                  // areas of a glass slide that are scanned apart
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

/// OpenSlide has one downsample for both axes. Where it is the mean of theirs each gets its own: on a long and narrow
/// slide, of which a part of a pixel is cut off at the short side, they differ by enough to miss a tile. Where the
/// format itself tells the downsample (Philips, MIRAX) that is right for both.
void set_downsamples(SlideLevel& level, const SlideLevel& finest, double mean) {
    const double x = static_cast<double>(finest.width) / static_cast<double>(level.width);
    const double y = static_cast<double>(finest.height) / static_cast<double>(level.height);
    const bool is_mean = std::abs((x + y) / 2 - mean) <= 1e-9 * mean;
    level.downsample_x = is_mean ? x : mean;
    level.downsample_y = is_mean ? y : mean;
}

/// What an axis would have if the level had one pixel more, which was cut off because it was not whole.
double least_downsample(double downsample, std::int64_t length) {
    return downsample * static_cast<double>(length) / static_cast<double>(length + 1);
}

}  // namespace

struct Slide::Impl {
    std::filesystem::path path;
    std::string vendor, quickhash;
    std::map<std::string, std::string> properties;  ///< those that may be shown
    std::vector<Rect> regions;                      ///< openslide.region[i]: areas that were scanned
    std::vector<SpacingFinding> spacings;
    std::vector<SlideLevel> levels;
    std::vector<double> mean_downsamples;  ///< per level, as OpenSlide has them
    std::vector<bool> trusted;             ///< per level; false for one to be passed over, see load_levels
    std::vector<std::string> notes;
    std::uint32_t icc_bytes = 0;
    std::unique_ptr<SlidePixels> pixels;

    void load_properties(_openslide* handle);
    std::vector<OpenSlideLevel> load_levels(_openslide* handle);
    void look_at_picture();
    void prepare_pixels(SlideHandle handle, std::vector<OpenSlideLevel> shapes, PixelPath way);
    void note_missing(MissingTiles::Count count, const TiledDirectory* finest);
    void note_colours(const JpegTiff& quick, std::vector<OpenSlideLevel>& shapes);

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
    const auto number = [handle](const std::string& name) {
        const char* value = openslide_get_property_value(handle, name.c_str());
        return whole_number(value == nullptr ? std::nullopt : std::optional<std::string>(value), -1);
    };
    for (std::size_t i = 0; i < kMostRegions; ++i) {
        const auto name = "openslide.region[" + std::to_string(i) + "].";
        const Rect region{number(name + "x"), number(name + "y"), number(name + "width"), number(name + "height")};
        if (region.x < 0 || region.y < 0 || region.empty()) break;
        regions.push_back(region);
    }
    spacings = find_spacings([handle](std::string_view name) -> std::optional<std::string> {
        const char* value = openslide_get_property_value(handle, std::string(name).c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    });
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
        const double mean = openslide_get_level_downsample(handle, i);
        if (level.width < 1 || level.height < 1 || level.width > kMaxEdge || level.height > kMaxEdge ||
            !std::isfinite(mean) || mean < 1)
            throw Error(ErrorCode::corrupt, path.string(),
                        "level " + std::to_string(i) + " claims an impossible size of " + std::to_string(level.width) +
                            " x " + std::to_string(level.height) + " pixels");
        const std::string prefix = "openslide.level[" + std::to_string(i) + "].tile-";
        level.tile_width = whole_number(property(prefix + "width"), 0);
        level.tile_height = whole_number(property(prefix + "height"), 0);
        set_downsamples(level, levels.empty() ? level : levels.front(), mean);
        levels.push_back(level);
        mean_downsamples.push_back(mean);
        shapes.push_back({level.width, level.height, mean, level.tile_width, level.tile_height});
        trusted.push_back(level.width >= shapes.back().tile_width && level.height >= shapes.back().tile_height);
    }
    if (levels.empty()) throw Error(ErrorCode::corrupt, path.string(), "holds no picture");
    return shapes;
}

/// What a picture is comes before what its pixels say: OpenSlide hands out grey, or fails at every tile, where a file
/// is of another kind.
void Slide::Impl::look_at_picture() {
    if (const auto companions = companions_of(path); !companions.missing.empty())
        notes.push_back(std::to_string(companions.missing.size()) + " of the " + std::to_string(companions.wanted) +
                        " files of the slide are not there, the first of them " + companions.missing.front());
    const auto file = ReadOnlyFile::open(path);
    const auto picture = file ? finest_picture(*file, levels.front().width, levels.front().height) : std::nullopt;
    if (!picture) return;
    if (const auto refusal = why_unsupported(*picture, vendor == "aperio"))
        throw Error(ErrorCode::unsupported, path.string(), refusal->cause, refusal->hint);
    icc_bytes = picture->icc_bytes;
    if (picture->is_cmyk())
        notes.emplace_back(
            "The file has the colours of print (CMYK), which become those of a scanner by a plain rule only");
}

void Slide::Impl::prepare_pixels(SlideHandle handle, std::vector<OpenSlideLevel> shapes, PixelPath way) {
    const auto background = background_colour(property("openslide.background-color"));
    std::vector<LevelShape> wanted;
    wanted.reserve(shapes.size());
    for (const auto& shape : shapes) wanted.push_back({shape.width, shape.height, shape.tile_width, shape.tile_height});
    std::unique_ptr<JpegTiff> quick;
    MissingTiles missing;
    if (auto file = ReadOnlyFile::open(path)) {
        const auto directories = tiled_directories(*file);
        missing = MissingTiles(placed_directories(directories, vendor, wanted, regions), wanted);
        note_missing(missing.count(0), directories_of_levels(directories, vendor, wanted).front());
        quick = JpegTiff::open(std::move(*file), directories, vendor, wanted, background);
    }
    if (quick) note_colours(*quick, shapes);
    if (way == PixelPath::openslide_only) quick.reset();
    auto careful =
        std::make_unique<OpenSlidePixels>(path, std::move(handle), std::move(shapes), std::move(missing), background);
    pixels = std::make_unique<SlidePixels>(std::move(careful), std::move(quick), levels.size(), background);
}

/// `finest`: the directory of the finest level, null where it is not known.
void Slide::Impl::note_missing(MissingTiles::Count count, const TiledDirectory* finest) {
    if (finest != nullptr && count.all == 0) {
        count.all = finest->tiles.size();
        count.missing = static_cast<std::size_t>(
            std::ranges::count_if(finest->tiles, [](const FileTile& tile) { return tile.bytes == 0; }));
    }
    if (count.missing == 0) return;
    if (count.missing == count.all)
        throw Error(ErrorCode::corrupt, path.string(), "holds none of the tiles of its finest picture",
                    "It was not written to its end, or copied incompletely: copy it again.");
    if (vendor == "philips") return;  // which leaves out tiles of glass as a rule
    notes.push_back(
        std::to_string(count.missing) + " of the " + std::to_string(count.all) + " tiles of the finest picture " +
        (count.missing == 1 ? "is not in the file and counts as glass" : "are not in the file and count as glass"));
}

void Slide::Impl::note_colours(const JpegTiff& quick, std::vector<OpenSlideLevel>& shapes) {
    bool ycbcr = false, rgb = false;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        shapes[i].colours = quick.colours(static_cast<int>(i));
        ycbcr = ycbcr || shapes[i].colours == TaggedColours::ycbcr_called_rgb;
        rgb = rgb || shapes[i].colours == TaggedColours::rgb_called_ycbcr;
    }
    const auto add = [this](const std::string& tag, const std::string& stream) {
        notes.push_back("The file calls its colours " + tag + ", but its JPEG tiles hold " + stream +
                        ": they were read as " + stream);
    };
    if (ycbcr) add("RGB", "YCbCr");
    if (rgb) add("YCbCr", "RGB");
}

Slide::Slide(std::filesystem::path path, PixelPath way) : impl_(std::make_unique<Impl>()) {
    impl_->path = std::move(path);
    auto handle = open_slide_file(impl_->path);
    impl_->load_properties(handle.get());
    auto shapes = impl_->load_levels(handle.get());
    impl_->look_at_picture();
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
Spacing Slide::spacing(std::optional<double> user_um_px) const {
    return resolve_spacing(impl_->spacings, user_um_px, impl_->path.string());
}
std::optional<std::string> Slide::property(std::string_view name) const {
    return impl_->property(name);
}
std::map<std::string, std::string> Slide::shown_properties() const {
    return impl_->properties;
}

const std::vector<std::string>& Slide::notes() const {
    return impl_->notes;
}
std::uint32_t Slide::icc_profile_bytes() const {
    return impl_->icc_bytes;
}

std::optional<Rect> Slide::bounds() const {
    return bounds_from([this](std::string_view name) { return property(name); }, width(), height());
}

int Slide::best_level(double downsample) const {
    const auto& means = impl_->mean_downsamples;
    const double most = downsample * 1.01;
    int best = 0;
    for (std::size_t i = 1; i < impl_->levels.size(); ++i) {
        const auto& level = impl_->levels[i];
        const bool fine_enough = means[i] <= most && least_downsample(level.downsample_x, level.width) <= most &&
                                 least_downsample(level.downsample_y, level.height) <= most;
        if (impl_->trusted[i] && fine_enough && means[i] >= means[static_cast<std::size_t>(best)])
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
