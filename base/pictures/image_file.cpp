#include "base/pictures/image_file.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/resampling/resample.h"

namespace slidetype {

RgbImage resize_image(const RgbImage& image, int width, int height) {
    RgbImage out(width, height);
    resample(image, out);
    return out;
}

void require_opaque(const std::filesystem::path& file, double opaque_share) {
    // Of a picture with less there is nothing to learn or to score: it is glass, or the outside of what was cut out.
    constexpr double least = 0.05;
    if (opaque_share < least)
        throw Error(ErrorCode::bad_data, file.string(), "is transparent: less than 5 % of it can be seen");
}

}  // namespace slidetype

#ifdef SLIDETYPE_HAVE_OPENCV

#include <algorithm>

#include "base/own_module.h"
#include "base/pictures/picture_module.h"

namespace slidetype {

namespace {

/// A JPEG file without its end marker was cut short. The decoder would fill the rest with grey and say nothing.
bool is_cut_short(const std::string& bytes) {
    constexpr std::size_t kPaddingAllowed = 1024;
    if (!bytes.starts_with("\xFF\xD8")) return false;
    const auto end = bytes.rfind("\xFF\xD9");
    return end == std::string::npos || bytes.size() - end > kPaddingAllowed;
}

/// A JPEG file of four inks stores them upright or inverted and tells by Adobe's marker which; without it nobody knows,
/// and the decoder's guess turns most such pictures black. (ITU-T T.81, B.1.1.3; T.872, 6.5.3.)
bool has_untold_inks(const std::string& bytes) {
    if (!bytes.starts_with("\xFF\xD8")) return false;
    const auto at_place = [&](std::size_t at) {
        return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
    };
    unsigned components = 0;
    for (std::size_t at = 2; at + 4 <= bytes.size() && at_place(at) == 0xFF;) {
        const auto marker = at_place(at + 1);
        if (marker == 0xFF) {  // filling
            ++at;
            continue;
        }
        if (marker == 0xDA) break;  // the pixels begin
        if (marker == 0xEE && bytes.compare(at + 4, 5, "Adobe") == 0) return false;
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) components = at_place(at + 9);
        at += 2 + (at_place(at + 2) << 8 | at_place(at + 3));
    }
    return components == 4;
}

const PictureModule* load_pictures() {
    void* symbol = load_own_module(
        {"picture module", "libslidetype_pictures.so", "slidetype_picture_module_v2", "SLIDETYPE_PICTURE_MODULE"});
    return reinterpret_cast<decltype(&slidetype_picture_module_v2)>(symbol)();
}

const PictureModule& picture_module() {
    static const PictureModule* const module = load_pictures();
    return *module;
}

}  // namespace

RgbImage read_image(const std::filesystem::path& file) {
    const auto bytes = read_file(file, std::uintmax_t{256} << 20);
    if (is_cut_short(bytes)) throw Error(ErrorCode::bad_data, file.string(), "is a JPEG file that was cut short");
    if (has_untold_inks(bytes)) {
        throw Error(ErrorCode::bad_data, file.string(), "is a CMYK JPEG file that does not say how its inks are stored",
                    "Save it in RGB.");
    }
    auto picture = picture_module().decode(bytes);
    if (!picture) throw Error(ErrorCode::bad_data, file.string(), "is no picture that can be read, or is cut short");
    if (picture->image.empty()) {
        throw Error(ErrorCode::bad_data, file.string(), "is transparent in a way that is not read here",
                    "Save it as PNG, or without transparency.");
    }
    require_opaque(file, picture->opaque_share);
    return std::move(picture->image);
}

std::optional<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality) {
    return picture_module().encode(image, ".jpg", quality);
}

std::vector<std::uint8_t> encode_png(const RgbImage& image) {
    return picture_module().encode(image, ".png", 0);
}

RgbImage recompress_jpeg(const RgbImage& image, int quality) {
    const auto file = picture_module().encode(image, ".jpg", quality);
    return picture_module().decode({reinterpret_cast<const char*>(file.data()), file.size()}).value().image;
}

}  // namespace slidetype

#else

namespace slidetype {

namespace {
[[noreturn]] void fail(const std::string& subject) {
    throw Error(ErrorCode::unsupported, subject, "this build of slidetype has no picture decoder",
                "Install OpenCV (libopencv-imgcodecs-dev) and build again.");
}
}  // namespace

RgbImage read_image(const std::filesystem::path& file) {
    fail(file.string());
}

std::optional<std::vector<std::uint8_t>> encode_jpeg(const RgbImage&, int) {
    return std::nullopt;
}

std::vector<std::uint8_t> encode_png(const RgbImage&) {
    fail("PNG");
}

RgbImage recompress_jpeg(const RgbImage& image, int) {
    return image;
}

}  // namespace slidetype

#endif
