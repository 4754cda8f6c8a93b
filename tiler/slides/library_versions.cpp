#include "tiler/slides/library_versions.h"

#include <cstdio>  // jpeglib.h needs it

#include <jpeglib.h>
#include <openslide.h>
#include <tiffio.h>
#include <zlib.h>

#include <opencv2/core/utility.hpp>

#define SLIDETYPE_TEXT(value) #value
#define SLIDETYPE_TEXT_OF(macro) SLIDETYPE_TEXT(macro)

namespace slidetype {

std::vector<std::pair<std::string, std::string>> reading_libraries() {
    // "LIBTIFF, Version 4.5.0\nCopyright …"
    std::string tiff = TIFFGetVersion();
    tiff = tiff.substr(0, tiff.find('\n'));
    tiff = tiff.substr(tiff.rfind(' ') + 1);
    return {{"OpenSlide", openslide_get_version()},
            {"libtiff", tiff},
            {"libjpeg-turbo", SLIDETYPE_TEXT_OF(LIBJPEG_TURBO_VERSION)},  // it has no function that tells
            {"zlib", zlibVersion()},
            {"OpenCV", cv::getVersionString()}};
}

}  // namespace slidetype
