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
    return open_encoder(is_there(inside) ? inside.string() : wanted.name, backend, &wanted);
}

}  // namespace slidetype
