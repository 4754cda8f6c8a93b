// libpng reports errors by a jump, so the functions that it may jump out of hold nothing that needs a destructor.
#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/pictures/row_decoder.h"
#include "base/pictures/transparency.h"

namespace slidetype {
namespace {

class PngRows : public RowDecoder {
  public:
    PngRows(std::filesystem::path file, bool transparent)
        : file_(std::move(file)), transparent_(transparent), stream_(std::fopen(file_.c_str(), "rb")) {
        if (stream_ == nullptr) throw Error(ErrorCode::io, file_.string(), "cannot be opened for reading");
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {});
        if (png_ != nullptr) info_ = png_create_info_struct(png_);
        if (info_ == nullptr || !begin()) {
            close();
            throw_damaged(file_);
        }
        width_ = static_cast<int>(png_get_image_width(png_, info_));
        wide_ = png_get_bit_depth(png_, info_) == 16;
        samples_.resize(transparent_ ? png_get_rowbytes(png_, info_) : 0);
    }
    ~PngRows() override { close(); }

    void next(std::uint8_t* rgb) override {
        if (!read_row(transparent_ ? samples_.data() : rgb)) throw_damaged(file_);
        if (!transparent_) return;
        const auto row = over_white(cv::Mat(1, width_, wide_ ? CV_16UC4 : CV_8UC4, samples_.data()));
        std::ranges::copy(row.image.pixels, rgb);
        opaque_ += row.opaque_share;
        ++rows_;
    }
    double opaque_share() const override { return rows_ == 0 ? 1 : opaque_ / static_cast<double>(rows_); }

  private:
    [[noreturn]] static void fail(png_structp png, png_const_charp) {
        std::longjmp(static_cast<PngRows*>(png_get_error_ptr(png))->failed_, 1);
    }
    bool begin() {
        if (setjmp(failed_) != 0) return false;
        png_init_io(png_, stream_);
        png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
        png_read_info(png_, info_);
        png_set_expand(png_);  // palettes, grey of fewer than 8 bits, a colour that stands for nothing
        png_set_gray_to_rgb(png_);
        if (transparent_) {
            png_set_bgr(png_);
            png_set_swap(png_);
            png_set_add_alpha(png_, 0xFFFF, PNG_FILLER_AFTER);
        } else {
            png_set_strip_16(png_);
            png_set_strip_alpha(png_);
        }
        png_read_update_info(png_, info_);
        const auto channels = png_get_channels(png_, info_);
        return channels == (transparent_ ? 4 : 3);
    }
    bool read_row(std::uint8_t* to) {
        if (setjmp(failed_) != 0) return false;
        png_read_row(png_, to, nullptr);
        return true;
    }
    void close() {
        if (png_ != nullptr) png_destroy_read_struct(&png_, &info_, nullptr);
        std::fclose(stream_);
    }

    std::filesystem::path file_;
    bool transparent_, wide_ = false;
    int width_ = 0;
    std::FILE* stream_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    std::jmp_buf failed_{};
    std::vector<std::uint8_t> samples_;
    double opaque_ = 0;
    std::int64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowDecoder> png_rows(const std::filesystem::path& file, const PictureFacts& facts) {
    if (facts.interlaced) return nullptr;
    return std::make_unique<PngRows>(file, facts.transparent);
}

}  // namespace slidetype
