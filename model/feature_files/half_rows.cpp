#include "model/feature_files/half_rows.h"

#include <cmath>
#include <sstream>

#include "base/half.h"

namespace slidetype {
namespace {

constexpr std::uint16_t kHalfExponent = 0x7c00;

bool is_finite_half(std::uint16_t half) {
    return (half & kHalfExponent) != kHalfExponent;
}

template <class Number>
std::optional<UnfitNumber> convert_to_halves(std::span<const Number> numbers, std::span<std::uint16_t> halves) {
    std::optional<UnfitNumber> unfit;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        halves[i] = to_half(static_cast<float>(numbers[i]));
        if (!is_finite_half(halves[i]) && !unfit) unfit = UnfitNumber{i, static_cast<double>(numbers[i])};
    }
    return unfit;
}

}  // namespace

std::optional<UnfitNumber> to_halves(std::span<const float> numbers, std::span<std::uint16_t> halves) {
    return convert_to_halves(numbers, halves);
}

std::optional<UnfitNumber> to_halves(std::span<const double> numbers, std::span<std::uint16_t> halves) {
    return convert_to_halves(numbers, halves);
}

std::optional<UnfitNumber> unfit_half(std::span<const std::uint16_t> halves) {
    for (std::size_t i = 0; i < halves.size(); ++i) {
        if (!is_finite_half(halves[i])) return UnfitNumber{i, static_cast<double>(from_half(halves[i]))};
    }
    return std::nullopt;
}

std::string unfit_text(double value) {
    if (std::isnan(value)) return "a number that is not one (NaN)";
    if (std::isinf(value)) return "an infinite number";
    std::ostringstream text;
    text << value << ", beyond 65504, the largest number that is kept";
    return text.str();
}

void refuse_unfit(const std::string& source, const UnfitNumber& unfit, std::size_t first_row, std::size_t width) {
    const auto row = first_row + unfit.place / width;
    throw Error(ErrorCode::bad_data, source,
                "row " + std::to_string(row) + " of its features (the first is row 0) holds " + unfit_text(unfit.value),
                "Make the features of this slide anew; what made them went wrong there.");
}

}  // namespace slidetype
