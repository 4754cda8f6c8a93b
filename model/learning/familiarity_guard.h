#pragma once

#include "model/data/dataset.h"
#include "model/network/familiarity.h"
#include "model/network/model_directory.h"

namespace slidetype {

/// Fits the familiarity of a trained network to the training pictures (benign ones too) and sets the threshold in
/// `config`: the distance that 1 in 100 of the validation pictures exceeds, whose groups the network has not seen.
/// Where the features are those of a model that knows what it has seen (`known`), the training pictures are added to
/// that instead, at its threshold: a few new tiles must not make all that it learnt from unfamiliar.
/// Returns the tensors for write_model_directory(). Bit-identical for any number of threads.
/// Needs the libtorch module. Throws Error(bad_data) where too few pictures can be read.
Weights fit_familiarity_guard(ModelConfig& config, const Weights& weights, const Dataset& dataset, const Split& split,
                              int threads, const ModelDirectory* known = nullptr);

}  // namespace slidetype
