// Strips or rows of tiles, by libtiff's own way to RGB, which is OpenCV's too.
#include <fcntl.h>
#include <tiffio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/pictures/quiet_tiff.h"
#include "base/pictures/row_decoder.h"

namespace slidetype {
namespace {

constexpr tmsize_t kMostBytesAtOnce = tmsize_t{1} << 33;

TiffHandle open_quietly(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw Error(ErrorCode::io, file.string(), "cannot be opened for reading");
    auto tiff = open_quiet_tiff(descriptor, "picture", kMostBytesAtOnce);
    if (!tiff) {
        ::close(descriptor);
        throw_damaged(file);
    }
    return tiff;
}

class TiffRows : public RowDecoder {
  public:
    TiffRows(std::filesystem::path file, TiffHandle tiff) : file_(std::move(file)), tiff_(std::move(tiff)) {
        tiled_ = TIFFIsTiled(tiff_.get()) != 0;
        TIFFGetField(tiff_.get(), TIFFTAG_IMAGEWIDTH, &width_);
        TIFFGetField(tiff_.get(), TIFFTAG_IMAGELENGTH, &height_);
        if (tiled_) {
            TIFFGetField(tiff_.get(), TIFFTAG_TILEWIDTH, &piece_width_);
            TIFFGetField(tiff_.get(), TIFFTAG_TILELENGTH, &piece_height_);
        } else {
            piece_width_ = width_;
            TIFFGetFieldDefaulted(tiff_.get(), TIFFTAG_ROWSPERSTRIP, &piece_height_);
            piece_height_ = std::min(piece_height_, height_);
        }
        if (width_ == 0 || height_ == 0 || piece_width_ == 0 || piece_height_ == 0) throw_damaged(file_);
    }
    std::uint64_t bytes() const override {
        return std::uint64_t{piece_width_} * piece_height_ * 4 + std::uint64_t{width_} * piece_height_ * 3;
    }

    void next(std::uint8_t* rgb) override {
        if (at_ >= height_) throw_damaged(file_);
        const auto first = at_ / piece_height_ * piece_height_;
        if (!loaded_ || first != loaded_from_) load(first);
        const std::size_t row_bytes = std::size_t{width_} * 3;
        std::copy_n(band_.data() + (at_ - first) * row_bytes, row_bytes, rgb);
        ++at_;
    }
    bool jump_to(std::int64_t row) override {
        at_ = static_cast<std::uint32_t>(row);
        return true;
    }

  private:
    void load(std::uint32_t first) {
        loaded_ = false;
        raster_.resize(std::size_t{piece_width_} * piece_height_);
        band_.resize(std::size_t{width_} * piece_height_ * 3);
        const auto rows = std::min(piece_height_, height_ - first);
        for (std::uint32_t x = 0; x < width_; x += piece_width_) {
            const int done = tiled_ ? TIFFReadRGBATile(tiff_.get(), x, first, raster_.data())
                                    : TIFFReadRGBAStrip(tiff_.get(), first, raster_.data());
            if (done != 1) throw_damaged(file_);
            // libtiff puts the lowest row first: of a strip its own, of a tile the whole one's.
            const auto raster_rows = tiled_ ? piece_height_ : rows;
            for (std::uint32_t y = 0; y < rows; ++y) {
                const auto* from = raster_.data() + std::size_t{raster_rows - 1 - y} * piece_width_;
                auto* to = band_.data() + (std::size_t{y} * width_ + x) * 3;
                for (std::uint32_t i = 0; i < std::min(piece_width_, width_ - x); ++i, to += 3) {
                    to[0] = static_cast<std::uint8_t>(TIFFGetR(from[i]));
                    to[1] = static_cast<std::uint8_t>(TIFFGetG(from[i]));
                    to[2] = static_cast<std::uint8_t>(TIFFGetB(from[i]));
                }
            }
        }
        loaded_ = true;
        loaded_from_ = first;
    }

    std::filesystem::path file_;
    TiffHandle tiff_;
    bool tiled_ = false, loaded_ = false;
    std::uint32_t width_ = 0, height_ = 0, piece_width_ = 0, piece_height_ = 0, at_ = 0, loaded_from_ = 0;
    std::vector<std::uint32_t> raster_;
    std::vector<std::uint8_t> band_;
};

}  // namespace

std::unique_ptr<RowDecoder> tiff_rows(const std::filesystem::path& file, const PictureFacts& facts) {
    // Transparency and places from which libtiff would turn it are left to those that read a picture as a whole.
    if (facts.transparent || facts.orientation != 1) return nullptr;
    auto tiff = open_quietly(file);
    std::array<char, 1024> reason{};
    if (TIFFRGBAImageOK(tiff.get(), reason.data()) != 1) return nullptr;
    return std::make_unique<TiffRows>(file, std::move(tiff));
}

}  // namespace slidetype
