#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/architecture.h"

namespace slidetype {

/// A tensor in main memory, row-major. Whatever the file's type, values are float here.
struct HostTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
    bool operator==(const HostTensor&) const = default;
};
/// Tensors by name.
using Weights = std::map<std::string, HostTensor>;

/// How numbers are stored in a file.
enum class StorageType { f32, f16 };

/// Parses a safetensors file (https://github.com/huggingface/safetensors, format section of its README):
/// 8 bytes little-endian header size, a JSON header, the tensors' bytes. The bytes are not trusted: the header's size,
/// its JSON, every dtype (F32, F16, BF16), every shape, every offset is checked, tensors must not overlap or leave
/// gaps, and every number must be finite. Throws Error(bad_model) naming `source`.
Weights parse_safetensors(std::string_view bytes, const std::string& source);

/// The bytes of a safetensors file: tensors in the order of their names, so equal weights give equal bytes.
/// In half precision numbers are rounded to nearest even. Throws Error(bad_model) for a number that f16 cannot hold.
std::string format_safetensors(const Weights& weights, StorageType type);

/// Checks that `weights` holds exactly the tensors of the architecture, with or without those of the gate, in their
/// shapes. Throws Error(bad_model).
void check_weights(const Weights& weights, const Architecture& architecture, const std::string& source);
bool has_gate(const Weights& weights);

/// Weights in which every batch normalisation is folded into its convolution: only "convN.weight", "convN.bias",
/// "denseN.weight", "denseN.bias" and the gate remain. What inference backends start from.
Weights fold_batch_norm(const Weights& weights, const Architecture& architecture);

}  // namespace slidetype
