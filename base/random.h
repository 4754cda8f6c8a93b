#pragma once

#include <concepts>
#include <cstddef>
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
    /// A stream of its own for each (seed, a, b), whatever was drawn before: splitmix64 (Steele et al., OOPSLA 2014).
    Random(std::uint64_t seed, std::uint64_t a, std::uint64_t b) : engine_(mix(mix(mix(seed) ^ a) ^ b)) {}

    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    /// Uniform in [low, high).
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in 0 … n - 1; the bias below 2^-40 for any n that fits memory does not matter here.
    template <std::integral Integer>
    Integer below(Integer n) {
        return static_cast<Integer>(uniform() * static_cast<double>(n));
    }
    /// Uniform in 0 … n - 1, for n below 2^32, by integers alone; the bias below n / 2^32 is far under what is drawn
    /// for. Other numbers than below() gives: the intervals of slide calls were made with these.
    std::size_t below_by_integers(std::size_t n) {
        const std::uint64_t bits = engine_() >> 32;
        return static_cast<std::size_t>((bits * n) >> 32);
    }
    /// 64 random bits.
    std::uint64_t bits() { return engine_(); }
    bool coin() { return (engine_() >> 63) != 0; }
    bool chance(double probability) { return uniform() < probability; }
    /// About normal, mean 0 and variance 1, within ±6 (the sum of twelve uniform numbers).
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }

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
