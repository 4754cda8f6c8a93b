#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"

namespace slidetype {

/// A number that no finite half stands for.
struct UnfitNumber {
    std::size_t place = 0;  ///< among those that were looked at
    double value = 0;
};

/// Numbers as halves, rounded to nearest even, and the first that is not finite or too large, if any. `halves` are as
/// many as `numbers`.
std::optional<UnfitNumber> to_halves(std::span<const float> numbers, std::span<std::uint16_t> halves);
std::optional<UnfitNumber> to_halves(std::span<const double> numbers, std::span<std::uint16_t> halves);
/// The first that is not finite.
std::optional<UnfitNumber> unfit_half(std::span<const std::uint16_t> halves);

/// What is wrong with it, for messages: "a number that is not one (NaN)".
std::string unfit_text(double value);

/// Throws Error(bad_data) about numbers that were read, of rows from `first_row` on.
[[noreturn]] void refuse_unfit(const std::string& source, const UnfitNumber& unfit, std::size_t first_row,
                               std::size_t width);

}  // namespace slidetype
