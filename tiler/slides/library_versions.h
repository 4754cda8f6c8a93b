#pragma once

#include <string>
#include <utility>
#include <vector>

namespace slidetype {

/// The libraries that slides are read with, by name, with the versions that are loaded (of libjpeg-turbo: that it
/// was built with). Loads the module of DICOM.
std::vector<std::pair<std::string, std::string>> reading_libraries();

}  // namespace slidetype
