#include "tiler/slides/picture_source.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/read_only_file.h"
#include "base/resampling/resample.h"
#include "tiler/slides/level_rect.h"
#include "tiler/spacing/picture_spacing.h"
#include "tiler/tiff/tiff_picture.h"
#include "tiler/tiff/tiled_directories.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kUsualMemory = std::uint64_t{8} << 28;  // 2 GiB
constexpr std::int64_t kAveragedEdge = 2048;                    // of what is averaged in one go

/// Why the picture of a TIFF is of a kind that cannot be read. More than 8 bits can.
std::optional<Refusal> refusal_of_tiff(const std::filesystem::path& file) {
    const auto open = ReadOnlyFile::open(file);
    auto picture = open ? finest_picture(*open) : std::nullopt;
    if (!picture) return std::nullopt;
    if (picture->bits == 16) picture->bits = 8;
    return why_unsupported(*picture, false);
}

void require_colour(const std::filesystem::path& file, const PictureFacts& facts) {
    if (facts.format == PictureFormat::tiff) {
        if (const auto refusal = refusal_of_tiff(file))
            throw Error(ErrorCode::unsupported, file.string(), refusal->cause, refusal->hint);
    } else if (facts.colours == PictureColours::grey) {
        throw Error(ErrorCode::unsupported, file.string(),
                    "is a grey picture: its pixels have no colour, and a stain is told by its colour",
                    "Take or export it in colour (RGB, 8 bits per sample).");
    }
    if (facts.untold_inks)
        throw Error(ErrorCode::unsupported, file.string(),
                    "is a CMYK JPEG file that does not say how its inks are stored", "Save it in RGB.");
}

/// The checks come before anything of the picture is opened.
PicturePixels pixels_of(const std::filesystem::path& file, const PictureFacts& facts,
                        std::optional<std::uint64_t> memory_bytes) {
    require_colour(file, facts);
    try {
        return {file, facts, memory_bytes.value_or(kUsualMemory)};
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_data) throw;
        throw Error(ErrorCode::corrupt, error.subject(), error.cause(), error.hint());
    }
}

std::vector<std::string> notes_on(const PictureFacts& facts) {
    std::vector<std::string> notes;
    if (facts.orientation != 1)
        notes.push_back("The picture was turned upright, as the file asks (orientation " +
                        std::to_string(facts.orientation) +
                        "): coordinates are those of the upright picture, and a viewer that does not turn it shows "
                        "another place");
    if (facts.frames > 1)
        notes.push_back("The file has " + std::to_string(facts.frames) +
                        (facts.format == PictureFormat::tiff ? " pages" : " frames") + ", of which the first was read");
    for (const auto& weakness : weaknesses_of(facts)) notes.push_back("The file " + weakness);
    if (facts.transparent) notes.emplace_back("Where the picture is transparent it counts as white glass");
    return notes;
}

}  // namespace

std::optional<PictureFacts> picture_in(const std::filesystem::path& file) {
    const auto open = ReadOnlyFile::open(file);
    if (!open) return std::nullopt;
    std::optional<PictureFacts> facts;
    try {
        facts = look_at_picture(file);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_data) return std::nullopt;
        throw Error(ErrorCode::corrupt, error.subject(), error.cause(), error.hint());
    }
    if (facts && facts->format == PictureFormat::tiff && !is_whole_picture_in_strips(*open)) return std::nullopt;
    return facts;
}

PictureSource::PictureSource(const std::filesystem::path& file, const PictureFacts& facts,
                             std::optional<std::uint64_t> memory_bytes)
    : pixels_(pixels_of(file, facts, memory_bytes)) {
    facts_.vendor = "picture";
    facts_.properties = {{"picture.format", std::string(to_string(facts.format))},
                         {"picture.bits", std::to_string(facts.bits)},
                         {"picture.orientation", std::to_string(facts.orientation)}};
    facts_.spacings = find_spacings(facts);
    facts_.spacing_hint = how_to_give_spacing_of_picture();
    facts_.levels = {{.width = facts.width, .height = facts.height}};
    facts_.mean_downsamples = {1};
    facts_.trusted = {true};
    facts_.notes = notes_on(facts);
}

RgbImage PictureSource::read(int, const Rect& rect, int shrink) {
    const auto& level = facts_.levels.front();
    RgbImage out(static_cast<int>(rect.width / shrink), static_cast<int>(rect.height / shrink));
    for (auto y = rect.y; y < rect.bottom(); y += kAveragedEdge) {
        for (auto x = rect.x; x < rect.right(); x += kAveragedEdge) {
            const Rect piece{x, y, std::min(kAveragedEdge, rect.right() - x),
                             std::min(kAveragedEdge, rect.bottom() - y)};
            const Rect visible = common(piece, {0, 0, level.width, level.height});
            if (visible.empty()) continue;
            RgbImage pixels(static_cast<int>(piece.width), static_cast<int>(piece.height));
            const auto read = pixels_.read(visible);
            for (int row = 0; row < read.height; ++row)
                std::memcpy(pixels.at(static_cast<int>(visible.x - x), static_cast<int>(visible.y - y) + row),
                            read.at(0, row), static_cast<std::size_t>(read.width) * 3);
            if (shrink > 1) pixels = averaged(pixels, pixels.width / shrink, pixels.height / shrink);
            for (int row = 0; row < pixels.height; ++row)
                std::memcpy(
                    out.at(static_cast<int>((x - rect.x) / shrink), static_cast<int>((y - rect.y) / shrink) + row),
                    pixels.at(0, row), static_cast<std::size_t>(pixels.width) * 3);
        }
    }
    return out;
}

}  // namespace slidetype
