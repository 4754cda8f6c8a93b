#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace slidetype {

/// The bytes of an ONNX file that is whole in itself. The format lets a tensor say that its numbers lie in another
/// file, anywhere on the disk; such a file is refused, since nobody would know what it reads, and its SHA-256 would not
/// tell its weights. Thread-safe. Throws Error(bad_model) for that and for what is no ONNX file, Error(unsupported)
/// above 2 GB, which the format cannot hold, Error(not_found | io).
std::string read_onnx_file(const std::filesystem::path& file);

/// The same of bytes that were read. `source`: for messages.
void require_whole_onnx(std::string_view bytes, const std::string& source);

}  // namespace slidetype
