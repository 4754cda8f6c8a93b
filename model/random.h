#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace slidetype {

/// A random stream that is the same with every standard library (the std:: distributions are not).
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    /// A stream of its own for each (seed, a, b), whatever was drawn before: splitmix64 (Steele et al., OOPSLA 2014).
    Random(std::uint64_t seed, std::uint64_t a, std::uint64_t b) : engine_(mix(mix(mix(seed) ^ a) ^ b)) {}

    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in 0 … n - 1; the bias below 2^-40 for any n that fits memory does not matter here.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(uniform() * static_cast<double>(n)); }
    bool coin() { return (engine_() >> 63) != 0; }

    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
    }

    static std::uint64_t mix(std::uint64_t x) {
        x += 0x9e3779b97f4a7c15ULL;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        return x ^ (x >> 31);
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace slidetype
