#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "model/scoring/encoder.h"
#include "model/scoring/tile_transform.h"

namespace slidetype {

/// A file of others (TorchScript, ONNX) that gives a row of numbers for each tile.
struct ForeignFile {
    std::filesystem::path file;
    int patch_size_px = 0;  ///< edge of the tiles that it is given, before `transform`
    std::vector<Transform> transform;
    std::size_t dimension = 0;  ///< numbers a tile; another number is refused when tiles are encoded
    /// They are logits, one per class of a config.json, which may be infinite.
    bool logits = false;
};

/// What is the same of encoders of others, whatever runs their files: tiles are transformed and handed over a few at a
/// time, and what comes back is checked. Thread-safe as an Encoder is, so forward() has to be.
class ForeignEncoder : public Encoder {
  public:
    std::size_t dimension() const final { return of_.dimension; }
    std::vector<float> encode(std::span<const std::uint8_t> tiles, std::size_t count) final;

  protected:
    explicit ForeignEncoder(ForeignFile of);

    /// Computes one batch. `pixels`: count × 3 × edge × edge numbers. Appends count × dimension to `rows`.
    virtual void forward(std::span<float> pixels, std::size_t count, std::vector<float>& rows) = 0;
    /// At most so many tiles are handed over at once.
    virtual std::size_t batch() const { return kBatch; }

    std::string source() const { return of_.file.string(); }
    int edge() const { return transform_.edge(); }  ///< of what forward() is given
    bool gives_logits() const { return of_.logits; }

    /// Whether an output of this shape is count × dimension: pooled maps (count × dimension × 1 × 1) are, too.
    bool is_rows(std::span<const std::int64_t> shape, std::size_t count) const;
    /// Throws Error(bad_model). `what`: shape_text() of the output, or what it is instead of a tensor.
    [[noreturn]] void refuse_output(const std::string& what, std::size_t count) const;

    static constexpr std::size_t kBatch = 8;

  private:
    ForeignFile of_;
    TileTransform transform_;
};

/// "[8, 1024]"; an edge that is not said, as of a batch of any size, is "N".
std::string shape_text(std::span<const std::int64_t> shape);

}  // namespace slidetype
