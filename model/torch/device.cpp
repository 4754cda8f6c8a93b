#include "model/torch/device.h"

#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>

#include "base/error.h"

namespace slidetype {

torch::Device choose_device(Device wanted) {
    if (wanted == Device::cpu) return torch::kCPU;
    if (torch::cuda::is_available()) return {torch::kCUDA, 0};
    if (wanted == Device::automatic) return torch::kCPU;
    throw Error(ErrorCode::unsupported, "CUDA", "this libtorch sees no CUDA device",
                "Debian's libtorch is built without CUDA: build slidetype with PyTorch's libtorch, or "
                "leave the option out to compute on the processor.");
}

DeviceLane::DeviceLane(torch::Device device, std::int64_t batch, std::int64_t patch) : device_(device) {
    // Through the registry of devices rather than CUDA's own headers, which a libtorch without CUDA does not have.
    if (!device.is_cpu()) stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
    staging_ =
        torch::zeros({batch, patch, patch, 3}, torch::TensorOptions(torch::kUInt8).pinned_memory(!device.is_cpu()));
}

c10::OptionalStreamGuard DeviceLane::enter() const {
    return stream_ ? c10::OptionalStreamGuard(*stream_) : c10::OptionalStreamGuard();
}

torch::Tensor DeviceLane::upload(std::span<const std::uint8_t> tiles) {
    std::ranges::copy(tiles, staging_.data_ptr<std::uint8_t>());
    return staging_.to(device_, /*non_blocking=*/true);
}

}  // namespace slidetype
