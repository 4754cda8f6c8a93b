#include "tiler/slides/openslide_source.h"

#include <openslide.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "tiler/slides/companions.h"
#include "tiler/slides/slide_file.h"
#include "tiler/slides/slide_properties.h"
#include "tiler/tiff/tiff_picture.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMaxEdge = std::int64_t{1} << 24;  // ten times the finest scan of a whole glass slide
constexpr std::size_t kMostRegions = 64;                  // areas of a glass slide that are scanned apart

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

}  // namespace

OpenSlideSource::OpenSlideSource(std::filesystem::path path, PixelPath way) : path_(std::move(path)) {
    auto handle = open_slide_file(path_);
    load_properties(handle.get());
    auto shapes = load_levels(handle.get());
    look_at_picture();
    prepare_pixels(std::move(handle), std::move(shapes), way);
}

std::optional<std::string> OpenSlideSource::property(std::string_view name) const {
    const auto found = facts_.properties.find(std::string(name));
    return found == facts_.properties.end() ? std::nullopt : std::optional(found->second);
}

void OpenSlideSource::load_properties(openslide_t* handle) {
    for (const char* const* name = openslide_get_property_names(handle); *name != nullptr; ++name) {
        const char* value = openslide_get_property_value(handle, *name);
        if (value != nullptr && may_show_property(*name, value)) facts_.properties.emplace(*name, value);
    }
    const auto number = [handle](const std::string& name) {
        const char* value = openslide_get_property_value(handle, name.c_str());
        return whole_number(value == nullptr ? std::nullopt : std::optional<std::string>(value), -1);
    };
    for (std::size_t i = 0; i < kMostRegions; ++i) {
        const auto name = "openslide.region[" + std::to_string(i) + "].";
        const Rect region{number(name + "x"), number(name + "y"), number(name + "width"), number(name + "height")};
        if (region.x < 0 || region.y < 0 || region.empty()) break;
        regions_.push_back(region);
    }
    facts_.spacings = find_spacings([handle](std::string_view name) -> std::optional<std::string> {
        const char* value = openslide_get_property_value(handle, std::string(name).c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    });
    facts_.vendor = property("openslide.vendor").value_or("");
    facts_.quickhash = property("openslide.quickhash-1").value_or("");
}

/// OpenSlide 3.4 with libtiff 4.5 returns wrong, even uninitialised, pixels for TIFF levels (but JPEG ones) that
/// are smaller than one of the file's tiles. Nothing is lost by passing over such a small level for the next finer one.
std::vector<OpenSlideLevel> OpenSlideSource::load_levels(openslide_t* handle) {
    std::vector<OpenSlideLevel> shapes;
    const int count = openslide_get_level_count(handle);
    for (int i = 0; i < count; ++i) {
        SlideLevel level;
        openslide_get_level_dimensions(handle, i, &level.width, &level.height);
        const double mean = openslide_get_level_downsample(handle, i);
        if (level.width < 1 || level.height < 1 || level.width > kMaxEdge || level.height > kMaxEdge ||
            !std::isfinite(mean) || mean < 1)
            throw Error(ErrorCode::corrupt, path_.string(),
                        "level " + std::to_string(i) + " claims an impossible size of " + std::to_string(level.width) +
                            " x " + std::to_string(level.height) + " pixels");
        const std::string prefix = "openslide.level[" + std::to_string(i) + "].tile-";
        level.tile_width = whole_number(property(prefix + "width"), 0);
        level.tile_height = whole_number(property(prefix + "height"), 0);
        set_downsamples(level, facts_.levels.empty() ? level : facts_.levels.front(), mean);
        facts_.levels.push_back(level);
        facts_.mean_downsamples.push_back(mean);
        shapes.push_back({level.width, level.height, mean, level.tile_width, level.tile_height});
        facts_.trusted.push_back(level.width >= shapes.back().tile_width && level.height >= shapes.back().tile_height);
    }
    if (facts_.levels.empty()) throw Error(ErrorCode::corrupt, path_.string(), "holds no picture");
    return shapes;
}

/// What a picture is comes before what its pixels say: OpenSlide hands out grey, or fails at every tile, where a file
/// is of another kind.
void OpenSlideSource::look_at_picture() {
    if (const auto companions = companions_of(path_); !companions.missing.empty())
        facts_.notes.push_back(std::to_string(companions.missing.size()) + " of the " +
                               std::to_string(companions.wanted) +
                               " files of the slide are not there, the first of them " + companions.missing.front());
    const auto file = ReadOnlyFile::open(path_);
    const auto picture =
        file ? finest_picture(*file, facts_.levels.front().width, facts_.levels.front().height) : std::nullopt;
    if (!picture) return;
    if (const auto refusal = why_unsupported(*picture, facts_.vendor == "aperio"))
        throw Error(ErrorCode::unsupported, path_.string(), refusal->cause, refusal->hint);
    facts_.icc_bytes = picture->icc_bytes;
    if (picture->is_cmyk())
        facts_.notes.emplace_back(
            "The file has the colours of print (CMYK), which become those of a scanner by a plain rule only");
}

void OpenSlideSource::prepare_pixels(SlideHandle handle, std::vector<OpenSlideLevel> shapes, PixelPath way) {
    const auto background = background_colour(property("openslide.background-color"));
    std::vector<LevelShape> wanted;
    wanted.reserve(shapes.size());
    for (const auto& shape : shapes) wanted.push_back({shape.width, shape.height, shape.tile_width, shape.tile_height});
    std::unique_ptr<JpegTiff> quick;
    MissingTiles missing;
    if (auto file = ReadOnlyFile::open(path_)) {
        const auto directories = tiled_directories(*file);
        missing = MissingTiles(placed_directories(directories, facts_.vendor, wanted, regions_), wanted);
        note_missing(missing.count(0), directories_of_levels(directories, facts_.vendor, wanted).front());
        quick = JpegTiff::open(std::move(*file), directories, facts_.vendor, wanted, background);
    }
    if (quick) note_colours(*quick, shapes);
    if (way == PixelPath::openslide_only) quick.reset();
    auto careful =
        std::make_unique<OpenSlidePixels>(path_, std::move(handle), std::move(shapes), std::move(missing), background);
    pixels_ = std::make_unique<SlidePixels>(std::move(careful), std::move(quick), facts_.levels.size(), background);
}

/// `finest`: the directory of the finest level, null where it is not known.
void OpenSlideSource::note_missing(MissingTiles::Count count, const TiledDirectory* finest) {
    if (finest != nullptr && count.all == 0) {
        count.all = finest->tiles.size();
        count.missing = static_cast<std::size_t>(
            std::ranges::count_if(finest->tiles, [](const FileTile& tile) { return tile.bytes == 0; }));
    }
    if (count.missing == 0) return;
    if (count.missing == count.all)
        throw Error(ErrorCode::corrupt, path_.string(), "holds none of the tiles of its finest picture",
                    "It was not written to its end, or copied incompletely: copy it again.");
    if (facts_.vendor == "philips") return;  // which leaves out tiles of glass as a rule
    facts_.notes.push_back(
        std::to_string(count.missing) + " of the " + std::to_string(count.all) + " tiles of the finest picture " +
        (count.missing == 1 ? "is not in the file and counts as glass" : "are not in the file and count as glass"));
}

void OpenSlideSource::note_colours(const JpegTiff& quick, std::vector<OpenSlideLevel>& shapes) {
    bool ycbcr = false, rgb = false;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        shapes[i].colours = quick.colours(static_cast<int>(i));
        ycbcr = ycbcr || shapes[i].colours == TaggedColours::ycbcr_called_rgb;
        rgb = rgb || shapes[i].colours == TaggedColours::rgb_called_ycbcr;
    }
    const auto add = [this](const std::string& tag, const std::string& stream) {
        facts_.notes.push_back("The file calls its colours " + tag + ", but its JPEG tiles hold " + stream +
                               ": they were read as " + stream);
    };
    if (ycbcr) add("RGB", "YCbCr");
    if (rgb) add("YCbCr", "RGB");
}

}  // namespace slidetype
