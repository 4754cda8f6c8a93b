#pragma once

#include <cstddef>
#include <cstdint>
#include <dnnl.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "model/onednn/network_plan.h"

namespace slidetype {

/// Our networks from the first layer to the features, as oneDNN primitives. Convolutions run on one tile at a time, so
/// that what lies between them stays in the cache; dense layers, whose weights stream from memory, on kTiles. All
/// shapes are fixed and rows do not touch each other, so a tile's features depend on nothing but the tile. Immutable
/// once built: any number of threads may use it, each with a workspace of its own.
class OnednnNetwork {
  public:
    static constexpr std::size_t kTiles = NetworkPlan::kTiles;  ///< most tiles per call of features()

    /// `weights` as fold_batch_norm() gives them. With `int8`, the layers that it names are computed with integers.
    /// Throws Error(unsupported) where oneDNN cannot do a layer on this processor, or only with its reference code.
    OnednnNetwork(const Architecture& architecture, InputKind input, const Weights& weights, const Int8Config* int8);

    /// What changes while a network computes: the values between layers.
    class Workspace;
    std::shared_ptr<Workspace> make_workspace() const;

    /// Sees the floats that enter a layer ("conv1", "dense1", …), in oneDNN's order, with zeros between them.
    using Observer = std::function<void(const std::string& layer, std::span<const float> values)>;

    /// Features of 1 … kTiles tiles (patch × patch × 3 bytes each), row by row: valid until the workspace is used
    /// again. Computes on the calling thread alone.
    std::span<const float> features(std::span<const std::uint8_t> tiles, Workspace& workspace,
                                    const Observer& observer = {}) const;

    /// "conv1: jit:avx2" and so on, in order, with the conversions between layers.
    std::vector<std::string> implementations() const;

  private:
    void prepare(std::span<const std::uint8_t> tile, void* out) const;
    using Arguments = std::unordered_map<int, dnnl::memory>;
    static void compute(const Operation& operation, const Arguments& arguments, Workspace& workspace);
    void run(const Chain& chain, Workspace& workspace, bool rows, const Observer& observer) const;

    int edge_;
    InputKind input_kind_;
    dnnl::engine engine_;
    NetworkPlan plan_;
};

}  // namespace slidetype
