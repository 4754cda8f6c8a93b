#include "plugin/viewer/light_table/picture_files.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/pictures/picture_facts.h"
#include "base/pictures/picture_rows.h"
#include "plugin/viewer/answers.h"
#include "plugin/viewer/light_table/picture_tables.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

/// A picture that is larger, decoded, is read by rows where its format allows.
constexpr std::uint64_t kMostWholeBytes = std::uint64_t{64} << 20;

constexpr std::uintmax_t kMostHeatmapBytes = std::uintmax_t{64} << 20;

/// What may be opened: the very file that the list found, and no pipe or device that it was replaced with.
void require_unmoved(const TablePicture& picture) {
    std::error_code error;
    const auto place = fs::canonical(picture.file, error);
    if (error) throw Error(ErrorCode::not_found, picture.file.string(), "is not there any more");
    if (place != picture.place || !fs::is_regular_file(place, error)) {
        throw Error(ErrorCode::not_found, picture.file.string(), "is another file than it was",
                    "Reload the page to look at the folder again.");
    }
}

int scaled(std::int64_t length, double scale) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(length) * scale)));
}

/// That makes the longer edge `edge`, and nothing larger.
double scale_to(const PictureFacts& facts, int edge) {
    return std::min(1.0, edge / static_cast<double>(std::max(facts.width, facts.height)));
}

/// Each row of the result from the rows that it covers, so that only these are in memory. Rows are shared by no two of
/// them: an edge may be off by half a row, which a thumbnail does not show.
RgbImage shrunk_by_rows(PictureRows& rows, int width, int height) {
    const auto& facts = rows.facts();
    RgbImage image(width, height);
    for (int y = 0; y < height; ++y) {
        const auto first = facts.height * y / height;
        const auto count = std::max<std::int64_t>(1, facts.height * (y + 1) / height - first);
        RgbImage strip(static_cast<int>(facts.width), static_cast<int>(count));
        rows.read(first, count, strip.pixels.data());
        const auto line = resize_image(strip, width, 1);
        std::ranges::copy(line.pixels, image.at(0, y));
    }
    return image;
}

/// Decoded, its longer edge at most `edge`. `room` bounds what is in memory with all that is decoded at the same time.
RgbImage decoded(const fs::path& file, int edge, Budget& room) {
    const auto facts = look_at_picture(file);
    if (!facts) throw Error(ErrorCode::bad_data, file.string(), "is no picture that can be read");
    if (facts->pixels() > PictureFiles::kMostPixels) {
        throw Error(ErrorCode::unsupported, file.string(), "is too large for the light table",
                    "Look at it by itself: slidetype view FILE");
    }
    const double scale = scale_to(*facts, edge);
    const int width = scaled(facts->width, scale), height = scaled(facts->height, scale);
    const auto whole = static_cast<std::uint64_t>(facts->pixels()) * 3;
    PictureRows rows(file, *facts, static_cast<std::uint64_t>(room.all()));
    if (scale < 1 && whole > kMostWholeBytes && rows.why_whole().empty()) {
        const auto strip = static_cast<std::uint64_t>(facts->width * 3 * (facts->height / height + 1));
        const auto lease = room.take(static_cast<std::int64_t>(rows.bytes() + strip));
        return shrunk_by_rows(rows, width, height);
    }
    const auto lease = room.take(static_cast<std::int64_t>(2 * whole));
    auto image = read_image(file);
    return scale < 1 ? resize_image(image, width, height) : image;
}

}  // namespace

HttpResponse PictureFiles::thumbnail(const TablePicture& picture, const HttpRequest& request) {
    return shown(picture, request, kThumbnailEdge, 82);
}

HttpResponse PictureFiles::whole(const TablePicture& picture, const HttpRequest& request) {
    return shown(picture, request, kLargestEdge, 93);
}

HttpResponse PictureFiles::heatmap(const TablePicture& picture) {
    if (!picture.score || picture.score->heatmap.empty()) return not_found();
    return respond(read_file(picture.score->heatmap, kMostHeatmapBytes), "image/png");
}

HttpResponse PictureFiles::shown(const TablePicture& picture, const HttpRequest& request, int edge, int quality) {
    require_unmoved(picture);
    const auto key = std::to_string(edge) + '\n' + picture.place.string() + '\n' + state_of_file(picture.place);
    auto& cache = edge == kThumbnailEdge ? thumbnails_ : wholes_;
    auto response = cached_answer(cache, key, request, kJpegType, [&]() -> std::optional<std::string> {
        return jpeg_text(decoded(picture.place, edge, room_), quality);
    });
    if (response.status == 200) response.cache_control = "private, max-age=3600";
    return response;
}

}  // namespace slidetype::viewer
