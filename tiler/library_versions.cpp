#include "tiler/library_versions.h"

#include <openslide.h>
#include <tiffio.h>

#include <opencv2/core/utility.hpp>

namespace slidetype {

std::vector<std::pair<std::string, std::string>> reading_libraries() {
    // "LIBTIFF, Version 4.5.0\nCopyright …"
    std::string tiff = TIFFGetVersion();
    tiff = tiff.substr(0, tiff.find('\n'));
    tiff = tiff.substr(tiff.rfind(' ') + 1);
    return {{"OpenSlide", openslide_get_version()}, {"libtiff", tiff}, {"OpenCV", cv::getVersionString()}};
}

}  // namespace slidetype
