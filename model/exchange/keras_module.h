#pragma once

#include <filesystem>
#include <string>

#include "model/exchange/keras_import.h"

namespace slidetype {

/// HDF5 and libzip bring their own libraries of transfer and encryption, which took a sixth of the start of every
/// program that links them. So only this table stands between us and them, and the module that fills it is loaded when
/// a network is imported.
struct KerasModule {
    KerasImport (*import)(const std::filesystem::path& file, const KerasImportOptions& options);
    std::string (*versions)();  ///< of HDF5 and libzip
};

/// The one symbol of the module, found by name.
extern "C" const KerasModule* slidetype_keras_module_v2();

}  // namespace slidetype
