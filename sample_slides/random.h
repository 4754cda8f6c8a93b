#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace slidetype {

/// A seeded source of chance that gives the same numbers everywhere: the standard fixes the sequence of mt19937_64 but
/// not what its distributions make of it, so the mapping to numbers is ours. One object belongs to one thread.
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    /// In [0, 1).
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
    /// In [low, high).
    double between(double low, double high) { return low + (high - low) * uniform(); }
    /// 0 … count - 1.
    int below(int count) { return static_cast<int>(uniform() * count); }
    bool chance(double probability) { return uniform() < probability; }
    /// About normal, mean 0 and variance 1, within ±6 (the sum of twelve uniform numbers).
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }
    template <class T>
    void shuffle(std::vector<T>& values) {
        for (auto i = static_cast<int>(values.size()) - 1; i > 0; --i) {
            std::swap(values[static_cast<std::size_t>(i)], values[static_cast<std::size_t>(below(i + 1))]);
        }
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace slidetype
