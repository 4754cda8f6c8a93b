#pragma once

#include <cstddef>
#include <dnnl.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/network/architecture.h"
#include "model/network/model_directory.h"
#include "model/network/weights.h"
#include "model/onednn/input.h"
#include "model/onednn/winograd.h"

namespace slidetype {

/// One oneDNN primitive, or a filtering of ours, with what never changes.
struct Operation {
    std::string name;            ///< "conv1", "maximum", …
    std::string implementation;  ///< "jit:avx2", …
    bool layer = false;          ///< one with weights
    dnnl::primitive primitive;
    std::shared_ptr<const WinogradConvolution> filtering;  ///< in place of the primitive, where it is set
    std::unordered_map<int, dnnl::memory> constants;
    dnnl::memory::desc source, destination, scratchpad;
};
using Chain = std::vector<Operation>;

/// A network as primitives, in the order of their work.
struct NetworkPlan {
    /// Rows that the row chain computes at once, as many as a caller usually brings: the weights of `seed`'s dense
    /// layer stream from memory once for all of them.
    static constexpr std::size_t kTiles = 16;

    Chain tile;                     ///< a tile → its values in a row
    Chain rows;                     ///< kTiles rows → features; empty where no dense layer lies before the features
    std::optional<ByteCode> bytes;  ///< how the tile chain wants its pixels; absent: as floats, without a margin
    int margin = 0;                 ///< pixels of zeros around the tile
    std::size_t row_bytes = 0;      ///< of one tile, at the end of the tile chain
    std::size_t features = 0;       ///< per tile
    std::vector<std::shared_ptr<std::byte>> buffers;  ///< what constants lie in
};

/// `weights` as fold_batch_norm() gives them. With `int8`, the layers that it names are computed with integers. Throws
/// dnnl::error where oneDNN cannot do a layer. Primitives are made for the number of threads that OpenMP has set for
/// the calling thread.
NetworkPlan plan_network(const dnnl::engine& engine, const Architecture& architecture, const Weights& weights,
                         const Int8Config* int8);

}  // namespace slidetype
