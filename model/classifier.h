#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model_directory.h"

namespace slidetype {

/// What a model says of a number of tiles.
struct TileScores {
    /// tiles × classes, row-major: calibrated probabilities that sum to 1 (a model of one class has one column).
    std::vector<float> probabilities;
    /// P(tumour) per tile; empty where the model has no gate.
    std::vector<float> tumour;
    /// How far a tile is from what the model was trained on, in units of the stored threshold: above 1 it is
    /// unfamiliar. Empty where the model does not know.
    std::vector<float> strangeness;
};

/// What computes the scores.
enum class Backend {
    automatic,    ///< oneDNN where it can run the model, else libtorch
    onednn_int8,  ///< oneDNN with 8-bit integers; needs a calibrated model (see calibrate_int8)
    onednn,       ///< oneDNN with floats
    torch,        ///< libtorch on the processor
    cuda,         ///< libtorch on a GPU, convolutions of networks of ours in half precision
};
std::string_view to_string(Backend backend);
/// Throws Error(usage) for another name.
Backend find_backend(std::string_view name);
std::vector<std::string> backend_names();

/// Scores tiles. Backends implement this; see `open_classifier`.
/// Thread-safe: any number of threads may call `classify` at once, each call computes on the calling thread alone (or
/// on the GPU, in a stream of its own).
class Classifier {
  public:
    virtual ~Classifier() = default;

    /// The backend in words, such as "libtorch 1.13.1, CPU".
    virtual std::string description() const = 0;

    /// `tiles`: count × patch × patch × 3 bytes (RGB interleaved) at the model's patch size.
    /// A tile's result depends on the batch it is in by no more than float rounding, with oneDNN not at all.
    /// Throws Error(bad_model) where the model fails or gives what is no probability.
    virtual TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) = 0;
};

/// Opens the model with a backend. libtorch is loaded only where it is needed: programs that score with networks of
/// ours stay light; so a GPU, which only libtorch could find, is used where it is asked for alone. Throws
/// Error(bad_model), Error(unsupported) where the backend cannot run the model, the libtorch module is not installed or
/// sees no GPU, and Error(usage) for integers where the model was not calibrated for them.
std::unique_ptr<Classifier> open_classifier(const ModelDirectory& model, Backend backend = Backend::automatic);

/// Writes the network as TorchScript that WSInfer and QuPath's WSInfer extension load: input N × 3 × patch × patch in
/// 0 … 1, output two logits [0, z / temperature] per tile, since both apply softmax. Throws Error(io | bad_model).
void export_torchscript(const ModelDirectory& model, const std::filesystem::path& file);

}  // namespace slidetype
