#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/heads/attention_head.h"
#include "model/scoring/aggregator.h"

namespace slidetype {

/// The heads of a cross-validation as one: logits and attention are the means of theirs. `temperature` makes
/// probabilities of logits, of tiles and of bags alike; `source` is for messages. Throws Error(bad_model) where there
/// is no head, or heads differ in shape.
std::unique_ptr<Aggregator> make_head_aggregator(std::vector<HeadWeights> heads, double temperature,
                                                 std::string source);

}  // namespace slidetype
