#include "tiler/resample.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace slidetype {

void resample(const cv::Mat& from, cv::Mat& to) {
    const cv::Size shrunk(std::min(from.cols, to.cols), std::min(from.rows, to.rows));
    if (from.size() == to.size()) {
        from.copyTo(to);
    } else if (shrunk == to.size()) {
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
    } else if (shrunk == from.size()) {
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_LINEAR);
    } else {
        cv::Mat middle;
        cv::resize(from, middle, shrunk, 0, 0, cv::INTER_AREA);
        cv::resize(middle, to, to.size(), 0, 0, cv::INTER_LINEAR);
    }
}

RgbImage resampled(RgbImage image, int width, int height) {
    if (image.width == width && image.height == height) return image;
    RgbImage out(width, height);
    const cv::Mat from(image.height, image.width, CV_8UC3, image.pixels.data());
    cv::Mat to(height, width, CV_8UC3, out.pixels.data());
    resample(from, to);
    return out;
}

}  // namespace slidetype
