#include "tiler/tiff/quiet.h"

#include <tiffio.h>

namespace slidetype {

void silence_decoder_messages() {
    TIFFSetWarningHandler(nullptr);
    TIFFSetErrorHandler(nullptr);
}

}  // namespace slidetype
