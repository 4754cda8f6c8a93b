#pragma once

#include <string>

namespace slidetype {

/// Of the library that reads pictures; "not built in" without.
std::string opencv_version();

/// oneDNN's version and the instructions that it uses on this processor, such as "2.6.3, AVX2"; "not built in" without.
std::string onednn_version();
std::string onednn_instructions();

/// "libtorch 1.13.1, CPU", or with CUDA where it sees a GPU. Loads libtorch; throws Error(unsupported) where that is
/// not installed.
std::string libtorch_version();

}  // namespace slidetype
