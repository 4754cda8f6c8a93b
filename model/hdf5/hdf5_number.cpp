#include "model/hdf5/hdf5_number.h"

#include <algorithm>
#include <array>

#include "model/hdf5/hdf5_library.h"

namespace slidetype {

Hdf5Handle hdf5_half_type(bool big_endian) {
    // HDF5 1.10 has no halves of its own, but lets them be described: the sign's bit, then place and size of exponent
    // and fraction, and what the exponent is counted from.
    constexpr std::size_t kSign = 15, kExponent = 10, kExponentBits = 5, kFraction = 0, kFractionBits = 10, kBias = 15;
    Hdf5Handle type(H5Tcopy(big_endian ? H5T_IEEE_F32BE : H5T_IEEE_F32LE), H5Tclose);
    H5Tset_fields(type.get(), kSign, kExponent, kExponentBits, kFraction, kFractionBits);
    H5Tset_size(type.get(), sizeof(std::uint16_t));
    H5Tset_ebias(type.get(), kBias);
    return type;
}

Hdf5Handle hdf5_type(const Hdf5Number& number) {
    if (number == kHdf5Half) return hdf5_half_type(false);
    hid_t type = H5T_STD_I64LE;
    if (number == kHdf5Single) type = H5T_IEEE_F32LE;
    if (number == kHdf5Double) type = H5T_IEEE_F64LE;
    if (number == kHdf5Int32) type = H5T_STD_I32LE;
    return {H5Tcopy(type), H5Tclose};
}

std::optional<Hdf5Number> find_hdf5_number(std::int64_t type) {
    const auto is = [type](hid_t other) { return H5Tequal(type, other) > 0; };
    if (H5Tget_class(type) == H5T_FLOAT) {
        if (is(H5T_IEEE_F32LE) || is(H5T_IEEE_F32BE)) return kHdf5Single;
        if (is(H5T_IEEE_F64LE) || is(H5T_IEEE_F64BE)) return kHdf5Double;
        if (is(hdf5_half_type(false).get()) || is(hdf5_half_type(true).get())) return kHdf5Half;
        return std::nullopt;
    }
    const std::array<hid_t, 16> whole = {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE,
                                         H5T_STD_U8LE, H5T_STD_U16LE, H5T_STD_U32LE, H5T_STD_U64LE,
                                         H5T_STD_I8BE, H5T_STD_I16BE, H5T_STD_I32BE, H5T_STD_I64BE,
                                         H5T_STD_U8BE, H5T_STD_U16BE, H5T_STD_U32BE, H5T_STD_U64BE};
    if (H5Tget_class(type) == H5T_INTEGER && std::ranges::any_of(whole, is)) {
        return Hdf5Number{false, H5Tget_size(type)};
    }
    return std::nullopt;
}

}  // namespace slidetype
