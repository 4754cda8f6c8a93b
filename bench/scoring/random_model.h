#pragma once

#include <string>

#include "model/network/model_directory.h"

namespace slidetype::bench {

/// A model of the named architecture with random weights, always the same: how fast a network is does not depend on
/// them. Throws Error(usage) for an unknown name.
ModelDirectory random_model(const std::string& architecture);

}  // namespace slidetype::bench
