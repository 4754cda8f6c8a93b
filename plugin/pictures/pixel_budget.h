#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace slidetype {

/// Bounds how many pixels are decoded at once by all threads, so that a folder of large photographs takes no more
/// memory on many processors. Thread-safe.
class PixelBudget {
  public:
    explicit PixelBudget(std::int64_t pixels) : free_(pixels), all_(pixels) {}

    /// The right to hold so many pixels, given back by the destructor.
    class Lease {
      public:
        Lease() = default;
        Lease(PixelBudget& budget, std::int64_t pixels) : budget_(&budget), pixels_(pixels) {}
        Lease(Lease&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), pixels_(other.pixels_) {}
        Lease& operator=(Lease&& other) noexcept {
            std::swap(budget_, other.budget_), std::swap(pixels_, other.pixels_);
            return *this;
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            if (budget_ != nullptr) budget_->give_back(pixels_);
        }

      private:
        PixelBudget* budget_ = nullptr;
        std::int64_t pixels_ = 0;
    };

    /// Waits until they are free. More than all of them are given to one at a time.
    Lease take(std::int64_t pixels) {
        const auto counted = pixels < all_ ? pixels : all_;
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return free_ >= counted; });
        free_ -= counted;
        return {*this, counted};
    }

  private:
    void give_back(std::int64_t pixels) {
        {
            const std::scoped_lock lock(mutex_);
            free_ += pixels;
        }
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t free_, all_;
};

}  // namespace slidetype
