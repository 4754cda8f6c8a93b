#pragma once

#include <string>
#include <string_view>

namespace slidetype {

inline constexpr std::string_view kImplicitLittleEndian = "1.2.840.10008.1.2";

/// How frames are coded.
enum class FrameCodec { plain, jpeg, jpeg2000 };

/// A way in which DICOM objects are coded.
struct TransferSyntax {
    std::string_view uid, name;
    bool readable;     ///< else `name` says what is missing
    FrameCodec codec;  ///< of what is readable
};

/// By its UID; null where it is not known.
const TransferSyntax* find_transfer_syntax(std::string_view uid);

/// Why the data set of an object cannot even be stepped through; empty where it can.
std::string why_not_stepped_through(std::string_view uid);

inline constexpr const char* kHowToConvertDicom =
    "Convert it to JPEG Baseline, JPEG 2000 or uncompressed pixels (with DCMTK: dcmdjpls for JPEG-LS, dcmdrle for RLE, "
    "dcmdjpeg for JPEG Lossless, dcmconv for data sets that are deflated or in big endian), or export the slide anew.";

}  // namespace slidetype
