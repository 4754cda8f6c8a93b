// libslidetype_keras.so
#include <hdf5.h>
#include <zip.h>

#include "model/exchange/keras_module.h"
#include "model/keras/network_import.h"

namespace slidetype {
namespace {

std::string versions() {
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release) + ", libzip " +
           zip_libzip_version();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const KerasModule* slidetype_keras_module_v2() {
    static const KerasModule module = {import_keras_network, versions};
    return &module;
}

}  // namespace slidetype
