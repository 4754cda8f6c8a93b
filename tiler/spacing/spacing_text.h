#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slidetype {

/// A number as a slide writes it.
struct NumberText {
    enum class Kind {
        absent,   ///< nothing is there
        unknown,  ///< nothing but blanks, 0 or NaN, by which programs say that they do not know
        value,
        unreadable,  ///< something else
    };
    Kind kind = Kind::absent;
    double value = 0;
    std::string said;  ///< safe to show: the text where it is short and of digits, else empty
};

/// The whole text (but for blanks and quotes around it) as a number, the same in every locale; a decimal comma counts
/// as a point. `of_objective`: an x may follow ("20x").
NumberText number_text(const std::optional<std::string>& text, bool of_objective = false);

/// µm of a unit of length as OME and ImageJ write it ("um", "µm" in any coding, "micron", "mm", "cm", "inch", …);
/// nothing for what is none, such as "pixel".
std::optional<double> um_of_unit(std::string_view unit);

inline constexpr double kUmPerInch = 25400;

/// As few digits as tell the value, with a point in every locale.
std::string digits(double value);

/// Why no slide has pixels of that size; empty where one may.
std::string fault_of_size(double x_um_px, double y_um_px);

}  // namespace slidetype
