#pragma once

#include <filesystem>
#include <string>

#include "plugin/cohorts/attended_tiles.h"
#include "plugin/teaching/placed_tiles.h"

namespace slidetype {

/// Cuts what was picked into a folder of training tiles, each with the model's field round the centre of the encoder's
/// tile. What is wrong with a slide is among the cut's problems: its features are of another slide, or the encoder's
/// tiles are more than twice as wide as the field or less than half of it, so that the network would be taught by
/// tissue that the heads have not looked at. Throws what cut_placed_tiles() throws.
PlacedCut cut_attended_tiles(const AttendedTiles& tiles, const std::filesystem::path& folder,
                             const PlacedCutOptions& options, const CutCallbacks& callbacks = {});

/// A line per tile that was cut: slide,x,y,width,height,label,attention_percentile,prob_LUSC,file. x … height:
/// what the picture shows, level-0 pixels.
std::string picked_tiles_csv(const AttendedTiles& tiles, const PlacedCut& cut);

}  // namespace slidetype
