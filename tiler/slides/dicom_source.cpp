#include "tiler/slides/dicom_source.h"

#include <system_error>

#include "tiler/dicom/dicom_folder.h"

namespace slidetype {

bool is_dicom_path(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return has_dicom_files(path);
    return std::filesystem::is_regular_file(path, error) && is_dicom_file(path);
}

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
