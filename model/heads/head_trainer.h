#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/heads/adam.h"
#include "model/heads/head_loss.h"
#include "model/heads/head_pass.h"
#include "model/heads/head_training.h"
#include "model/heads/standardisation.h"

namespace slidetype {

/// A head while it learns, with all that its next step hangs on.
struct LearningHead {
    HeadWeights weights;
    InstanceWeights instances;
    AdamState adam;  ///< of the weights, then of the instance weights
    LearningHead(const HeadShape& shape, std::uint64_t seed);
};

/// All that training goes on from after an epoch.
struct HeadState {
    std::vector<LearningHead> heads;
    std::vector<HeadEpoch> epochs;
};

/// Everything that must be the same for a training to go on.
std::string head_fingerprint(std::span<const TeachingBag> bags, const BagStore& store, const HeadOptions& options);

/// Writes and reads the state, as train_heads() says of its checkpoint. Reading gives false where there is none, and
/// throws Error(bad_data) where it is damaged or of another training.
void save_heads(const std::filesystem::path& file, const HeadState& state, const std::string& fingerprint);
bool load_heads(const std::filesystem::path& file, HeadState& state, const std::string& fingerprint);

/// A bag as one step sees it: tiles drawn of it, standardised.
struct DrawnBag {
    std::size_t index = 0;      ///< of the bags that were given
    std::vector<float> inputs;  ///< tiles × dimension
    double seconds_reading = 0;
};
DrawnBag draw_tiles(const Bag& bag, const Standardisation& standardisation, std::size_t wanted, std::uint64_t seed,
                    std::uint64_t epoch, std::size_t index);

}  // namespace slidetype
