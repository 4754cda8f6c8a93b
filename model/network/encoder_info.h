#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace slidetype {

/// What tells encoders apart, and what tiles they see: for feature files, and for heads that go with one encoder.
struct EncoderInfo {
    std::string name;
    /// Of the file that holds the weights, and of what is done to tiles before them where that is said elsewhere.
    std::string sha256;
    int patch_size_px = 0;
    double spacing_um_px = 0;
    std::size_t dimension = 0;   ///< numbers a tile
    std::filesystem::path path;  ///< where it was found; nothing that results depend on
};

/// Whether both make the same features of the same tissue, whatever they are called and wherever they lie.
bool is_same_encoder(const EncoderInfo& a, const EncoderInfo& b);

}  // namespace slidetype
