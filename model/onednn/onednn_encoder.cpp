#include "model/onednn/onednn_encoder.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/pool.h"
#include "model/onednn/equalise.h"
#include "model/onednn/network.h"
#include "model/onednn/onednn_version.h"
#include "model/scoring/turns.h"

namespace slidetype {
namespace {

OnednnNetwork make_network(const ModelDirectory& model, bool int8) {
    if (!model.is_network()) {
        throw Error(ErrorCode::unsupported, model.path.string(), "is no network of ours, which alone oneDNN can run");
    }
    const auto& config = *model.config.slidetype;
    if (int8 && !config.int8) {
        throw Error(ErrorCode::usage, model.path.string(), "was not calibrated for 8-bit integers",
                    "`slidetype models calibrate` does so.");
    }
    const auto& architecture = find_architecture(model.config.architecture);
    auto weights = fold_batch_norm(model.weights, architecture);
    if (!int8) return {architecture, input_of(model.config), weights, nullptr};
    return {architecture, input_of(model.config), equalise_channels(std::move(weights), architecture), &*config.int8};
}

class OnednnEncoder final : public Encoder {
  public:
    OnednnEncoder(const ModelDirectory& model, bool int8)
        : network_(make_network(model, int8)),
          dimension_(feature_count(find_architecture(model.config.architecture))),
          edge_(static_cast<std::size_t>(model.config.patch_size_px)),
          tile_bytes_(3 * edge_ * edge_),
          turns_(model.config.slidetype->turns),
          int8_(int8),
          source_(model.path.string()) {}

    std::string description() const override {
        return "oneDNN " + onednn_version() + ", CPU, " + (int8_ ? "8-bit integers" : "32-bit floats");
    }

    std::size_t dimension() const override { return dimension_; }

    std::vector<float> encode(std::span<const std::uint8_t> tiles, std::size_t count) override {
        if (tiles.size() != count * tile_bytes_)
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        const auto workspace = workspaces_.take([this] { return network_.make_workspace(); });
        std::vector<float> features;
        features.reserve(count * dimension_);
        try {
            for (std::size_t begin = 0; begin < count; begin += OnednnNetwork::kTiles) {
                const auto now = std::min(OnednnNetwork::kTiles, count - begin);
                const auto some = features_of(tiles.subspan(begin * tile_bytes_, now * tile_bytes_), *workspace);
                features.insert(features.end(), some.begin(), some.end());
            }
        } catch (const dnnl::error& error) {
            throw Error(ErrorCode::internal, source_, std::string("oneDNN: ") + error.what());
        }
        workspaces_.give_back(workspace);
        if (!std::ranges::all_of(features, [](float value) { return std::isfinite(value); })) {
            throw Error(ErrorCode::bad_model, source_, "the network gives no finite number");
        }
        return features;
    }

  private:
    /// The mean over the positions of each tile: what follows is linear, so logits are averaged with them.
    std::vector<float> features_of(std::span<const std::uint8_t> tiles, OnednnNetwork::Workspace& workspace) const {
        const auto plain = network_.features(tiles, workspace);
        std::vector<float> sum(plain.begin(), plain.end());
        for (int turn = 1; turn < turns_; ++turn) {
            const auto features = network_.features(turned(tiles, edge_, turn), workspace);
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += features[i];
        }
        for (auto& value : sum) value /= static_cast<float>(turns_);
        return sum;
    }

    OnednnNetwork network_;
    std::size_t dimension_, edge_, tile_bytes_;
    int turns_;
    bool int8_;
    std::string source_;
    Pool<std::shared_ptr<OnednnNetwork::Workspace>> workspaces_;
};

}  // namespace

std::unique_ptr<Encoder> make_onednn_encoder(const ModelDirectory& model, bool int8) {
    return std::make_unique<OnednnEncoder>(model, int8);
}

std::vector<std::string> onednn_implementations(const ModelDirectory& model, bool int8) {
    return make_network(model, int8).implementations();
}

}  // namespace slidetype
