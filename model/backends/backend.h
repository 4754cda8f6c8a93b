#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/model_directory.h"
#include "model/scoring/aggregator.h"
#include "model/scoring/classifier.h"
#include "model/scoring/encoder.h"

namespace slidetype {

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

/// Scores one drawn tile and throws Error(bad_model) where what comes out are no probabilities, one per class. What is
/// wrong with a model shows so before anything else is done.
void try_model(const ModelDirectory& model, Classifier& classifier);

/// Opens the model with a backend, and tries one that somebody else made: what config.json says of it need not be so.
/// libtorch is loaded only where it is needed: programs that score with networks of
/// ours stay light; so a GPU, which only libtorch could find, is used where it is asked for alone. Throws
/// Error(bad_model), Error(unsupported) where the backend cannot run the model, the libtorch module is not installed or
/// sees no GPU, and Error(usage) for integers where the model was not calibrated for them.
std::unique_ptr<Classifier> open_classifier(const ModelDirectory& model, Backend backend = Backend::automatic);

/// A model in its halves: tiles become features, and of these it is said what tiles are.
struct OpenModel {
    std::unique_ptr<Encoder> encoder;
    std::unique_ptr<TileScorer> scorer;
    /// The same object as `scorer` where it says more of a whole bag than its tiles vote for; else null, and what is
    /// said of a slide is the vote of its tiles.
    const Aggregator* aggregator = nullptr;

    TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) const {
        return scorer->score(encoder->encode(tiles, count), count);
    }
};
/// As open_classifier().
OpenModel open_model(const ModelDirectory& model, Backend backend = Backend::automatic);

/// The heads of a model of heads: ours, or a TorchScript head of others, which libtorch runs. Throws Error(bad_model),
/// Error(unsupported) where this build has no oneDNN, or the libtorch module is not installed.
std::unique_ptr<Aggregator> open_heads(const ModelDirectory& model);

}  // namespace slidetype
