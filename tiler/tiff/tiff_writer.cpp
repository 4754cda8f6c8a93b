#include "tiler/tiff/tiff_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace slidetype {
namespace fs = std::filesystem;

TiffWriter::TiffWriter(fs::path path, bool big) : path_(std::move(path)), temporary_(path_) {
    temporary_ += ".tmp-" + std::to_string(::getpid());
    std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &TiffWriter::keep_message, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &TiffWriter::ignore_warning, nullptr);
    tiff_ = TIFFOpenExt(temporary_.c_str(), big ? "w8" : "w", options.get());
    if (tiff_ == nullptr) fail();
}

TiffWriter::~TiffWriter() {
    if (tiff_ == nullptr) return;
    TIFFClose(tiff_);
    std::error_code ignored;
    fs::remove(temporary_, ignored);
}

void TiffWriter::write_tile_bytes(std::span<const std::byte> bytes, int x, int y) {
    const auto index = TIFFComputeTile(tiff_, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, 0);
    const auto size = static_cast<tmsize_t>(bytes.size());
    // libtiff may change the buffer in place for some codecs, so it wants a pointer to non-const.
    check(TIFFWriteEncodedTile(tiff_, index, const_cast<std::byte*>(bytes.data()), size) == size);
}

void TiffWriter::set(const TiffLayout& layout) {
    set(TIFFTAG_IMAGEWIDTH, layout.width);
    set(TIFFTAG_IMAGELENGTH, layout.height);
    set(TIFFTAG_BITSPERSAMPLE, layout.bits);
    set(TIFFTAG_SAMPLESPERPIXEL, layout.samples);
    set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    set(TIFFTAG_TILEWIDTH, layout.tile_px);
    set(TIFFTAG_TILELENGTH, layout.tile_px);
    set(TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
    set(TIFFTAG_XRESOLUTION, 1e4 / layout.x_um_px);
    set(TIFFTAG_YRESOLUTION, 1e4 / layout.y_um_px);
}

void TiffWriter::write_raw_tile(std::span<const std::uint8_t> bytes, int x, int y) {
    const auto index = TIFFComputeTile(tiff_, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, 0);
    const auto size = static_cast<tmsize_t>(bytes.size());
    check(TIFFWriteRawTile(tiff_, index, const_cast<std::uint8_t*>(bytes.data()), size) == size);
}

void TiffWriter::commit() {
    check(TIFFFlush(tiff_) == 1);
    if (::fsync(TIFFFileno(tiff_)) != 0) fail();
    TIFFClose(std::exchange(tiff_, nullptr));
    std::error_code error;
    fs::rename(temporary_, path_, error);
    if (!error) return;
    std::error_code ignored;
    fs::remove(temporary_, ignored);
    throw Error(ErrorCode::io, path_.string(), error.message());
}

int TiffWriter::keep_message(TIFF*, void* self, const char*, const char* format, va_list arguments) {
    char text[256];
    std::vsnprintf(text, sizeof text, format, arguments);
    static_cast<TiffWriter*>(self)->message_ = text;
    return 1;
}

int TiffWriter::ignore_warning(TIFF*, void*, const char*, const char*, va_list) {
    return 1;
}

void TiffWriter::fail() const {
    throw Error(ErrorCode::io, path_.string(), message_.empty() ? std::strerror(errno) : message_,
                "check that the folder exists, is writable and has space");
}

}  // namespace slidetype
