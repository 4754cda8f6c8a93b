#include "model/data/picture_shift.h"

#ifdef SLIDETYPE_HAVE_OPENCV

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/optical_density.h"
#include "base/pictures/image_file.h"
#include "model/data/stain_vectors.h"

namespace slidetype {
namespace {

using Channels = std::array<double, 3>;

std::uint8_t to_byte(double value) {
    return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

RgbImage scale_channels(const RgbImage& picture, const Channels& gain) {
    RgbImage out = picture;
    for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = to_byte(out.pixels[i] * gain[i % 3]);
    return out;
}

/// Scales hematoxylin and eosin in optical density.
RgbImage scale_stains(const RgbImage& picture, double hematoxylin, double eosin) {
    cv::Matx33d stains(&kStainVectors[0][0]);
    for (int r = 0; r < 3; ++r) {
        const double length = cv::norm(stains.row(r));
        for (int c = 0; c < 3; ++c) stains(r, c) /= length;
    }
    const cv::Matx33d change = stains.inv() * cv::Matx33d::diag({hematoxylin, eosin, 1}) * stains;
    RgbImage out = picture;
    for (std::size_t i = 0; i + 2 < out.pixels.size(); i += 3) {
        cv::Matx13d density;
        for (std::size_t c = 0; c < 3; ++c) density(0, static_cast<int>(c)) = optical_density(out.pixels[i + c]);
        density = density * change;
        for (std::size_t c = 0; c < 3; ++c)
            out.pixels[i + c] = to_byte(256 * std::exp(-density(0, static_cast<int>(c))) - 1);
    }
    return out;
}

cv::Mat view(const RgbImage& picture) {
    return {picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels.data())};
}

RgbImage copy_of(const cv::Mat& pixels) {
    RgbImage out(pixels.cols, pixels.rows);
    pixels.copyTo(view(out));
    return out;
}

RgbImage blur(const RgbImage& picture) {
    cv::Mat out;
    cv::GaussianBlur(view(picture), out, {}, 1.0);
    return copy_of(out);
}

/// Above 1 the centre is enlarged; below 1 the picture is shrunk and its border mirrored outwards.
RgbImage zoom(const RgbImage& picture, double factor) {
    const double cx = (picture.width - 1) / 2.0, cy = (picture.height - 1) / 2.0;
    const cv::Matx23d to(factor, 0, cx - factor * cx, 0, factor, cy - factor * cy);
    cv::Mat out;
    cv::warpAffine(view(picture), out, to, {picture.width, picture.height}, cv::INTER_LINEAR, cv::BORDER_REFLECT_101);
    return copy_of(out);
}

constexpr std::array<PictureShift, 12> kShifts = {{
    {"white_balance_warm", "red x 1.1, blue x 0.85",
     [](const RgbImage& p) {
         return scale_channels(p, {1.1, 1, 0.85});
     }},
    {"white_balance_cool", "red x 0.9, blue x 1.15",
     [](const RgbImage& p) {
         return scale_channels(p, {0.9, 1, 1.15});
     }},
    {"hematoxylin_more", "hematoxylin + 25 %", [](const RgbImage& p) { return scale_stains(p, 1.25, 1); }},
    {"hematoxylin_less", "hematoxylin - 25 %", [](const RgbImage& p) { return scale_stains(p, 0.75, 1); }},
    {"eosin_more", "eosin + 25 %", [](const RgbImage& p) { return scale_stains(p, 1, 1.25); }},
    {"eosin_less", "eosin - 25 %", [](const RgbImage& p) { return scale_stains(p, 1, 0.75); }},
    {"brighter", "brightness + 15 %",
     [](const RgbImage& p) {
         return scale_channels(p, {1.15, 1.15, 1.15});
     }},
    {"darker", "brightness - 15 %",
     [](const RgbImage& p) {
         return scale_channels(p, {0.85, 0.85, 0.85});
     }},
    {"blur", "Gaussian blur of 1 px", blur},
    {"jpeg_40", "JPEG quality 40", [](const RgbImage& p) { return recompress_jpeg(p, 40); }},
    {"zoom_out", "zoom 0.8", [](const RgbImage& p) { return zoom(p, 0.8); }},
    {"zoom_in", "zoom 1.25", [](const RgbImage& p) { return zoom(p, 1.25); }},
}};

}  // namespace

std::span<const PictureShift> picture_shifts() {
    return kShifts;
}

}  // namespace slidetype

#else

namespace slidetype {

std::span<const PictureShift> picture_shifts() {
    return {};
}

}  // namespace slidetype

#endif
