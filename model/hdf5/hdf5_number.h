#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace slidetype {

/// A kind of number as files hold it: IEEE 754 of 2, 4 or 8 bytes, or whole ones of 1, 2, 4 or 8.
struct Hdf5Number {
    bool floating = true;
    std::size_t bytes = sizeof(float);
    bool operator==(const Hdf5Number&) const = default;
};

inline constexpr Hdf5Number kHdf5Half{true, 2}, kHdf5Single{true, 4}, kHdf5Double{true, 8}, kHdf5Int32{false, 4},
    kHdf5Int64{false, 8};

/// What a type of the library is, in either order of bytes, with or without a sign; nothing for all others, such as
/// long double, of which it would have to be guessed what they mean.
std::optional<Hdf5Number> find_hdf5_number(std::int64_t type);

}  // namespace slidetype
