#pragma once

#include <filesystem>
#include <string>

struct OrtApi;  // of onnxruntime_c_api.h, which this room alone includes
struct OrtEnv;

namespace slidetype {

/// ONNX Runtime, loaded. It stays so, and what it has to say in its log goes nowhere: what fails is thrown.
struct OnnxRuntime {
    std::string version;  ///< such as "1.21.0"
    const OrtApi* api = nullptr;
    OrtEnv* environment = nullptr;
};

/// Loads a library by its path, or by a name that the system finds. Thread-safe.
/// Throws Error(unsupported) where it cannot be loaded, is no ONNX Runtime, or one that is too old.
OnnxRuntime load_onnxruntime(const std::filesystem::path& library);

/// The one of this process, loaded once: the file that $SLIDETYPE_ONNXRUNTIME names, or else the first that works of
/// those beside slidetype's own modules and those that the system finds. Thread-safe. Throws Error(unsupported) naming
/// what was tried.
const OnnxRuntime& onnxruntime();

}  // namespace slidetype
