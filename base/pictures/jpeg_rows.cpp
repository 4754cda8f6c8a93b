// libjpeg reports errors by a jump, so the functions that it may jump out of hold nothing that needs a destructor.
#include <csetjmp>
#include <cstdio>
// jpeglib.h needs size_t and FILE from above.
#include <jpeglib.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/pictures/row_decoder.h"

namespace slidetype {
namespace {

/// As OpenCV makes RGB of inks, which Adobe's programs store inverted.
void rgb_of_inks(const std::uint8_t* cmyk, std::size_t pixels, std::uint8_t* rgb) {
    for (std::size_t i = 0; i < pixels; ++i, cmyk += 4, rgb += 3) {
        const int k = cmyk[3];
        for (int c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(k - ((255 - cmyk[c]) * k >> 8));
    }
}

class JpegRows : public RowDecoder {
  public:
    explicit JpegRows(std::filesystem::path file) : file_(std::move(file)), stream_(std::fopen(file_.c_str(), "rb")) {
        if (stream_ == nullptr) throw Error(ErrorCode::io, file_.string(), "cannot be opened for reading");
        info_.err = jpeg_std_error(&errors_);
        errors_.error_exit = [](j_common_ptr info) {
            std::longjmp(static_cast<JpegRows*>(info->client_data)->failed_, 1);
        };
        errors_.emit_message = [](j_common_ptr, int) {};
        errors_.output_message = [](j_common_ptr) {};
        info_.client_data = this;
        if (!begin()) {
            close();
            throw_damaged(file_);
        }
        inks_.resize(info_.out_color_space == JCS_CMYK ? std::size_t{4} * info_.image_width : 0);
    }
    ~JpegRows() override { close(); }

    void next(std::uint8_t* rgb) override {
        if (!read_row(inks_.empty() ? rgb : inks_.data())) throw_damaged(file_);
        if (!inks_.empty()) rgb_of_inks(inks_.data(), info_.image_width, rgb);
    }

    /// Of a progressive file all coefficients are kept, two bytes each.
    std::uint64_t bytes() const override {
        const auto pixels = std::uint64_t{info_.image_width} * info_.image_height;
        return info_.progressive_mode == TRUE ? pixels * static_cast<unsigned>(info_.num_components) * 2 : 0;
    }

  private:
    bool begin() {
        if (setjmp(failed_) != 0) return false;
        jpeg_create_decompress(&info_);
        jpeg_stdio_src(&info_, stream_);
        if (jpeg_read_header(&info_, TRUE) != JPEG_HEADER_OK) return false;
        info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
        return true;
    }
    /// Of a progressive file the first row takes all passes but the last.
    bool read_row(std::uint8_t* to) {
        if (setjmp(failed_) != 0) return false;
        if (info_.output_width == 0 && jpeg_start_decompress(&info_) != TRUE) return false;
        JSAMPROW row = to;
        return jpeg_read_scanlines(&info_, &row, 1) == 1;
    }
    void close() {
        jpeg_destroy_decompress(&info_);
        std::fclose(stream_);
    }

    std::filesystem::path file_;
    std::FILE* stream_;
    jpeg_decompress_struct info_{};
    jpeg_error_mgr errors_{};
    std::jmp_buf failed_{};
    std::vector<std::uint8_t> inks_;
};

}  // namespace

std::unique_ptr<RowDecoder> jpeg_rows(const std::filesystem::path& file, const PictureFacts& facts) {
    if (facts.bits != 8 || facts.arithmetic) return nullptr;
    return std::make_unique<JpegRows>(file);
}

}  // namespace slidetype
