#pragma once

#include <filesystem>

#include "model/exchange/keras_import.h"

namespace slidetype {

/// What import_keras() does, in the module that has the libraries for it.
KerasImport import_keras_network(const std::filesystem::path& file, const KerasImportOptions& options);

}  // namespace slidetype
