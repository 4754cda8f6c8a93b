#pragma once

#include <memory>

#include "model/scoring/foreign_encoder.h"

namespace slidetype {

/// An ONNX file that somebody else made, run by ONNX Runtime on the processor: one input of count × 3 × edge × edge
/// floats or halves, one output of count × dimension floats or halves; the batch may be of any size or of a fixed one.
/// Throws Error(unsupported) where ONNX Runtime cannot be loaded, Error(bad_model) where the file is none that it can
/// run, takes or gives something else, or fails.
std::unique_ptr<Encoder> make_onnx_encoder(ForeignFile file);

}  // namespace slidetype
