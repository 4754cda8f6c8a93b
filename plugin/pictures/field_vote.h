#pragma once

#include <span>

#include "model/network/model_directory.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/pictures/field_tiles.h"

namespace slidetype {

/// The tiles of a picture that was cut, once they are scored and it is settled which of them vote.
struct VotingField {
    int width = 0, height = 0;  ///< of the picture
    double spacing_um_px = 0;
    std::span<const FieldTile> tiles;
};

/// By what a person's pictures are called: the model's thresholds, but that no least area of tumour is asked for, since
/// a person chose them.
CallThresholds picture_thresholds(const ModelConfig& model);

/// What they say together: the call that `slidetype run` makes of the same tiles, by the same code (call_result()) and
/// by picture_thresholds(). `gate`: as there. Each tile stands for its even share of the picture's area. `none` where
/// the model's classes are others than LUAD and LUSC; then mean_probabilities alone says something.
SlideCall call_field(const VotingField& field, const ModelConfig& model, bool gate);

}  // namespace slidetype
