#include "tiler/slides/slide_file.h"

#include <openslide.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/read_only_file.h"
#include "base/words.h"
#include "tiler/slides/companions.h"
#include "tiler/slides/file_kind.h"
#include "tiler/slides/picture_source.h"
#include "tiler/slides/slide.h"
#include "tiler/slides/slide_folder.h"
#include "tiler/tiff/tiff_picture.h"

namespace slidetype {
namespace {

constexpr std::size_t kMostNamed = 3;  // of missing files, in a message
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
                    "Name the slide file itself; of a MIRAX slide the .mrxs file beside its folder. Folders with the "
                    "files of one DICOM slide are slides.");
    }
    if (!std::filesystem::is_regular_file(status)) throw Error(ErrorCode::unsupported, path.string(), "is not a file");
    if (!std::ifstream(path, std::ios::binary))
        throw Error(ErrorCode::io, path.string(), "cannot be opened for reading", "Check its permissions.");
    if (std::filesystem::file_size(path, error) == 0 && !error)
        throw Error(ErrorCode::unsupported, path.string(), "is empty", "Copy it again from where it came.");
}

/// A slide of which a file is missing is neither of an unknown kind nor damaged.
void require_companions(const Companions& companions, const std::filesystem::path& path) {
    const auto& missing = companions.missing;
    if (missing.empty()) return;
    std::string names;
    for (std::size_t i = 0; i < std::min(missing.size(), kMostNamed); ++i) names += (i > 0 ? ", " : "") + missing[i];
    if (missing.size() > kMostNamed) names += " and " + std::to_string(missing.size() - kMostNamed) + " more";
    const auto folder = companions.main.parent_path().string();
    const bool one = companions.wanted == 1;
    throw Error(
        ErrorCode::not_found, path.string(),
        "is one file of a slide that has several, and " +
            (one ? names + " is"
                 : std::to_string(missing.size()) + " of the " + std::to_string(companions.wanted) + " others are") +
            " not beside it" + (one ? "" : ": " + names),
        "Copy or link what belongs to the slide into " + (folder.empty() ? "the same folder" : folder) +
            ", under the names that it has.");
}

bool is_tiff(const std::filesystem::path& path) {
    std::array<char, 4> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    const std::string_view magic(head.data(), head.size());
    using namespace std::string_view_literals;
    return magic == "II*\0"sv || magic == "MM\0*"sv || magic == "II+\0"sv || magic == "MM\0+"sv;
}

/// Why the picture of a TIFF is of a kind that cannot be read; nothing where it is not, or is no TIFF.
std::optional<Refusal> refusal_of(const std::filesystem::path& path, bool aperio) {
    const auto file = ReadOnlyFile::open(path);
    const auto picture = file ? finest_picture(*file) : std::nullopt;
    return picture ? why_unsupported(*picture, aperio) : std::nullopt;
}

/// What a picture is whose name claims more; nothing for all else.
std::optional<PictureFormat> picture_named_like_slide(const std::filesystem::path& path) {
    if (!is_named_like_slide(path) || is_named_like_picture(path)) return std::nullopt;
    try {
        const auto facts = picture_in(path);
        return facts ? std::optional(facts->format) : std::nullopt;
    } catch (const Error&) {  // its head is cut
        return std::nullopt;
    }
}

[[noreturn]] void throw_unsupported(const std::filesystem::path& path) {
    if (in_lower_case(path.extension().string()) == ".dcm")
        throw Error(
            ErrorCode::unsupported, path.string(), "is named like a DICOM file, but does not begin as one",
            "It may be damaged, or a data set without the head of a file (PS3.10), which dcmconv of DCMTK adds.");
    if (const auto refusal = refusal_of(path, false))
        throw Error(ErrorCode::unsupported, path.string(), refusal->cause, refusal->hint);
    if (const auto picture = picture_named_like_slide(path))
        throw Error(ErrorCode::unsupported, path.string(),
                    "is named like a slide, but holds a plain picture (" + std::string(to_string(*picture)) + ")",
                    "If it is a photograph of the section, give it the ending of one, such as .jpg or .tif.");
    if (is_tiff(path))
        throw Error(ErrorCode::unsupported, path.string(),
                    "is a TIFF file that OpenSlide takes for no slide: it may be cut short, or of another kind",
                    "Compare its size with the original's. Of plain TIFFs those can be read that are tiled, or whole "
                    "pictures in "
                    "strips.");
    throw Error(
        ErrorCode::unsupported, path.string(), "is of no slide format that OpenSlide knows, and no picture",
        "Readable formats: Aperio (.svs, .tif), Hamamatsu (.ndpi, .vms, .vmu), Leica (.scn), MIRAX (.mrxs), "
        "DICOM (.dcm), Philips (.tiff), Sakura (.svslide), Trestle (.tif), Ventana (.bif, .tif), tiled pyramidal TIFF; "
        "photographs as JPEG, PNG, BMP, WebP or TIFF.");
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
    const auto companions = companions_of(path);
    const auto& main = companions.main;
    const char* const vendor = openslide_detect_vendor(main.c_str());
    if (vendor == nullptr) {
        require_companions(companions, path);
        throw_unsupported(path);
    }
    SlideHandle handle(openslide_open(main.c_str()), [](openslide_t* slide) {
        if (slide != nullptr) openslide_close(slide);
    });
    if (!handle) throw_unsupported(path);
    if (const char* error = openslide_get_error(handle.get())) {
        require_companions(companions, path);
        if (const auto refusal = refusal_of(path, std::string_view(vendor) == "aperio"))
            throw Error(ErrorCode::unsupported, path.string(), refusal->cause, refusal->hint);
        throw Error(ErrorCode::corrupt, path.string(), std::string("cannot be opened: ") + error,
                    "The file may be truncated: copy it from the scanner again.");
    }
    return handle;
}

bool is_slide(const std::filesystem::path& file) {
    if (is_slide_part(file)) return !sort_slide_parts({&file, 1}).slides.empty();
    return openslide_detect_vendor(companions_of(file).main.c_str()) != nullptr;
}

}  // namespace slidetype
