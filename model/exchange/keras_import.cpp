#include "model/exchange/keras_import.h"

#include "base/error.h"

#ifdef SLIDETYPE_HAVE_KERAS_MODULE

#include "base/own_module.h"
#include "model/exchange/keras_module.h"

namespace slidetype {
namespace {

const KerasModule& keras_module() {
    static const KerasModule* const module = [] {
        void* symbol = load_own_module(
            {"Keras module", "libslidetype_keras.so", "slidetype_keras_module_v2", "SLIDETYPE_KERAS_MODULE"});
        return reinterpret_cast<decltype(&slidetype_keras_module_v2)>(symbol)();
    }();
    return *module;
}

}  // namespace

KerasImport import_keras(const std::filesystem::path& file, const KerasImportOptions& options) {
    return keras_module().import(file, options);
}

std::string keras_library_versions() {
    return keras_module().versions();
}

}  // namespace slidetype

#else

namespace slidetype {

KerasImport import_keras(const std::filesystem::path& file, const KerasImportOptions&) {
    throw Error(ErrorCode::unsupported, file.string(), "this build of slidetype cannot read Keras files",
                "Install libhdf5-dev and libzip-dev and build again.");
}

std::string keras_library_versions() {
    return {};
}

}  // namespace slidetype

#endif
