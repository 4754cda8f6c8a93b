#include "tiler/slides/library_versions.h"

#include <algorithm>
#include <cstdio>  // jpeglib.h needs it

#include <jpeglib.h>
#include <openslide.h>
#include <tiffio.h>
#include <zlib.h>

#include <opencv2/core/utility.hpp>

#include "base/error.h"
#include "tiler/dicom/dicom_module.h"

#define SLIDETYPE_TEXT(value) #value
#define SLIDETYPE_TEXT_OF(macro) SLIDETYPE_TEXT(macro)

namespace slidetype {

std::vector<std::pair<std::string, std::string>> reading_libraries() {
    // "LIBTIFF, Version 4.5.0\nCopyright …"
    std::string tiff = TIFFGetVersion();
    tiff = tiff.substr(0, tiff.find('\n'));
    tiff = tiff.substr(tiff.rfind(' ') + 1);
    std::vector<std::pair<std::string, std::string>> libraries = {
        {"OpenSlide", openslide_get_version()},
        {"libtiff", tiff},
        {"libjpeg-turbo", SLIDETYPE_TEXT_OF(LIBJPEG_TURBO_VERSION)},  // it has no function that tells
        {"zlib", zlibVersion()},
        {"OpenCV", cv::getVersionString()}};
    try {
        std::ranges::move(dicom_module().versions(), std::back_inserter(libraries));
    } catch (const Error&) {
        libraries.emplace_back("DICOM module", "not there");
    }
    return libraries;
}

}  // namespace slidetype
