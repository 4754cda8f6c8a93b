#include "tiler/slides/slide_folder.h"

#include <system_error>
#include <utility>

#include "base/dicom_mark.h"
#include "base/error.h"
#include "tiler/dicom/dicom_folder.h"

namespace slidetype {
namespace fs = std::filesystem;

bool is_slide_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error) && has_dicom_files(path);
}

bool is_slide_part(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && is_dicom_file(path);
}

SlideParts sort_slide_parts(std::span<const fs::path> files) {
    auto listing = list_dicom_files(files);
    return {std::move(listing.slides), std::move(listing.others), std::move(listing.suspects)};
}

std::vector<fs::path> parts_of_slide(const fs::path& slide) {
    if (!is_slide_part(slide) && !is_slide_folder(slide)) return {};
    try {
        return files_of_dicom_slide(slide);
    } catch (const Error&) {
        return {};
    }
}

std::string name_of_slide(const fs::path& slide) {
    std::error_code error;
    if (!fs::is_directory(slide, error)) return slide.stem().string();
    const auto whole = fs::absolute(slide, error).lexically_normal();
    return (whole.filename().empty() ? whole.parent_path() : whole).filename().string();
}

std::uintmax_t bytes_of_slide(const fs::path& slide) {
    const auto bytes_of = [](const fs::path& file) -> std::uintmax_t {
        std::error_code error;
        const auto bytes = fs::file_size(file, error);
        return error ? 0 : bytes;
    };
    const auto parts = parts_of_slide(slide);
    if (parts.empty()) return bytes_of(slide);
    std::uintmax_t sum = 0;
    for (const auto& part : parts) sum += bytes_of(part);
    return sum;
}

}  // namespace slidetype
