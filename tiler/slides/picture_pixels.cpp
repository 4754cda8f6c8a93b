#include "tiler/slides/picture_pixels.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace slidetype {
namespace {

/// The overview is read in squares of 2048 pixels and tiles in blocks of about as many, from left to right, by threads
/// of which some are at the next row of blocks already. With less room every one of them would begin the file anew.
constexpr std::int64_t kLeastWindowRows = 4096;

std::string megabytes(std::uint64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

PicturePixels::PicturePixels(const std::filesystem::path& file, const PictureFacts& facts, std::uint64_t most_bytes)
    : file_(file.string()), width_(facts.width), height_(facts.height), rows_(file, facts, most_bytes) {
    const bool as_whole = !rows_.why_whole().empty();
    const auto row_bytes = static_cast<std::uint64_t>(width_) * 3, room = most_bytes / 4 * 3;
    const auto decoded = rows_.bytes() + (as_whole ? 0 : row_bytes * static_cast<std::uint64_t>(height_));
    kept_ = as_whole || decoded <= room;
    if (kept_) {
        bytes_ = decoded;
        return;
    }
    const auto least = rows_.bytes() + row_bytes * static_cast<std::uint64_t>(std::min(kLeastWindowRows, height_));
    if (least > room)
        throw Error(ErrorCode::memory, file_,
                    "needs about " + megabytes(least / 3 * 4) + " of memory to be read in parts, and " +
                        megabytes(most_bytes) + " may be used",
                    "Raise --memory, or write it as a tiled pyramidal TIFF: `vips tiffsave in.jpg out.tif --tile "
                    "--pyramid --compression jpeg`.");
    window_rows_ = std::min(static_cast<std::int64_t>((room - rows_.bytes()) / row_bytes), height_);
    bytes_ = rows_.bytes() + static_cast<std::uint64_t>(window_rows_) * row_bytes;
}

/// Called with the mutex held until the picture is there.
const RgbImage& PicturePixels::whole() {
    if (!damage_.empty()) throw Error(ErrorCode::corrupt, file_, damage_, "Copy it again from where it came.");
    if (!whole_.empty()) return whole_;
    try {
        whole_ = rows_.read_all();
    } catch (const Error& error) {
        damage_ = error.cause();
        throw Error(ErrorCode::corrupt, file_, damage_, "Copy it again from where it came.");
    }
    return whole_;
}

RgbImage PicturePixels::read(const Rect& rect) {
    RgbImage out(static_cast<int>(rect.width), static_cast<int>(rect.height));
    std::unique_lock lock(mutex_);
    if (!kept_) {
        read_through_window(rect, out);
        return out;
    }
    const auto& picture = whole();
    lock.unlock();
    for (int y = 0; y < out.height; ++y)
        std::memcpy(out.at(0, y), picture.at(static_cast<int>(rect.x), static_cast<int>(rect.y) + y),
                    static_cast<std::size_t>(out.width) * 3);
    return out;
}

/// Row by row, so that a rect may be higher than the window.
void PicturePixels::read_through_window(const Rect& rect, RgbImage& out) {
    const auto row_bytes = static_cast<std::size_t>(width_) * 3;
    for (std::int64_t y = rect.y; y < rect.bottom();) {
        const auto last = std::min(rect.bottom(), y + window_rows_);
        move_window(y, last);
        for (; y < last; ++y)
            std::memcpy(out.at(0, static_cast<int>(y - rect.y)),
                        window_.data() + static_cast<std::size_t>(y % window_rows_) * row_bytes +
                            static_cast<std::size_t>(rect.x) * 3,
                        static_cast<std::size_t>(rect.width) * 3);
    }
}

/// So that it holds the rows first … last - 1, which are no more than it has room for.
void PicturePixels::move_window(std::int64_t first, std::int64_t last) {
    if (first >= from_ && last <= to_) return;
    const auto row_bytes = static_cast<std::size_t>(width_) * 3;
    window_.resize(static_cast<std::size_t>(window_rows_) * row_bytes);
    if (first < from_ || first > to_) from_ = to_ = first;
    try {
        while (to_ < last) {
            if (to_ - from_ == window_rows_) ++from_;
            rows_.read(to_, 1, window_.data() + static_cast<std::size_t>(to_ % window_rows_) * row_bytes);
            ++to_;
        }
    } catch (const Error& error) {
        from_ = to_ = 0;
        throw Error(ErrorCode::corrupt, file_, error.cause(), "Copy it again from where it came.");
    }
}

}  // namespace slidetype
