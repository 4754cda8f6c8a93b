// libslidetype_pictures.so
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "base/pictures/picture_facts.h"
#include "base/pictures/picture_module.h"
#include "base/pictures/transparency.h"
#include "base/pictures/transparent_tiff.h"

namespace slidetype {
namespace {

/// Nothing where OpenCV cannot decode it.
cv::Mat decoded(std::string_view bytes, int flags) {
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    return cv::imdecode(raw, flags);
}

DecodedPicture opaque(const cv::Mat& bgr) {
    DecodedPicture out{RgbImage(bgr.cols, bgr.rows), 1};
    cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, out.image.pixels.data());
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return out;
}

bool is_webp(std::string_view bytes) {
    return bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

int orientation_of(std::string_view bytes) {
    try {
        const auto facts = look_at_picture(bytes, "picture");
        return facts ? facts->orientation : 1;
    } catch (const Error&) {  // a head that says no size, which the decoder will find out
        return 1;
    }
}

/// A picture that may be transparent; nothing where it is not, or is none.
std::optional<DecodedPicture> decode_transparent(std::string_view bytes, Transparency transparency) {
    if (transparency == Transparency::tiff) return decode_transparent_tiff(bytes);
    auto picture = decoded(bytes, cv::IMREAD_UNCHANGED);
    if (transparency == Transparency::grey_key && picture.channels() == 1) picture = with_grey_key(picture, bytes);
    if (picture.empty() || picture.channels() != 4) return std::nullopt;
    const bool bmp = transparency == Transparency::bmp;
    if (!bmp) turn_upright(picture, orientation_of(bytes));
    return over_white(picture, {.zero_is_padding = bmp});
}

std::optional<DecodedPicture> decode(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    try {
        if (const auto transparency = transparency_of(bytes); transparency != Transparency::none) {
            if (auto picture = decode_transparent(bytes, transparency)) return picture;
        }
        auto picture = decoded(bytes, cv::IMREAD_COLOR);
        // OpenCV turns JPEG, PNG and TIFF itself.
        if (is_webp(bytes) && !picture.empty()) turn_upright(picture, orientation_of(bytes));
        return picture.empty() ? std::nullopt : std::optional(opaque(picture));
    } catch (const cv::Exception&) {
        return std::nullopt;
    }
}

std::vector<std::uint8_t> encode(const RgbImage& image, const char* extension, int quality) {
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<int> settings;
    if (quality > 0) settings = {cv::IMWRITE_JPEG_QUALITY, quality};
    std::vector<std::uint8_t> file;
    cv::imencode(extension, bgr, file, settings);
    return file;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const PictureModule* slidetype_picture_module_v2() {
    static const PictureModule module = {decode, encode};
    return &module;
}

}  // namespace slidetype
