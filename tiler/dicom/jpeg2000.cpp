#include "tiler/dicom/jpeg2000.h"

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "tiler/tiff/ycbcr.h"

namespace slidetype {
namespace {

/// Bytes in memory, as a stream.
struct Source {
    std::span<const std::uint8_t> bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T wanted, void* user) {
    auto& source = *static_cast<Source*>(user);
    const auto count = std::min(wanted, source.bytes.size() - source.at);
    if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(buffer, source.bytes.data() + source.at, count);
    source.at += count;
    return count;
}

OPJ_OFF_T skip_source(OPJ_OFF_T wanted, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (wanted < 0) return -1;
    const auto count = std::min(static_cast<std::size_t>(wanted), source.bytes.size() - source.at);
    source.at += count;
    return static_cast<OPJ_OFF_T>(count);
}

OPJ_BOOL seek_source(OPJ_OFF_T to, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (to < 0 || static_cast<std::size_t>(to) > source.bytes.size()) return OPJ_FALSE;
    source.at = static_cast<std::size_t>(to);
    return OPJ_TRUE;
}

using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Codec = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Image = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Stream open_stream(Source& source) {
    Stream stream(opj_stream_create(source.bytes.size(), OPJ_TRUE), opj_stream_destroy);
    if (!stream) return stream;
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), source.bytes.size());
    opj_stream_set_read_function(stream.get(), read_source);
    opj_stream_set_skip_function(stream.get(), skip_source);
    opj_stream_set_seek_function(stream.get(), seek_source);
    return stream;
}

/// Looked at before anything is decoded, so that a frame takes no more memory than it may.
bool is_expected(const opj_image_t& image, const Jpeg2000Format& format) {
    const auto length = [](OPJ_UINT32 from, OPJ_UINT32 to) { return to < from ? 0 : std::int64_t{to} - from; };
    if (image.numcomps != 3 || length(image.x0, image.x1) != format.width ||
        length(image.y0, image.y1) != format.height)
        return false;
    for (OPJ_UINT32 i = 0; i < 3; ++i) {
        const auto& component = image.comps[i];
        const OPJ_UINT32 most = i == 0 ? 1 : 2;
        if (component.prec != 8 || component.sgnd != 0 || component.dx < 1 || component.dx > most || component.dy < 1 ||
            component.dy > most)
            return false;
    }
    return true;
}

/// Components of fewer pixels than are wanted are those of a stream that contradicts itself.
bool has_all_pixels(const opj_image_t& image, const Jpeg2000Format& format) {
    return std::all_of(image.comps, image.comps + 3, [&](const opj_image_comp_t& component) {
        const auto needed = [](int length, OPJ_UINT32 step) {
            return (static_cast<OPJ_UINT32>(length) + step - 1) / step;
        };
        return component.data != nullptr && component.w >= needed(format.width, component.dx) &&
               component.h >= needed(format.height, component.dy);
    });
}

bool turns_colours(opj_codec_t* codec) {
    opj_codestream_info_v2_t* info = opj_get_cstr_info(codec);
    const bool turns = info != nullptr && info->m_default_tile_info.mct == 1;
    opj_destroy_cstr_info(&info);
    return turns;
}

void write_rgb(const opj_image_t& image, const Jpeg2000Format& format, bool ycbcr, std::uint8_t* rgb,
               std::size_t stride) {
    for (int y = 0; y < format.height; ++y) {
        std::uint8_t* out = rgb + static_cast<std::size_t>(y) * stride;
        std::array<const OPJ_INT32*, 3> rows{};
        for (std::size_t c = 0; c < 3; ++c)
            rows[c] = image.comps[c].data +
                      static_cast<std::size_t>(y) / image.comps[c].dy * static_cast<std::size_t>(image.comps[c].w);
        for (int x = 0; x < format.width; ++x, out += 3) {
            for (std::size_t c = 0; c < 3; ++c)
                out[c] = static_cast<std::uint8_t>(
                    std::clamp(rows[c][static_cast<std::size_t>(x) / image.comps[c].dx], 0, 255));
            if (ycbcr) from_ycbcr(out);
        }
    }
}

}  // namespace

bool decode_jpeg2000(std::span<const std::uint8_t> bytes, const Jpeg2000Format& format, std::uint8_t* rgb,
                     std::size_t stride) {
    Source source{bytes};
    const auto stream = open_stream(source);
    const Codec codec(opj_create_decompress(OPJ_CODEC_J2K), opj_destroy_codec);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!stream || !codec || opj_setup_decoder(codec.get(), &parameters) == OPJ_FALSE ||
        opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) == OPJ_FALSE)
        return false;
    opj_image_t* opened = nullptr;
    const bool head = opj_read_header(stream.get(), codec.get(), &opened) != OPJ_FALSE;
    const Image image(opened, opj_image_destroy);
    if (!head || !image || !is_expected(*image, format)) return false;
    const bool ycbcr = format.ycbcr && !turns_colours(codec.get());
    if (opj_decode(codec.get(), stream.get(), image.get()) == OPJ_FALSE ||
        opj_end_decompress(codec.get(), stream.get()) == OPJ_FALSE || !has_all_pixels(*image, format))
        return false;
    write_rgb(*image, format, ycbcr, rgb, stride);
    return true;
}

std::string openjpeg_version() {
    return opj_version();
}

}  // namespace slidetype
