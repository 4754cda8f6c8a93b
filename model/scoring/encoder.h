#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// Turns tiles into vectors of numbers, their features, of which an aggregator makes what is said of tiles and slides.
/// Backends implement this; open_encoder() in model/backends/encoders.h opens one. Thread-safe: any number of threads
/// may call `encode` at once, each call computes on the calling thread alone (or on the GPU, in a stream of its own).
class Encoder {
  public:
    virtual ~Encoder() = default;

    /// The backend in words, such as "libtorch 1.13.1, CPU".
    virtual std::string description() const = 0;

    /// How many numbers a tile becomes (D).
    virtual std::size_t dimension() const = 0;

    /// `tiles`: count × patch × patch × 3 bytes (RGB interleaved) at the encoder's patch size. Gives count × D floats,
    /// row-major, all finite. A tile's features depend on the batch it is in by no more than float rounding, with
    /// oneDNN not at all. Throws Error(bad_model) where the encoder fails or gives what is not finite.
    virtual std::vector<float> encode(std::span<const std::uint8_t> tiles, std::size_t count) = 0;
};

}  // namespace slidetype
