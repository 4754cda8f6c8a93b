#pragma once

#include <string>
#include <vector>

#include "tiler/dicom/dicom_object.h"
#include "tiler/spacing/spacing.h"

namespace slidetype {

/// The pictures of a slide by size.
struct DicomPyramid {
    std::vector<std::vector<DicomObject>> levels;  ///< finest first; each one object, or the parts of one picture
    std::vector<std::string> notes;                ///< as Slide::notes: what was left out
};

/// Whether one may be the other, made smaller: of the same shape, and of the same extent on the glass where both say
/// theirs. In whatever order.
bool may_be_levels(const DicomInstance& one, const DicomInstance& other);

/// Puts parts of concatenations together. Of pictures of the same size (focal planes or optical paths that have objects
/// of their own) one is taken: of the first optical path, in the middle of the focal planes. Pictures that are not
/// the finest made smaller are left out. `pictures`: at least one. Throws the Error of why_not_readable() for the
/// finest.
DicomPyramid pyramid_of_pictures(std::vector<DicomObject> pictures);

/// What a picture says of the size of its pixels, best first.
std::vector<SpacingFinding> dicom_spacings(const DicomInstance& finest);

}  // namespace slidetype
