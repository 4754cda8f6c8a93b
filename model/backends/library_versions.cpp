#include "model/backends/library_versions.h"

#include "model/training/torch_module.h"

#ifdef SLIDETYPE_HAVE_OPENCV
#include <opencv2/core/version.hpp>
#endif

namespace slidetype {

std::string opencv_version() {
#ifdef SLIDETYPE_HAVE_OPENCV
    return "OpenCV " CV_VERSION;
#else
    return "not built in";
#endif
}

#ifndef SLIDETYPE_HAVE_ONEDNN

std::string onednn_version() {
    return "not built in";
}
std::string onednn_instructions() {
    return "not built in";
}

#endif

std::string libtorch_version() {
    return torch_module().describe(Device::automatic);
}

}  // namespace slidetype
