#include "model/torch/border.h"

#include <exception>
#include <new>

#include "base/words.h"
#include "model/torch/torch_headers.h"

namespace slidetype {
namespace {

/// libtorch explains itself on dozens of lines. The first says why; where a script failed while it ran, the last.
std::string telling_line(const std::string& message) {
    const bool ran = message.find("Traceback of TorchScript") != std::string::npos;
    const std::string_view all = trimmed(message);
    const auto first = trimmed(all.substr(0, all.find('\n')));
    const auto last = trimmed(all.substr(all.rfind('\n') == std::string_view::npos ? 0 : all.rfind('\n')));
    std::string line(ran ? last : first);
    if (line.ends_with('.')) line.pop_back();  // a hint follows
    return line;
}

}  // namespace

void rethrow_from_libtorch(ErrorCode code, const std::string& subject, std::string_view what, const std::string& hint) {
    const auto fail = [&](const std::string& message) {
        throw Error(code, subject, std::string(what) + ": " + telling_line(message), hint);
    };
    try {
        throw;
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const c10::Error& error) {
        fail(error.what_without_backtrace());
    } catch (const std::exception& error) {
        fail(error.what());
    }
    throw;
}

std::string torchscript_hint() {
    return "This is libtorch " TORCH_VERSION
           ": export the model with that version of PyTorch or an older one, or build slidetype with a newer libtorch.";
}

}  // namespace slidetype
