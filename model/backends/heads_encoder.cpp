#include <system_error>

#include "base/error.h"
#include "model/backends/encoders.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

}  // namespace

OpenEncoder open_encoder_of(const ModelDirectory& model, Backend backend) {
    const auto& wanted = model.config.slidetype->heads->encoder;
    if (wanted.sha256.empty()) {
        throw Error(ErrorCode::not_found, model.path.string(),
                    "was trained from feature files that do not say which encoder they are of, so no slide can be "
                    "encoded for it",
                    "Train it again with --encoder, from the same files; or give it features instead of slides.");
    }
    const auto inside = model.path / wanted.path;  // the path itself where it is absolute
    auto open = open_encoder(is_there(inside) ? inside.string() : wanted.name, backend);
    if (is_same_encoder(open.info, wanted)) return open;
    throw Error(ErrorCode::bad_model, open.info.path.string(),
                "is another encoder than the \"" + wanted.name + "\" that " + model.path.string() + " was trained with",
                "The model needs the very file that it was trained with (SHA-256 " + wanted.sha256 + ").");
}

}  // namespace slidetype
