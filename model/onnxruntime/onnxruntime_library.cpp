#include "model/onnxruntime/onnxruntime_library.h"

#include <dlfcn.h>
#include <onnxruntime_c_api.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/own_module.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// All that is called here is in this version, and every later library offers it. 11 came with ONNX Runtime 1.11.
constexpr std::uint32_t kOrtApi = 11;
constexpr const char* kVariable = "SLIDETYPE_ONNXRUNTIME";

void ORT_API_CALL log_nowhere(void*, OrtLoggingLevel, const char*, const char*, const char*, const char*) {}

std::vector<fs::path> libraries() {
    std::error_code error;
    if (const char* named = std::getenv(kVariable)) {
        return {fs::exists(named, error) ? fs::absolute(named) : fs::path(named)};
    }
    std::vector<fs::path> all;
    for (auto& place : own_module_places("libonnxruntime.so.1")) {
        if (fs::exists(place, error)) all.push_back(place.lexically_normal());
    }
    // Debian names it by its version, and has the last of these for who builds alone.
    const auto debian = "libonnxruntime.so.1." + std::to_string(ORT_API_VERSION);
    all.insert(all.end(), {"libonnxruntime.so.1", debian, "libonnxruntime.so"});
    return all;
}

OnnxRuntime find_onnxruntime() {
    std::string tried;
    for (const auto& library : libraries()) {
        try {
            return load_onnxruntime(library);
        } catch (const Error& error) {
            tried += (tried.empty() ? " " : "; ") + std::string(error.what());
        }
    }
    throw Error(ErrorCode::unsupported, "ONNX Runtime", "cannot be loaded; tried:" + tried,
                std::string("Debian 13 has it (libonnxruntime1.21); on Debian 12 `make onnx` in slidetype's sources "
                            "fetches it. Or name its libonnxruntime.so.1 in ") +
                    kVariable + ".");
}

}  // namespace

OnnxRuntime load_onnxruntime(const fs::path& library) {
    const auto fail = [&](const std::string& cause) { throw Error(ErrorCode::unsupported, library.string(), cause); };
    void* opened = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) {
        const std::string why = ::dlerror(), name = library.string() + ": ";  // which most messages begin with
        fail("cannot be loaded: " + (why.starts_with(name) ? why.substr(name.size()) : why));
    }
    const auto get_base = reinterpret_cast<decltype(&OrtGetApiBase)>(::dlsym(opened, "OrtGetApiBase"));
    if (get_base == nullptr) {
        ::dlclose(opened);
        fail("is a library, but not ONNX Runtime");
    }
    const auto* base = get_base();
    OnnxRuntime runtime;
    runtime.version = base->GetVersionString();
    runtime.api = base->GetApi(kOrtApi);
    if (runtime.api == nullptr) fail("is ONNX Runtime " + runtime.version + "; 1.11 is the oldest that will do");
    if (auto* status = runtime.api->CreateEnvWithCustomLogger(log_nowhere, nullptr, ORT_LOGGING_LEVEL_FATAL,
                                                              "slidetype", &runtime.environment)) {
        const std::string why = runtime.api->GetErrorMessage(status);
        runtime.api->ReleaseStatus(status);
        fail("does not start: " + why);
    }
    return runtime;
}

const OnnxRuntime& onnxruntime() {
    static const OnnxRuntime runtime = find_onnxruntime();
    return runtime;
}

}  // namespace slidetype
