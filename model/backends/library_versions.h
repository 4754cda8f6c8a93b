#pragma once

#include <string>

#include "model/onednn/onednn_version.h"  // oneDNN's, with what is said of it where it is not built in

namespace slidetype {

/// Of the library that reads pictures; "not built in" without.
std::string opencv_version();

/// "libtorch 1.13.1, CPU", or with CUDA where it sees a GPU. Loads libtorch; throws Error(unsupported) where that is
/// not installed.
std::string libtorch_version();

/// "ONNX Runtime 1.21.0". Loads it; throws Error(unsupported) where it is not there or not built in.
std::string onnxruntime_version();

}  // namespace slidetype
