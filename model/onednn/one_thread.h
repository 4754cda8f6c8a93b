#pragma once

namespace slidetype {

/// While it lives, oneDNN computes on the calling thread alone (OpenMP keeps the number of threads per thread): one
/// single-threaded network per worker scales, nested parallelism does not, and primitives that were made for one
/// thread must run on one.
class OneThread {
  public:
    OneThread();
    ~OneThread();
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

  private:
    int before_;
};

}  // namespace slidetype
