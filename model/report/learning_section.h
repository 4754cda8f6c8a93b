#pragma once

#include <span>
#include <string>

namespace slidetype {

/// What was seen in one epoch: of what taught, and of what was kept out (no number where nothing was).
struct LearningPoint {
    int epoch = 0;
    double train_loss = 0, loss = 0, train_auc = 0, auc = 0;
};

/// Loss and AUC by epoch, side by side, as HTML; empty for no epochs.
std::string learning_section(std::span<const LearningPoint> epochs);

}  // namespace slidetype
