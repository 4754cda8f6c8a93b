// Where formats say what a picture is:
//   JPEG  segments FF xx, length, data: SOFn has size and components, APP0 JFIF the density, APP1 EXIF, APP14 Adobe's
//         marker of inks (ITU-T T.81, annex B; T.871; T.872, 6.5.3)
//   PNG   chunks length, name, data: IHDR, pHYs, acTL, tRNS, eXIf (https://www.w3.org/TR/png-3/)
//   BMP   two headers (BITMAPFILEHEADER, BITMAPINFOHEADER and its kin)
//   WebP  RIFF chunks VP8, VP8L, VP8X, ANMF, EXIF (https://developers.google.com/speed/webp/docs/riff_container)
//   TIFF  tags (TIFF 6.0)
#include "base/pictures/picture_facts.h"

#include <algorithm>
#include <array>
#include <span>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/pictures/tag_directory.h"
#include "base/words.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr double kUmPerInch = 25400, kUmPerCm = 1e4, kUmPerMetre = 1e6;
enum Tag {
    kNewSubfileType = 254,
    kImageWidth = 256,
    kImageLength = 257,
    kBitsPerSample = 258,
    kPhotometric = 262,
    kImageDescription = 270,
    kOrientation = 274,
    kSamplesPerPixel = 277,
    kXResolution = 282,
    kYResolution = 283,
    kResolutionUnit = 296,
    kExtraSamples = 338
};

/// Bytes of the file by place and order; 0 beyond its end, which `good` remembers.
class Head {
  public:
    explicit Head(FilePart file) : file_(file) {}
    std::uint32_t big(std::uint64_t at, std::size_t count) {
        const auto read = bytes(at, count);
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value << 8 | read.at(i);
        return value;
    }
    std::uint32_t little(std::uint64_t at, std::size_t count) {
        const auto read = bytes(at, count);
        std::uint32_t value = 0;
        for (std::size_t i = count; i-- > 0;) value = value << 8 | read.at(i);
        return value;
    }
    bool is(std::uint64_t at, std::string_view text) {
        std::string there(text.size(), '\0');
        return read(at, there) && there == text;
    }
    bool read(std::uint64_t at, std::string& to) const {
        return file_.read(at, {reinterpret_cast<std::uint8_t*>(to.data()), to.size()});
    }
    bool good() const { return good_; }
    std::uint64_t size() const { return file_.size; }
    FilePart part(std::uint64_t at, std::uint64_t size) const { return file_.part(at, size); }

  private:
    std::array<std::uint8_t, 4> bytes(std::uint64_t at, std::size_t count) {
        std::array<std::uint8_t, 4> bytes{};
        good_ = file_.read(at, std::span(bytes).first(count)) && good_;
        return bytes;
    }
    FilePart file_;
    bool good_ = true;
};

void add_resolution(PictureFacts& facts, std::string place, double x, double y, double unit_um) {
    if (x > 0 || y > 0) facts.resolutions.push_back({std::move(place), x, y, unit_um});
}

void add_tagged_resolution(PictureFacts& facts, const TagDirectory& tags, const char* place) {
    const auto unit = tags.number(kResolutionUnit, 2);
    add_resolution(facts, place, tags.number(kXResolution, 0), tags.number(kYResolution, 0),
                   unit == 2   ? kUmPerInch
                   : unit == 3 ? kUmPerCm
                               : 0);
}

/// 0 … 2^31.
std::int64_t whole_number(const TagDirectory& tags, Tag tag, double otherwise) {
    return static_cast<std::int64_t>(std::clamp(tags.number(tag, otherwise), 0.0, 0x1p31));
}

int orientation_of(const TagDirectory& tags) {
    const auto said = tags.number(kOrientation, 1);
    return said >= 1 && said <= 8 ? static_cast<int>(said) : 1;
}

/// `part` begins with the order of bytes.
void add_exif(PictureFacts& facts, FilePart part) {
    const auto exif = TagDirectories::open(part);
    if (!exif) return;
    facts.orientation = orientation_of(exif->first());
    add_tagged_resolution(facts, exif->first(), "EXIF resolution");
}

void look_at_frame(PictureFacts& facts, Head& head, std::uint64_t at, unsigned marker) {
    facts.bits = static_cast<int>(head.big(at + 4, 1));
    facts.height = head.big(at + 5, 2);
    facts.width = head.big(at + 7, 2);
    const auto components = head.big(at + 9, 1);
    facts.colours = components == 1   ? PictureColours::grey
                    : components == 4 ? PictureColours::cmyk
                    : components == 3 ? PictureColours::rgb
                                      : PictureColours::other;
    facts.progressive = marker == 0xC2 || marker == 0xC6 || marker == 0xCA || marker == 0xCE;
    facts.arithmetic = marker == 0xC3 || marker >= 0xC5;
}

std::optional<PictureResolution> jfif_density(Head& head, std::uint64_t at) {
    const auto unit = head.big(at + 11, 1);  // 0: only the shape of a pixel
    if (unit != 1 && unit != 2) return std::nullopt;
    return PictureResolution{"JFIF density", static_cast<double>(head.big(at + 12, 2)),
                             static_cast<double>(head.big(at + 14, 2)), unit == 1 ? kUmPerInch : kUmPerCm};
}

/// The decoder would fill up what is missing with grey and say nothing.
bool has_end_marker(Head& head) {
    constexpr std::uint64_t kPaddingAllowed = 1024;
    std::string tail(std::min(head.size(), kPaddingAllowed), '\0');
    return head.read(head.size() - tail.size(), tail) && tail.find("\xFF\xD9") != std::string::npos;
}

PictureFacts look_at_jpeg(Head& head) {
    PictureFacts facts{.format = PictureFormat::jpeg};
    std::optional<PictureResolution> density;
    bool adobe = false, exif = false;
    for (std::uint64_t at = 2; head.good();) {
        if (head.big(at, 1) != 0xFF) break;
        const auto marker = head.big(at + 1, 1);
        if (marker == 0xFF) {  // filling
            ++at;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) break;  // the pixels begin
        const std::uint64_t length = head.big(at + 2, 2);
        if (marker == 0xE0 && head.is(at + 4, std::string_view("JFIF\0", 5))) density = jfif_density(head, at);
        if (marker == 0xE1 && length > 8 && !exif && head.is(at + 4, std::string_view("Exif\0\0", 6))) {
            exif = true;
            add_exif(facts, head.part(at + 10, length - 8));
        }
        if (marker == 0xEE && head.is(at + 4, "Adobe")) adobe = true;
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) look_at_frame(facts, head, at, marker);
        at += 2 + std::max<std::uint64_t>(length, 2);
    }
    facts.untold_inks = facts.colours == PictureColours::cmyk && !adobe;
    facts.cut_short = !has_end_marker(head);
    if (density) add_resolution(facts, density->place, density->x, density->y, density->unit_um);
    return facts;
}

PictureFacts look_at_png(Head& head) {
    PictureFacts facts{.format = PictureFormat::png};
    facts.cut_short = true;
    for (std::uint64_t at = 8; head.good() && at + 12 <= head.size();) {
        const std::uint64_t length = head.big(at, 4), data = at + 8;
        if (data + length + 4 > head.size()) break;
        if (head.is(at + 4, "IEND")) facts.cut_short = false;
        if (!facts.cut_short) break;
        if (head.is(at + 4, "IHDR")) {
            facts.width = head.big(data, 4);
            facts.height = head.big(data + 4, 4);
            facts.bits = static_cast<int>(head.big(data + 8, 1));
            const auto type = head.big(data + 9, 1);
            facts.colours = type == 3                ? PictureColours::palette
                            : type == 0 || type == 4 ? PictureColours::grey
                                                     : PictureColours::rgb;
            facts.transparent = type == 4 || type == 6;
            facts.interlaced = head.big(data + 12, 1) != 0;
        } else if (head.is(at + 4, "tRNS")) {
            facts.transparent = true;
        } else if (head.is(at + 4, "acTL")) {
            facts.frames = static_cast<int>(std::clamp<std::uint32_t>(head.big(data, 4), 1, 1U << 20));
        } else if (head.is(at + 4, "pHYs") && head.big(data + 8, 1) == 1) {
            add_resolution(facts, "PNG pHYs", head.big(data, 4), head.big(data + 4, 4), kUmPerMetre);
        } else if (head.is(at + 4, "eXIf")) {
            add_exif(facts, head.part(data, length));
        }
        at += 12 + length;
    }
    return facts;
}

PictureFacts look_at_bmp(Head& head) {
    PictureFacts facts{.format = PictureFormat::bmp};
    if (head.little(14, 4) == 12) {  // of OS/2
        facts.width = head.little(18, 2);
        facts.height = head.little(20, 2);
        facts.bits = static_cast<int>(head.little(24, 2));
    } else {
        facts.width = static_cast<std::int32_t>(head.little(18, 4));
        const auto height = static_cast<std::int32_t>(head.little(22, 4));  // negative: from the top
        facts.height = height < 0 ? -std::int64_t{height} : height;
        facts.bits = static_cast<int>(head.little(28, 2));
        add_resolution(facts, "BMP resolution", static_cast<std::int32_t>(head.little(38, 4)),
                       static_cast<std::int32_t>(head.little(42, 4)), kUmPerMetre);
    }
    const auto depth = static_cast<unsigned>(facts.bits);
    if (depth <= 8) facts.colours = PictureColours::palette;
    facts.transparent = depth == 32;
    facts.bits = 8;
    const auto row_bytes = (static_cast<std::uint64_t>(std::max<std::int64_t>(facts.width, 0)) * depth + 31) / 32 * 4;
    const bool packed = head.little(14, 4) >= 40 && (head.little(30, 4) == 1 || head.little(30, 4) == 2);
    facts.cut_short =
        !packed && head.little(10, 4) + row_bytes * static_cast<std::uint64_t>(facts.height) > head.size();
    return facts;
}

PictureFacts look_at_webp(Head& head) {
    PictureFacts facts{.format = PictureFormat::webp};
    facts.cut_short = std::uint64_t{head.little(4, 4)} + 8 > head.size();
    int frames = 0;
    constexpr int kMostChunks = 1 << 16;
    int chunks = 0;
    for (std::uint64_t at = 12; head.good() && at + 8 <= head.size() && chunks < kMostChunks; ++chunks) {
        const std::uint64_t length = head.little(at + 4, 4), data = at + 8;
        if (head.is(at, "VP8X")) {
            facts.transparent = (head.big(data, 1) & 0x10U) != 0;
            facts.width = head.little(data + 4, 3) + 1;
            facts.height = head.little(data + 7, 3) + 1;
        } else if (head.is(at, "VP8L") && facts.width == 0) {
            const auto bits = head.little(data + 1, 4);
            facts.width = (bits & 0x3FFFU) + 1;
            facts.height = (bits >> 14 & 0x3FFFU) + 1;
            facts.transparent = (bits >> 28 & 1U) != 0;
        } else if (head.is(at, "VP8 ") && facts.width == 0) {
            facts.width = head.little(data + 6, 2) & 0x3FFFU;
            facts.height = head.little(data + 8, 2) & 0x3FFFU;
        } else if (head.is(at, "ANMF")) {
            ++frames;
        } else if (head.is(at, "EXIF")) {
            const std::uint64_t skip = head.is(data, std::string_view("Exif\0\0", 6)) ? 6 : 0;
            if (length > skip) add_exif(facts, head.part(data + skip, length - skip));
        }
        at = data + length + (length & 1U);
    }
    facts.frames = std::max(frames, 1);
    return facts;
}

PictureColours colours_of_tiff(std::int64_t photometric) {
    switch (photometric) {
        case 0:
        case 1:
            return PictureColours::grey;
        case 2:
        case 6:
            return PictureColours::rgb;
        case 3:
            return PictureColours::palette;
        case 5:
            return PictureColours::cmyk;
        default:
            return PictureColours::other;
    }
}

std::optional<PictureFacts> look_at_tiff(Head& head) {
    const auto directories = TagDirectories::open(head.part(0, head.size()));
    if (!directories) return std::nullopt;
    const auto& tags = directories->first();
    PictureFacts facts{.format = PictureFormat::tiff};
    facts.width = whole_number(tags, kImageWidth, 0);
    facts.height = whole_number(tags, kImageLength, 0);
    facts.bits = static_cast<int>(std::min<std::int64_t>(whole_number(tags, kBitsPerSample, 1), 64));
    const auto samples = whole_number(tags, kSamplesPerPixel, 1);
    facts.colours = colours_of_tiff(whole_number(tags, kPhotometric, samples < 3 ? 1 : 2));
    facts.transparent = facts.colours == PictureColours::rgb    ? samples > 3
                        : facts.colours == PictureColours::grey ? samples > 1
                                                                : !tags.numbers(kExtraSamples).empty();
    facts.orientation = orientation_of(tags);
    facts.description = tags.text(kImageDescription);
    add_tagged_resolution(facts, tags, "TIFF resolution");
    facts.frames = static_cast<int>(std::ranges::count_if(directories->all(), [](const TagDirectory& each) {
        return (whole_number(each, kNewSubfileType, 0) & 5) == 0;  // neither a small copy nor a mask
    }));
    facts.frames = std::max(facts.frames, 1);
    return facts;
}

std::optional<PictureFacts> look_at(Head& head) {
    if (head.is(0, "\xFF\xD8\xFF")) return look_at_jpeg(head);
    if (head.is(0, "\x89PNG\r\n\x1a\n")) return look_at_png(head);
    if (head.is(0, "RIFF") && head.is(8, "WEBP")) return look_at_webp(head);
    if (head.is(0, std::string_view("II*\0", 4)) || head.is(0, std::string_view("MM\0*", 4)) ||
        head.is(0, std::string_view("II+\0", 4)) || head.is(0, std::string_view("MM\0+", 4)))
        return look_at_tiff(head);
    if (!head.is(0, "BM")) return std::nullopt;
    const auto header = head.little(14, 4);  // "BM" alone may begin a text
    const bool bmp = header == 12 || (header >= 40 && header <= 124);
    return bmp ? std::optional(look_at_bmp(head)) : std::nullopt;
}

std::optional<PictureFacts> look_at_file(FilePart file, const std::string& name) {
    Head head(file);
    auto facts = look_at(head);
    if (!facts) return std::nullopt;
    constexpr std::int64_t most = INT32_MAX;  // of an edge
    if (facts->width <= 0 || facts->height <= 0 || facts->width > most || facts->height > most) {
        throw Error(ErrorCode::bad_data, name,
                    "is a " + std::string(to_string(facts->format)) +
                        " file that is cut short or damaged: its head says no possible size",
                    "Copy it again from where it came.");
    }
    if (facts->orientation >= 5) {
        std::swap(facts->width, facts->height);
        for (auto& each : facts->resolutions) std::swap(each.x, each.y);
    }
    return facts;
}

[[noreturn]] void throw_unreadable(const fs::path& file) {
    std::error_code error;
    const auto status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) throw Error(ErrorCode::not_found, file.string(), "does not exist");
    if (!error && status.type() != fs::file_type::regular) throw Error(ErrorCode::io, file.string(), "is not a file");
    throw Error(ErrorCode::io, file.string(), "cannot be opened for reading", "Check its permissions.");
}

}  // namespace

std::string_view to_string(PictureFormat format) {
    constexpr std::array<std::string_view, 5> names = {"JPEG", "PNG", "BMP", "WebP", "TIFF"};
    return names.at(static_cast<std::size_t>(format));
}

std::optional<PictureFacts> look_at_picture(const fs::path& file) {
    const auto open = ReadOnlyFile::open(file);
    if (!open) throw_unreadable(file);
    return look_at_file({&*open, {}, 0, open->size()}, file.string());
}

std::optional<PictureFacts> look_at_picture(std::string_view bytes, const std::string& name) {
    return look_at_file({nullptr, bytes, 0, bytes.size()}, name);
}

std::vector<std::string> weaknesses_of(const PictureFacts& facts) {
    std::vector<std::string> weaknesses;
    if (facts.colours == PictureColours::cmyk)
        weaknesses.emplace_back("has the colours of print (CMYK), which become those of a camera by a plain rule only");
    if (facts.colours == PictureColours::palette)
        weaknesses.emplace_back("has a palette of at most 256 colours, so its colours are coarse");
    if (facts.bits > 8)
        weaknesses.push_back("has " + std::to_string(facts.bits) + " bits per sample, of which the upper 8 were used");
    return weaknesses;
}

bool is_named_like_picture(const fs::path& file) {
    constexpr std::array<std::string_view, 7> endings = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"};
    return std::ranges::find(endings, in_lower_case(file.extension().string())) != endings.end();
}

}  // namespace slidetype
