#pragma once

namespace slidetype {

/// Stops libtiff, through which OpenSlide reads most formats, from printing warnings and errors of its own to standard
/// error: what matters of them comes as an Error or a tile's reason. For programs, at their start: the setting is one
/// for the whole process, so a library should leave it alone.
void silence_decoder_messages();

}  // namespace slidetype
