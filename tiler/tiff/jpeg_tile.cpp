// libjpeg reports errors by a jump, so the functions that it may jump out of hold nothing that needs a destructor.
#include "tiler/tiff/jpeg_tile.h"

#include <csetjmp>
#include <cstdio>
// jpeglib.h needs size_t and FILE from above.
#include <jpeglib.h>

#include <algorithm>
#include <array>

namespace slidetype {
namespace {

class Decoder {
  public:
    Decoder() {
        info_.err = jpeg_std_error(&errors_);
        errors_.error_exit = [](j_common_ptr info) { jump(info); };
        errors_.emit_message = [](j_common_ptr info, int level) {
            if (level < 0) jump(info);  // corrupt data: libjpeg would go on with grey pixels
        };
        errors_.output_message = [](j_common_ptr) {};
        info_.client_data = this;
        if (setjmp(failed_) == 0) jpeg_create_decompress(&info_);
    }
    ~Decoder() { jpeg_destroy_decompress(&info_); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    bool run(std::span<const std::uint8_t> bytes, const JpegTileFormat& format, int shrink, std::uint8_t* rgb,
             std::size_t stride) {
        if (info_.mem == nullptr || setjmp(failed_) != 0) return false;
        if (!format.tables.empty()) {
            jpeg_mem_src(&info_, format.tables.data(), format.tables.size());
            if (jpeg_read_header(&info_, FALSE) != JPEG_HEADER_TABLES_ONLY) return false;
        }
        jpeg_mem_src(&info_, bytes.data(), bytes.size());
        if (jpeg_read_header(&info_, TRUE) != JPEG_HEADER_OK || !is_expected(format)) return false;
        info_.jpeg_color_space = format.ycbcr ? JCS_YCbCr : JCS_RGB;
        info_.out_color_space = JCS_EXT_RGB;
        info_.scale_num = 1;
        info_.scale_denom = static_cast<unsigned>(shrink);
        jpeg_start_decompress(&info_);
        if (info_.output_width != static_cast<JDIMENSION>(format.width / shrink) ||
            info_.output_height != static_cast<JDIMENSION>(format.height / shrink) || info_.output_components != 3)
            return false;
        read_rows(rgb, stride);
        return true;
    }

    JpegColours colours(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> tables) {
        if (info_.mem == nullptr || setjmp(failed_) != 0) return JpegColours::unknown;
        bool jfif = false, adobe = false;
        int transform = 0;
        const auto look = [&] {
            jfif = jfif || info_.saw_JFIF_marker != FALSE;
            if (info_.saw_Adobe_marker != FALSE) adobe = true, transform = info_.Adobe_transform;
        };
        if (!tables.empty()) {
            jpeg_mem_src(&info_, tables.data(), tables.size());
            if (jpeg_read_header(&info_, FALSE) != JPEG_HEADER_TABLES_ONLY) return JpegColours::unknown;
            look();
        }
        jpeg_mem_src(&info_, bytes.data(), bytes.size());
        if (jpeg_read_header(&info_, TRUE) != JPEG_HEADER_OK || info_.num_components != 3) return JpegColours::unknown;
        look();
        const auto* parts = info_.comp_info;
        const auto coarser = [&](const jpeg_component_info& part) {
            return part.h_samp_factor < parts[0].h_samp_factor || part.v_samp_factor < parts[0].v_samp_factor;
        };
        const auto named = [&](int first, int second, int third) {
            return parts[0].component_id == first && parts[1].component_id == second && parts[2].component_id == third;
        };
        const bool ycbcr = jfif || (adobe && transform == 1) || coarser(parts[1]) || coarser(parts[2]);
        const bool rgb = (adobe && transform == 0) || named('R', 'G', 'B');
        if (ycbcr != rgb) return rgb ? JpegColours::rgb : JpegColours::ycbcr;
        return !ycbcr && named(1, 2, 3) ? JpegColours::perhaps_ycbcr : JpegColours::unknown;
    }

  private:
    [[noreturn]] static void jump(j_common_ptr info) {
        std::longjmp(static_cast<Decoder*>(info->client_data)->failed_, 1);
    }

    /// Progressive pictures are left to OpenSlide: their many scans can cost any amount of time.
    bool is_expected(const JpegTileFormat& format) const {
        return info_.image_width == static_cast<JDIMENSION>(format.width) &&
               info_.image_height == static_cast<JDIMENSION>(format.height) && info_.num_components == 3 &&
               info_.data_precision == 8 && info_.progressive_mode == FALSE && info_.arith_code == FALSE;
    }

    void read_rows(std::uint8_t* rgb, std::size_t stride) {
        std::array<JSAMPROW, 16> rows;
        while (info_.output_scanline < info_.output_height) {
            const auto first = info_.output_scanline;
            const auto count = std::min<JDIMENSION>(static_cast<JDIMENSION>(rows.size()), info_.output_height - first);
            for (JDIMENSION i = 0; i < count; ++i) rows[i] = rgb + std::size_t{first + i} * stride;
            jpeg_read_scanlines(&info_, rows.data(), count);
        }
    }

    jpeg_decompress_struct info_{};
    jpeg_error_mgr errors_{};
    std::jmp_buf failed_{};
};

}  // namespace

JpegColours colours_of_jpeg(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> tables) {
    return bytes.empty() ? JpegColours::unknown : Decoder().colours(bytes, tables);
}

bool decode_jpeg_tile(std::span<const std::uint8_t> bytes, const JpegTileFormat& format, int shrink, std::uint8_t* rgb,
                      std::size_t stride) {
    if (bytes.empty()) return false;
    return Decoder().run(bytes, format, shrink, rgb, stride);
}

}  // namespace slidetype
