// libslidetype_feature_files.so
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <system_error>

#include "base/error.h"
#include "model/bags/feature_module.h"
#include "model/feature_files/hdf5_bag.h"
#include "model/feature_files/hdf5_feature_writer.h"
#include "model/feature_files/torch_bag.h"

namespace slidetype {
namespace {

/// By which formats are told apart.
std::string first_bytes(const std::filesystem::path& file) {
    constexpr std::size_t kEnough = 16;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::io, file.string(), "cannot be read", "Check its permissions.");
    std::string bytes(kEnough, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

Bag read_any(const std::filesystem::path& file, bool head_only) {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) throw Error(ErrorCode::not_found, file.string(), "does not exist");
    if (!std::filesystem::is_regular_file(file, error)) throw Error(ErrorCode::io, file.string(), "is not a file");
    const auto begin = first_bytes(file);
    refuse_bare_pickle(file, begin);
    try {
        return begin.starts_with("PK\x03\x04") ? read_torch_bag(file, head_only) : read_hdf5_bag(file, head_only);
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
