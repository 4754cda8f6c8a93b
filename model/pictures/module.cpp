// libslidetype_pictures.so
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "model/pictures/picture_module.h"

namespace slidetype {
namespace {

std::optional<RgbImage> decode(std::string_view bytes) {
    cv::Mat picture;
    try {
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
        if (!bytes.empty()) picture = cv::imdecode(raw, cv::IMREAD_COLOR);
    } catch (const cv::Exception&) {
        return std::nullopt;
    }
    if (picture.empty()) return std::nullopt;
    RgbImage image(picture.cols, picture.rows);
    cv::Mat rgb(picture.rows, picture.cols, CV_8UC3, image.pixels.data());
    cv::cvtColor(picture, rgb, cv::COLOR_BGR2RGB);
    return image;
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

extern "C" __attribute__((visibility("default"))) const PictureModule* slidetype_picture_module_v1() {
    static const PictureModule module = {decode, encode};
    return &module;
}

}  // namespace slidetype
