#pragma once

#include <tiffio.h>

#include <memory>

namespace slidetype {

using TiffHandle = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

/// Opens a TIFF with libtiff at its first directory, without its messages; null where it is none, and then the
/// descriptor is still the caller's, else the handle's. `name` is for libtiff. No array of the file may take more than
/// `most_bytes_at_once`. (In a header, so that base/pictures needs no libtiff where it is built without.)
inline TiffHandle open_quiet_tiff(int descriptor, const char* name, tmsize_t most_bytes_at_once) {
    const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                   &TIFFOpenOptionsFree);
    const auto quiet = [](TIFF*, void*, const char*, const char*, va_list) { return 1; };
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), quiet, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), quiet, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), most_bytes_at_once);
    // "m": no memory map, which would end the program where the file is cut while it is read.
    return {TIFFFdOpenExt(descriptor, name, "rm", options.get()), &TIFFClose};
}

}  // namespace slidetype
