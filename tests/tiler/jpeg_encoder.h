#pragma once

#include <cstdint>
#include <vector>

namespace slidetype::testing {

/// A JPEG of its own, with its own tables, as libjpeg's defaults make it.
std::vector<std::uint8_t> encode_jpeg(const std::vector<std::uint8_t>& rgb, int width, int height, bool progressive);

}  // namespace slidetype::testing
