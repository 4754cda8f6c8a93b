#pragma once

#include <memory>
#include <string>

#include "model/backends/backend.h"
#include "model/network/encoder_config.h"
#include "model/scoring/encoder.h"

namespace slidetype {

/// An encoder and what is known of it.
struct OpenEncoder {
    EncoderInfo info;
    std::unique_ptr<Encoder> encoder;
    /// SHA-256 over everything that decides about the features: weights, what is done to the pixels, the backend.
    std::string digest;
};

/// Opens an encoder by what a user says:
/// - the name of an installed model, or a model directory with a network of ours: its features are what enters its last
///   layer, as the mean over the model's turns;
/// - a folder with encoder.json and the TorchScript or ONNX file that it names (or the only one there), or such a file
///   (.pt, .pth, .ts, .torchscript, .onnx) with NAME.json or encoder.json beside it; see encoder_config.h.
/// An encoder of others is tried on drawn tiles: what encoder.json says of it need not be so. Nothing in encoder.json
/// is executed; the file is a program, which libtorch or ONNX Runtime runs. Throws Error(not_found), Error(bad_model),
/// Error(unsupported) where the backend cannot run it or the library that could is missing, Error(usage) where a
/// model was not calibrated for integers, and Error(bad_model) where it is not what is expected.
/// `expected`: what it must be, which is looked at before a program of others is run; null: whatever it is.
OpenEncoder open_encoder(const std::string& name_or_path, Backend backend = Backend::automatic,
                         const EncoderInfo* expected = nullptr);

/// The encoder that a model of heads was trained with: in its own folder where that holds it, else where it was then,
/// else by its name. Throws Error(not_found) saying where it was looked for, Error(bad_model) where what is there is
/// another encoder, and what open_encoder() throws.
OpenEncoder open_encoder_of(const ModelDirectory& model, Backend backend = Backend::automatic);

}  // namespace slidetype
