#pragma once

#include <string>

namespace slidetype {

/// oneDNN's version and the instructions that it uses on this processor, such as "2.6.3, AVX2"; "not built in" without.
std::string onednn_version();
std::string onednn_instructions();

/// HDF5's and libzip's versions, which Keras files are read with, such as "HDF5 1.10.8, libzip 1.7.3"; empty without.
std::string keras_library_versions();

/// "libtorch 1.13.1, CPU", or with CUDA where it sees a GPU. Loads libtorch; throws Error(unsupported) where that is
/// not installed.
std::string libtorch_version();

}  // namespace slidetype
