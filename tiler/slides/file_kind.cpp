#include "tiler/slides/file_kind.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/pictures/picture_facts.h"
#include "base/read_only_file.h"
#include "base/words.h"
#include "tiler/slides/slide.h"
#include "tiler/slides/slide_folder.h"
#include "tiler/tiff/tiled_directories.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 20> kSlideEndings = {
    // read by OpenSlide, of some version
    ".svs", ".tif", ".tiff", ".ndpi", ".vms", ".vmu", ".scn", ".mrxs", ".svslide", ".bif", ".dcm", ".czi",
    // others, of which it is well to know that they were not done
    ".qptiff", ".isyntax", ".vsi", ".kfb", ".sdpc", ".tmap", ".mds", ".afi"};

bool has_ending(const fs::path& file, std::span<const std::string_view> endings) {
    const auto ending = in_lower_case(file.extension().string());
    return std::ranges::find(endings, ending) != endings.end();
}

/// Its first bytes; nothing where it cannot be read.
std::optional<std::string> head_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return std::nullopt;
    std::string head(4, '\0');
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (stream.bad()) return std::nullopt;
    head.resize(static_cast<std::size_t>(stream.gcount()));
    return head;
}

bool is_plain_tiff(const fs::path& file) {
    static constexpr std::array<std::string_view, 2> endings = {".tif", ".tiff"};
    if (!has_ending(file, endings)) return false;
    const auto open = ReadOnlyFile::open(file);
    return open && is_whole_picture_in_strips(*open);
}

bool is_apple_double(const fs::path& file, std::string_view head) {
    using namespace std::string_view_literals;
    return file.filename().string().starts_with("._") && head == "\0\5\x16\7"sv;
}

FileKind kind_of_part(const fs::path& file) {
    const auto parts = sort_slide_parts({&file, 1});
    return !parts.slides.empty() ? FileKind::slide : !parts.suspects.empty() ? FileKind::suspect : FileKind::other;
}

}  // namespace

bool is_named_like_slide(const fs::path& file) {
    return has_ending(file, kSlideEndings);
}

FileKind kind_of_file(const fs::path& file) {
    if (is_slide_part(file)) return kind_of_part(file);
    if (is_slide(file)) return FileKind::slide;
    const auto head = head_of(file);
    if (!head) return FileKind::suspect;
    if (is_apple_double(file, *head)) return FileKind::other;
    if (is_named_like_slide(file)) return is_plain_tiff(file) ? FileKind::picture : FileKind::suspect;
    return is_named_like_picture(file) ? FileKind::picture : FileKind::other;
}

}  // namespace slidetype
