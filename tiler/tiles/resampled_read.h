#pragma once

#include "base/raster.h"
#include "tiler/slides/slide.h"

namespace slidetype {

/// By how much a level may be shrunk while it is decoded when one output pixel is to span `ratio` of its pixels: the
/// largest of 8, 4 and 2 that leaves a factor of two (less 2 %) to be averaged, else 1; 1 too where decoding at full
/// size costs no more (Slide::shrinks_while_decoding).
int shrink_for(const Slide& slide, int level, double ratio);

/// `rect` with its corners moved outwards to multiples of `shrink`.
Rect widened(const Rect& rect, int shrink);

/// Reads `rect` (pixels of `level`) and brings it to width × height by area averaging (linearly where that enlarges),
/// with as much of the shrinking done by the decoder as shrink_for allows. Throws as Slide::read.
RgbImage read_resampled(const Slide& slide, int level, const Rect& rect, int width, int height);

}  // namespace slidetype
