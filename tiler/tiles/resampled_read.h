#pragma once

#include "base/raster.h"
#include "tiler/slides/slide.h"

namespace slidetype {

/// The level to read when one output pixel is to span `downsample` level-0 pixels and the picture is for a network: the
/// coarsest that leaves a factor of four (less 2 %) to be resampled, so that its pixels do not depend on the levels
/// that the slide happens to have, nor on who made them; else the finest.
int level_for_network(const Slide& slide, double downsample);

/// By how much a level may be shrunk while it is decoded when one output pixel is to span `ratio` of its pixels: the
/// largest of 8, 4 and 2 that leaves a factor of two (less 2 %) to be resampled, else 1; 1 too where decoding at full
/// size costs no more (Slide::shrinks_while_decoding).
int shrink_for(const Slide& slide, int level, double ratio);

/// `rect` with its corners moved outwards to multiples of `shrink`.
Rect widened(const Rect& rect, int shrink);

/// For people: reads `rect` (pixels of `level`) and brings it to width × height by averaging areas (linearly where that
/// enlarges), which leaves no seams between neighbours, with as much of the shrinking done by the decoder as shrink_for
/// allows. Throws as Slide::read.
RgbImage read_resampled(const Slide& slide, int level, const Rect& rect, int width, int height);

}  // namespace slidetype
