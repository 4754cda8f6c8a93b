#include "plugin/analysis/thread_bound.h"

#include <tbb/global_control.h>

#include <algorithm>
#include <opencv2/core/utility.hpp>

#include "base/parallel.h"

namespace slidetype {

struct ThreadBound::Bound {
    tbb::global_control control;
};

ThreadBound::ThreadBound(int threads) : opencv_before_(cv::getNumThreads()) {
    const int most = threads > 0 ? threads : default_threads();
    bound_.reset(new Bound{{tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(most)}});
    cv::setNumThreads(std::min({most, opencv_before_, default_threads()}));
}

ThreadBound::~ThreadBound() {
    cv::setNumThreads(opencv_before_);
}

}  // namespace slidetype
