// The registry is PS3.6, annex A. What is not listed there as of 2024 is named by its UID.
#include "tiler/dicom/transfer_syntax.h"

#include <algorithm>
#include <array>

namespace slidetype {
namespace {

constexpr auto kPlain = FrameCodec::plain;

constexpr std::array<TransferSyntax, 28> kSyntaxes = {{
    {kImplicitLittleEndian, "Implicit VR Little Endian", true, kPlain},
    {"1.2.840.10008.1.2.1", "Explicit VR Little Endian", true, kPlain},
    {"1.2.840.10008.1.2.4.50", "JPEG Baseline", true, FrameCodec::jpeg},
    {"1.2.840.10008.1.2.4.51", "JPEG Extended", true, FrameCodec::jpeg},
    {"1.2.840.10008.1.2.4.90", "JPEG 2000 (lossless)", true, FrameCodec::jpeg2000},
    {"1.2.840.10008.1.2.4.91", "JPEG 2000", true, FrameCodec::jpeg2000},
    {"1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", false, kPlain},
    {"1.2.840.10008.1.2.2", "Explicit VR Big Endian", false, kPlain},
    {"1.2.840.10008.1.2.4.57", "JPEG Lossless", false, kPlain},
    {"1.2.840.10008.1.2.4.70", "JPEG Lossless", false, kPlain},
    {"1.2.840.10008.1.2.4.80", "JPEG-LS (lossless)", false, kPlain},
    {"1.2.840.10008.1.2.4.81", "JPEG-LS", false, kPlain},
    {"1.2.840.10008.1.2.4.92", "JPEG 2000 of several components", false, kPlain},
    {"1.2.840.10008.1.2.4.93", "JPEG 2000 of several components", false, kPlain},
    {"1.2.840.10008.1.2.4.94", "JPIP", false, kPlain},
    {"1.2.840.10008.1.2.4.95", "JPIP", false, kPlain},
    {"1.2.840.10008.1.2.4.100", "MPEG2", false, kPlain},
    {"1.2.840.10008.1.2.4.102", "MPEG-4", false, kPlain},
    {"1.2.840.10008.1.2.4.107", "HEVC", false, kPlain},
    {"1.2.840.10008.1.2.4.108", "HEVC", false, kPlain},
    {"1.2.840.10008.1.2.4.110", "JPEG XL (lossless)", false, kPlain},
    {"1.2.840.10008.1.2.4.111", "JPEG XL", false, kPlain},
    {"1.2.840.10008.1.2.4.112", "JPEG XL", false, kPlain},
    {"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 (lossless)", false, kPlain},
    {"1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 (lossless)", false, kPlain},
    {"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", false, kPlain},
    {"1.2.840.10008.1.2.5", "RLE", false, kPlain},
    {"1.2.840.10008.1.2.8.1", "deflated frames", false, kPlain},
}};

}  // namespace

const TransferSyntax* find_transfer_syntax(std::string_view uid) {
    const auto* found = std::ranges::find(kSyntaxes, uid, &TransferSyntax::uid);
    return found == kSyntaxes.end() ? nullptr : found;
}

std::string why_not_stepped_through(std::string_view uid) {
    if (uid != "1.2.840.10008.1.2.1.99" && uid != "1.2.840.10008.1.2.2") return {};
    return "is a DICOM file in " + std::string(find_transfer_syntax(uid)->name) + ", which is not read here";
}

}  // namespace slidetype
