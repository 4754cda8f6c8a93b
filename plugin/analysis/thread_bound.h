#pragma once

#include <memory>

namespace slidetype {

/// While it lives, everything in this process that TBB or OpenCV spread over processors takes at most so many threads:
/// scoring, the overview, what is written. 0 stands for all processors. Bounds within bounds: the smallest counts.
class ThreadBound {
  public:
    explicit ThreadBound(int threads);
    ~ThreadBound();
    ThreadBound(const ThreadBound&) = delete;
    ThreadBound& operator=(const ThreadBound&) = delete;

  private:
    struct Bound;
    std::unique_ptr<Bound> bound_;
    int opencv_before_;
};

}  // namespace slidetype
