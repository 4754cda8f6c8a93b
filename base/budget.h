#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace slidetype {

/// Bounds what all threads hold at once, such as decoded pixels, so that large pictures take no more memory on many
/// processors. Thread-safe.
class Budget {
  public:
    explicit Budget(std::int64_t amount) : free_(amount), all_(amount) {}

    std::int64_t all() const { return all_; }

    /// The right to hold so much, given back by the destructor.
    class Lease {
      public:
        Lease() = default;
        Lease(Budget& budget, std::int64_t amount) : budget_(&budget), taken_(amount) {}
        Lease(Lease&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), taken_(other.taken_) {}
        Lease& operator=(Lease&& other) noexcept {
            std::swap(budget_, other.budget_), std::swap(taken_, other.taken_);
            return *this;
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            if (budget_ != nullptr) budget_->give_back(taken_);
        }

      private:
        Budget* budget_ = nullptr;
        std::int64_t taken_ = 0;
    };

    /// Waits until it is free. Who asks for more than all gets all, one at a time.
    Lease take(std::int64_t amount) {
        const auto counted = amount < all_ ? amount : all_;
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return free_ >= counted; });
        free_ -= counted;
        return {*this, counted};
    }

  private:
    void give_back(std::int64_t amount) {
        {
            const std::scoped_lock lock(mutex_);
            free_ += amount;
        }
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t free_, all_;
};

}  // namespace slidetype
