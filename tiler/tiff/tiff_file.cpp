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
    auto tiff = open_quiet_tiff(descriptor, "slide", kMostBytesAtOnce);
    if (!tiff) ::close(descriptor);
    return tiff;
}

}  // namespace slidetype
