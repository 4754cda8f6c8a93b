#include "plugin/analysis/overview.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace slidetype {

Overview take_overview(TissueMask& mask) {
    RgbImage whole = std::exchange(mask.thumbnail, {});
    const int longer = std::max(whole.width, whole.height);
    if (longer <= kLongestOverview) return {std::move(whole), mask.scale_x, mask.scale_y};
    const double scale = double{kLongestOverview} / longer;
    Overview overview;
    overview.picture = RgbImage(std::max(1, cvRound(whole.width * scale)), std::max(1, cvRound(whole.height * scale)));
    auto& picture = overview.picture;
    const cv::Mat from(whole.height, whole.width, CV_8UC3, whole.pixels.data());
    cv::Mat to(picture.height, picture.width, CV_8UC3, picture.pixels.data());
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
    overview.scale_x = mask.scale_x * whole.width / picture.width;
    overview.scale_y = mask.scale_y * whole.height / picture.height;
    return overview;
}

}  // namespace slidetype
