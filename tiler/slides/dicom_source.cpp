#include "tiler/slides/dicom_source.h"

namespace slidetype {

DicomSource::DicomSource(const std::filesystem::path& path) : slide_(path) {
    facts_.vendor = "dicom";
    facts_.properties = slide_.properties();
    facts_.spacings = slide_.spacings();
    facts_.notes = slide_.notes();
    facts_.icc_bytes = slide_.icc_bytes();
    facts_.references = slide_.references();
    const auto& finest = slide_.levels().front();
    for (const auto& image : slide_.levels()) {
        const auto x = static_cast<double>(finest.width()) / static_cast<double>(image.width());
        const auto y = static_cast<double>(finest.height()) / static_cast<double>(image.height());
        facts_.levels.push_back({image.width(), image.height(), x, y, image.tile_width(), image.tile_height()});
        facts_.mean_downsamples.push_back((x + y) / 2);
        facts_.trusted.push_back(true);
    }
}

}  // namespace slidetype
