#pragma once

#include <string>
#include <vector>

#include "base/pictures/picture_facts.h"
#include "tiler/spacing/spacing.h"

namespace slidetype {

/// All places where a picture file says how large its pixels are, best first, by the rules of slides: OME-XML and
/// ImageJ's unit in a TIFF's description, then resolutions (EXIF, JFIF, PNG, BMP, TIFF), which are believed where a
/// microscope can have made such pixels. So 72 or 96 pixels per inch, which programs write without meaning them, never
/// are.
std::vector<SpacingFinding> find_spacings(const PictureFacts& facts);

/// What to do about a picture that does not say it; for resolve_spacing().
std::string how_to_give_spacing_of_picture();

}  // namespace slidetype
