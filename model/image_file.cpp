#include "model/image_file.h"

#include "base/atomic_file.h"
#include "base/error.h"

#ifdef SLIDETYPE_HAVE_OPENCV

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace slidetype {

namespace {

/// A JPEG file without its end marker was cut short. The decoder would fill the rest with grey and say nothing.
bool is_cut_short(const std::string& bytes) {
    constexpr std::size_t kPaddingAllowed = 1024;
    if (!bytes.starts_with("\xFF\xD8")) return false;
    const auto end = bytes.rfind("\xFF\xD9");
    return end == std::string::npos || bytes.size() - end > kPaddingAllowed;
}

}  // namespace

RgbImage read_image(const std::filesystem::path& file) {
    const auto bytes = read_file(file, std::uintmax_t{256} << 20);
    if (is_cut_short(bytes)) throw Error(ErrorCode::bad_data, file.string(), "is a JPEG file that was cut short");
    cv::Mat picture;
    try {
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
        if (!bytes.empty()) picture = cv::imdecode(raw, cv::IMREAD_COLOR);
    } catch (const cv::Exception&) {
        picture.release();
    }
    if (picture.empty())
        throw Error(ErrorCode::bad_data, file.string(), "is no picture that can be read, or is cut short");
    cv::cvtColor(picture, picture, cv::COLOR_BGR2RGB);
    RgbImage image;
    image.width = picture.cols, image.height = picture.rows;
    image.pixels.assign(picture.data, picture.data + picture.total() * 3);
    return image;
}

std::optional<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality) {
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> file;
    cv::imencode(".jpg", bgr, file, {cv::IMWRITE_JPEG_QUALITY, quality});
    return file;
}

RgbImage recompress_jpeg(const RgbImage& image, int quality) {
    const auto file = encode_jpeg(image, quality);
    cv::Mat picture;
    cv::cvtColor(cv::imdecode(*file, cv::IMREAD_COLOR), picture, cv::COLOR_BGR2RGB);
    RgbImage out(image.width, image.height);
    std::copy_n(picture.data, out.pixels.size(), out.pixels.begin());
    return out;
}

RgbImage resize_image(const RgbImage& image, int width, int height) {
    RgbImage out(width, height);
    const cv::Mat from(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data()));
    cv::Mat to(height, width, CV_8UC3, out.pixels.data());
    const bool shrinks = width <= image.width && height <= image.height;
    cv::resize(from, to, to.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
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

RgbImage recompress_jpeg(const RgbImage& image, int) {
    return image;
}

RgbImage resize_image(const RgbImage&, int, int) {
    fail("resize");
}

}  // namespace slidetype

#endif
