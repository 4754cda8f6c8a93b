#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/torch/torch_headers.h"
#include "model/training/training.h"

namespace slidetype {

/// Throws Error(unsupported) where CUDA is wanted and this libtorch sees none.
torch::Device choose_device(Device wanted);

/// Takes tiles to where the network is. On a GPU each lane has a stream and page-locked memory of its own, so that the
/// copies and kernels of one thread run beside those of the others; on the processor it is a plain buffer.
/// One thread at a time.
class DeviceLane {
  public:
    /// For up to `batch` tiles of `patch` pixels.
    DeviceLane(torch::Device device, std::int64_t batch, std::int64_t patch);

    /// Makes the lane's stream the calling thread's, for as long as the guard lives. Everything that is done with what
    /// upload() gives has to be done under it.
    c10::OptionalStreamGuard enter() const;

    /// batch × patch × patch × 3 bytes on the device, of which the first are `tiles`; what follows is left from before.
    torch::Tensor upload(std::span<const std::uint8_t> tiles);

  private:
    torch::Device device_;
    std::optional<c10::Stream> stream_;
    torch::Tensor staging_;
};

}  // namespace slidetype
