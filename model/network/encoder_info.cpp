#include "model/network/encoder_info.h"

namespace slidetype {

bool is_same_encoder(const EncoderInfo& a, const EncoderInfo& b) {
    return a.sha256 == b.sha256 && a.patch_size_px == b.patch_size_px && a.spacing_um_px == b.spacing_um_px &&
           a.dimension == b.dimension;
}

}  // namespace slidetype
