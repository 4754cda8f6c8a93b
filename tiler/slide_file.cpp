#include "tiler/slide_file.h"

#include <openslide.h>

#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.h"
#include "tiler/slide.h"

namespace slidetype {
namespace {

bool is_dicom(const std::filesystem::path& path) {
    std::array<char, 132> head{};
    std::ifstream stream(path, std::ios::binary);
    stream.read(head.data(), head.size());
    return path.extension() == ".dcm" || std::string_view(head.data() + 128, 4) == "DICM";
}

constexpr const char* kCheckAccess = "Check its permissions, and that its disk is connected.";

void require_readable_folder(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::directory_iterator entries(path, error);
    while (!error && entries != std::filesystem::directory_iterator()) entries.increment(error);
    if (error) {
        throw Error(ErrorCode::io, path.string(), "is a folder that cannot be read: " + error.message(), kCheckAccess);
    }
}

void require_readable_file(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) throw_not_found(path);
    if (error) throw Error(ErrorCode::io, path.string(), "cannot be reached: " + error.message(), kCheckAccess);
    if (std::filesystem::is_directory(status)) {
        require_readable_folder(path);
        throw Error(ErrorCode::unsupported, path.string(), "is a folder, not a slide",
                    "Name the slide file itself; of a MIRAX slide the .mrxs file beside its folder.");
    }
    if (!std::filesystem::is_regular_file(status)) throw Error(ErrorCode::unsupported, path.string(), "is not a file");
    if (!std::ifstream(path, std::ios::binary))
        throw Error(ErrorCode::io, path.string(), "cannot be opened for reading", "Check its permissions.");
    if (std::filesystem::file_size(path, error) == 0 && !error)
        throw Error(ErrorCode::unsupported, path.string(), "is empty", "Copy it again from where it came.");
}

bool is_tiff(const std::filesystem::path& path) {
    std::array<char, 4> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    const std::string_view magic(head.data(), head.size());
    using namespace std::string_view_literals;
    return magic == "II*\0"sv || magic == "MM\0*"sv || magic == "II+\0"sv || magic == "MM\0+"sv;
}

[[noreturn]] void throw_unsupported(const std::filesystem::path& path) {
    if (is_dicom(path))
        throw Error(ErrorCode::unsupported, path.string(),
                    "is a DICOM file, which OpenSlide " + std::string(openslide_get_version()) + " cannot read",
                    "OpenSlide 4.0 or newer reads DICOM slides; or convert the slide to a tiled pyramidal TIFF.");
    if (is_tiff(path))
        throw Error(ErrorCode::unsupported, path.string(),
                    "is a TIFF file that OpenSlide takes for no slide: it may be cut short, or of another kind",
                    "Compare its size with the original's. Of plain TIFFs only tiled ones can be read.");
    throw Error(ErrorCode::unsupported, path.string(), "is of no slide format that OpenSlide knows",
                "Readable formats: Aperio (.svs, .tif), Hamamatsu (.ndpi, .vms, .vmu), Leica (.scn), MIRAX (.mrxs), "
                "Philips (.tiff), Sakura (.svslide), Trestle (.tif), Ventana (.bif, .tif), tiled pyramidal TIFF.");
}

}  // namespace

void throw_not_found(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_symlink(path, error)) {
        throw Error(ErrorCode::not_found, path.string(),
                    "is a link to " + std::filesystem::read_symlink(path, error).string() + ", which does not exist",
                    "Check that the disk that it leads to is connected.");
    }
    throw Error(ErrorCode::not_found, path.string(), "does not exist");
}

SlideHandle open_slide_file(const std::filesystem::path& path) {
    require_readable_file(path);
    if (openslide_detect_vendor(path.c_str()) == nullptr) throw_unsupported(path);
    SlideHandle handle(openslide_open(path.c_str()), [](openslide_t* slide) {
        if (slide != nullptr) openslide_close(slide);
    });
    if (!handle) throw_unsupported(path);
    if (const char* error = openslide_get_error(handle.get()))
        throw Error(ErrorCode::corrupt, path.string(), std::string("cannot be opened: ") + error,
                    "The file may be truncated: copy it from the scanner again.");
    return handle;
}

bool is_slide(const std::filesystem::path& file) {
    return openslide_detect_vendor(file.c_str()) != nullptr;
}

}  // namespace slidetype
