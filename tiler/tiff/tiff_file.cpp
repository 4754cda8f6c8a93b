#include "tiler/tiff/tiff_file.h"

#include <unistd.h>

namespace slidetype {
namespace {

constexpr tmsize_t kMostBytesAtOnce = tmsize_t{1} << 28;  // of one array in the file: 33 million tiles

}  // namespace

TiffHandle open_tiff(const ReadOnlyFile& file) {
    const int descriptor = file.duplicate();
    if (descriptor < 0) return {nullptr, &TIFFClose};
    ::lseek(descriptor, 0, SEEK_SET);  // duplicates share their place, and libtiff reads on from it
    const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                   &TIFFOpenOptionsFree);
    const auto quiet = [](TIFF*, void*, const char*, const char*, va_list) { return 1; };
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), quiet, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), quiet, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMostBytesAtOnce);
    // "m": no memory map, which would end the program where the file is cut while it is read.
    TiffHandle tiff(TIFFFdOpenExt(descriptor, "slide", "rm", options.get()), &TIFFClose);
    if (!tiff) ::close(descriptor);
    return tiff;
}

}  // namespace slidetype
