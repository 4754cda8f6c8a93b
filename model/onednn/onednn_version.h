#pragma once

#include <string>

namespace slidetype {

/// oneDNN's version and the instructions that it uses on this processor, such as "2.6.3, AVX2"; "not built in" without.
std::string onednn_version();
std::string onednn_instructions();

}  // namespace slidetype
