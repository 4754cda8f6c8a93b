#include "model/training/torch_module.h"

#include "base/own_module.h"

namespace slidetype {
namespace {

const TorchModule* load_torch() {
    void* symbol = load_own_module({"libtorch module", "libslidetype_torch.so", "slidetype_torch_module_v6",
                                    "SLIDETYPE_TORCH_MODULE",
                                    "Install libtorch (with the Debian package: what it recommends; with the archive: "
                                    "slidetype-torch, unpacked over it)."});
    return reinterpret_cast<decltype(&slidetype_torch_module_v6)>(symbol)();
}

}  // namespace

const TorchModule& torch_module() {
    // Never unloaded: libtorch's own threads and statics do not survive that.
    static const TorchModule* const module = load_torch();
    return *module;
}

}  // namespace slidetype
