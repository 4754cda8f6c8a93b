#include <string>
#include <utility>

#include "base/error.h"
#include "model/backends/library_versions.h"
#include "model/backends/network_encoder.h"
#ifdef SLIDETYPE_HAVE_ONNXRUNTIME
#include "model/onnxruntime/onnx_encoder.h"
#include "model/onnxruntime/onnxruntime_library.h"
#endif

namespace slidetype {
namespace {

#ifdef SLIDETYPE_HAVE_ONNXRUNTIME

std::unique_ptr<Encoder> make_onnx(ForeignFile file) {
    return make_onnx_encoder(std::move(file));
}

#else

[[noreturn]] void fail_without_onnxruntime(const std::string& subject, const std::string& what) {
    throw Error(ErrorCode::unsupported, subject, what + "slidetype was built without ONNX Runtime",
                "`make onnx` in slidetype's sources fetches it and builds slidetype with it (on Debian 13, "
                "libonnxruntime-dev is enough). Or export the encoder as TorchScript (torch.jit.trace).");
}

std::unique_ptr<Encoder> make_onnx(const ForeignFile& file) {
    fail_without_onnxruntime(file.file.string(), "is an ONNX file, and ");
}

#endif

}  // namespace

std::string onnxruntime_version() {
#ifdef SLIDETYPE_HAVE_ONNXRUNTIME
    return "ONNX Runtime " + onnxruntime().version;
#else
    fail_without_onnxruntime("ONNX Runtime", "");
#endif
}

std::unique_ptr<Encoder> open_onnx_encoder(ForeignFile file, Backend backend) {
    if (backend != Backend::automatic) {
        throw Error(ErrorCode::unsupported, file.file.string(),
                    "is an ONNX file, which ONNX Runtime runs and no other backend",
                    "Leave --backend out, or export the encoder as TorchScript (torch.jit.trace), which libtorch runs "
                    "on a GPU, too.");
    }
    return make_onnx(std::move(file));
}

}  // namespace slidetype
