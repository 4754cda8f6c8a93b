#include "base/pictures/picture_rows.h"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/pictures/row_decoder.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMostPixels = std::int64_t{1} << 31;
constexpr std::int64_t kMostWholePixels = std::int64_t{1} << 30;  // OpenCV's own bound
/// OpenCV's picture, four channels of it where it is transparent, and ours.
constexpr std::uint64_t kBytesPerWholePixel = 3 + 4 + 3;

std::unique_ptr<RowDecoder> open_decoder(const std::filesystem::path& file, const PictureFacts& facts) {
    switch (facts.format) {
        case PictureFormat::jpeg:
            return jpeg_rows(file, facts);
        case PictureFormat::png:
            return png_rows(file, facts);
        case PictureFormat::bmp:
            return bmp_rows(file, facts);
        case PictureFormat::tiff:
            return tiff_rows(file, facts);
        case PictureFormat::webp:
            break;
    }
    return nullptr;
}

bool lies_on_its_side(const PictureFacts& facts) {
    return facts.orientation > 2;
}

std::string reason_for_whole(const PictureFacts& facts, bool by_rows) {
    if (by_rows && !lies_on_its_side(facts)) return {};
    if (lies_on_its_side(facts)) return "it is stored turned or upside down";
    if (facts.interlaced) return "it is an interlaced PNG file";
    if (facts.transparent) return "it is a " + std::string(to_string(facts.format)) + " file with transparency";
    return "it is a " + std::string(to_string(facts.format)) + " file" +
           (facts.format == PictureFormat::webp ? "" : " of a rare kind");
}

std::string megabytes(std::uint64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

void require_possible(const std::filesystem::path& file, const PictureFacts& facts) {
    const std::string name(to_string(facts.format));
    if (facts.cut_short)
        throw Error(ErrorCode::bad_data, file.string(), "is a " + name + " file that was cut short",
                    "Copy it again from where it came.");
    if (facts.untold_inks)
        throw Error(ErrorCode::bad_data, file.string(), "is a CMYK JPEG file that does not say how its inks are stored",
                    "Save it in RGB.");
    if (facts.format == PictureFormat::webp && facts.frames > 1)
        throw Error(ErrorCode::unsupported, file.string(), "is an animation (WebP), not one picture",
                    "Save the frame that is meant as a picture of its own.");
    if (facts.width >= kMostPixels / facts.height)
        throw Error(ErrorCode::unsupported, file.string(),
                    "has " + std::to_string(facts.width) + " x " + std::to_string(facts.height) +
                        " pixels, and pictures of fewer than 2^31 can be read",
                    "Write it as a tiled pyramidal TIFF: `vips tiffsave in.jpg out.tif --tile --pyramid --compression "
                    "jpeg`.");
}

/// Where the pixels of a stored row lie in the upright picture: the first, and the step from one to the next.
struct RowPlace {
    std::int64_t x, y, step_x, step_y;
};

RowPlace upright_place(int orientation, std::int64_t row, std::int64_t row_length, std::int64_t rows) {
    const auto last_x = row_length - 1, last_row = rows - 1;
    switch (orientation) {
        case 2:
            return {last_x, row, -1, 0};
        case 3:
            return {last_x, last_row - row, -1, 0};
        case 4:
            return {0, last_row - row, 1, 0};
        case 5:
            return {row, 0, 0, 1};
        case 6:
            return {last_row - row, 0, 0, 1};
        case 7:
            return {last_row - row, last_x, 0, -1};
        case 8:
            return {row, last_x, 0, -1};
        default:
            return {0, row, 1, 0};
    }
}

}  // namespace

void throw_damaged(const std::filesystem::path& file) {
    throw Error(ErrorCode::bad_data, file.string(), "is no picture that can be read, or is cut short");
}

PictureRows::PictureRows(std::filesystem::path file, PictureFacts facts, std::uint64_t most_bytes)
    : file_(std::move(file)), facts_(std::move(facts)) {
    require_possible(file_, facts_);
    open();
    const auto pixels = static_cast<std::uint64_t>(facts_.pixels());
    why_whole_ = reason_for_whole(facts_, decoder_ != nullptr);
    if (decoder_ == nullptr) {
        if (facts_.pixels() > kMostWholePixels)
            throw Error(ErrorCode::unsupported, file_.string(),
                        "has more than 2^30 pixels, and cannot be read in parts, because " + why_whole_,
                        "Save it as a TIFF, a JPEG or an ordinary PNG.");
        std::error_code error;
        const auto size = std::filesystem::file_size(file_, error);
        bytes_ = pixels * kBytesPerWholePixel + (error ? 0 : size);
    } else {
        bytes_ = decoder_->bytes() + (why_whole_.empty() ? 0 : pixels * 3);
    }
    if (bytes_ <= most_bytes) return;
    throw Error(ErrorCode::memory, file_.string(),
                "needs about " + megabytes(bytes_) + " of memory to be decoded" +
                    (why_whole_.empty() ? "" : ", as a whole because " + why_whole_) + ", and " +
                    megabytes(most_bytes) + " may be used",
                "Raise --memory, or write it as a tiled pyramidal TIFF: `vips tiffsave in.jpg out.tif --tile --pyramid "
                "--compression jpeg`.");
}

PictureRows::~PictureRows() = default;
PictureRows::PictureRows(PictureRows&&) noexcept = default;
PictureRows& PictureRows::operator=(PictureRows&&) noexcept = default;

void PictureRows::open() {
    decoder_ = open_decoder(file_, facts_);
    at_ = 0;
}

void PictureRows::next_row(std::uint8_t* rgb) {
    decoder_->next(rgb);
    ++at_;
    if (facts_.orientation != 2) return;
    for (std::int64_t left = 0, right = facts_.width - 1; left < right; ++left, --right)
        std::swap_ranges(rgb + 3 * left, rgb + 3 * left + 3, rgb + 3 * right);
}

void PictureRows::read(std::int64_t first, std::int64_t count, std::uint8_t* rgb) {
    if (first < 0 || count < 0 || first + count > facts_.height)
        throw Error(ErrorCode::internal, file_.string(), "rows that it does not have were asked for");
    const auto row_bytes = static_cast<std::size_t>(facts_.width) * 3;
    if (!why_whole_.empty()) {
        if (!whole_) whole_ = decode_all();
        std::memcpy(rgb, whole_->at(0, static_cast<int>(first)), static_cast<std::size_t>(count) * row_bytes);
        return;
    }
    if (first != at_ && decoder_->jump_to(first)) at_ = first;
    if (first < at_) open();
    if (first > at_) {
        std::vector<std::uint8_t> passed_over(row_bytes);
        while (at_ < first) next_row(passed_over.data());
    }
    for (std::int64_t i = 0; i < count; ++i, rgb += row_bytes) next_row(rgb);
}

RgbImage PictureRows::decode_all() {
    if (decoder_ == nullptr) return read_image(file_);
    if (at_ != 0) open();
    RgbImage image(static_cast<int>(facts_.width), static_cast<int>(facts_.height));
    const bool turned = facts_.orientation >= 5;
    const auto row_length = turned ? facts_.height : facts_.width, rows = turned ? facts_.width : facts_.height;
    std::vector<std::uint8_t> row(static_cast<std::size_t>(row_length) * 3);
    for (std::int64_t y = 0; y < rows; ++y) {
        decoder_->next(row.data());
        auto place = upright_place(facts_.orientation, y, row_length, rows);
        if (place.step_x == 1) {
            std::ranges::copy(row, image.at(0, static_cast<int>(place.y)));
            continue;
        }
        for (std::size_t i = 0; i < row.size(); i += 3, place.x += place.step_x, place.y += place.step_y)
            std::copy_n(row.data() + i, 3, image.at(static_cast<int>(place.x), static_cast<int>(place.y)));
    }
    at_ = rows;
    require_opaque(file_, decoder_->opaque_share());
    return image;
}

RgbImage PictureRows::read_all() {
    if (whole_) return std::move(*std::exchange(whole_, std::nullopt));
    return decode_all();
}

}  // namespace slidetype
