// libslidetype_feature_files.so
#include <filesystem>
#include <new>
#include <system_error>

#include "base/error.h"
#include "model/bags/feature_module.h"
#include "model/feature_files/hdf5_bag.h"
#include "model/feature_files/hdf5_feature_writer.h"

namespace slidetype {
namespace {

Bag read_any(const std::filesystem::path& file, bool head_only) {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) throw Error(ErrorCode::not_found, file.string(), "does not exist");
    if (!std::filesystem::is_regular_file(file, error)) throw Error(ErrorCode::io, file.string(), "is not a file");
    try {
        return read_hdf5_bag(file, head_only);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::memory, file.string(), "holds more features than there is memory for",
                    "Read fewer slides at a time, or use a machine with more memory.");
    }
}

Bag read_whole(const std::filesystem::path& file) {
    return read_any(file, false);
}

Bag read_head(const std::filesystem::path& file) {
    return read_any(file, true);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const FeatureModule* slidetype_feature_module_v1() {
    static const FeatureModule module = {open_hdf5_feature_writer, read_whole, read_head};
    return &module;
}

}  // namespace slidetype
