#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "model/network/encoder_config.h"
#include "model/scoring/encoder.h"
#include "plugin/analysis/block_pipeline.h"
#include "plugin/analysis/engine.h"

namespace slidetype {

/// plan_slide() for the tiles that an encoder takes.
SlidePlan plan_slide_for(const EncoderInfo& encoder, const std::filesystem::path& slide, const AnalyseOptions& options,
                         const AnalyseCallbacks& callbacks = {});

/// The tiles of one block that could be read, by their place in the grid, and their features: tiles × D floats. Called
/// for one block after the other, by one thread at a time.
using FeatureSink = std::function<void(std::span<const std::size_t> tiles, std::span<const float> features)>;

/// Encodes the tiles of a plan while they are read; nothing is kept, so memory does not grow with the slide. What the
/// sink is given is the same to the bit for any number of threads. Throws Error(corrupt) where no tile can be read,
/// Error(cancelled) when asked to stop, and what encoder and sink throw.
PipelineRun encode_slide(const SlidePlan& plan, Encoder& encoder, const FeatureSink& sink,
                         const PipelineControl& control);

}  // namespace slidetype
