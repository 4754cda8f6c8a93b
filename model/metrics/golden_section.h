#pragma once

namespace slidetype {

/// Where a function of one number with a single valley is least between `low` and `high`, to 1e-6: golden-section
/// search (Kiefer 1953).
template <class Function>
double least_between(double low, double high, const Function& function) {
    constexpr double kGolden = 0.6180339887498949, kEnough = 1e-6;
    double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
    double at_left = function(left), at_right = function(right);
    while (high - low > kEnough) {
        if (at_left < at_right) {
            high = right, right = left, at_right = at_left;
            left = high - kGolden * (high - low), at_left = function(left);
        } else {
            low = left, left = right, at_left = at_right;
            right = low + kGolden * (high - low), at_right = function(right);
        }
    }
    return (low + high) / 2;
}

}  // namespace slidetype
