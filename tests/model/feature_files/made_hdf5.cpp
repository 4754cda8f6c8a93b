#include "tests/model/feature_files/made_hdf5.h"

#include <hdf5.h>

#include <functional>
#include <numeric>
#include <stdexcept>

namespace slidetype::testing {
namespace {

void good_or_throw(bool good, const std::string& what) {
    if (!good) throw std::runtime_error("cannot write HDF5: " + what);
}

hid_t made_type(MadeDataset::Type type) {
    switch (type) {
        case MadeDataset::Type::half:
        case MadeDataset::Type::brain: {
            const bool half = type == MadeDataset::Type::half;
            const hid_t made = H5Tcopy(H5T_IEEE_F32LE);
            H5Tset_fields(made, 15, half ? 10 : 7, half ? 5 : 8, 0, half ? 10 : 7);
            H5Tset_size(made, 2);
            H5Tset_ebias(made, half ? 15 : 127);
            return made;
        }
        case MadeDataset::Type::single:
            return H5Tcopy(H5T_IEEE_F32LE);
        case MadeDataset::Type::big_single:
            return H5Tcopy(H5T_IEEE_F32BE);
        case MadeDataset::Type::twice:
            return H5Tcopy(H5T_IEEE_F64LE);
        case MadeDataset::Type::long_double:
            return H5Tcopy(H5T_NATIVE_LDOUBLE);
        case MadeDataset::Type::int32:
            return H5Tcopy(H5T_STD_I32LE);
        case MadeDataset::Type::int64:
            return H5Tcopy(H5T_STD_I64LE);
        case MadeDataset::Type::uint8:
            return H5Tcopy(H5T_STD_U8LE);
    }
    return -1;
}

void write_made_dataset(hid_t file, const MadeDataset& made) {
    const std::vector<hsize_t> edges(made.shape.begin(), made.shape.end());
    auto most = edges;
    if (made.growing) most.front() = H5S_UNLIMITED;
    const int rank = static_cast<int>(edges.size());
    const hid_t space = H5Screate_simple(rank, edges.data(), most.data());
    const hid_t type = made_type(made.type);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (!made.chunk.empty()) {
        const std::vector<hsize_t> chunk(made.chunk.begin(), made.chunk.end());
        H5Pset_chunk(creation, rank, chunk.data());
    }
    for (const int filter : made.filters) {
        const unsigned level = 6;
        const bool deflate = filter == H5Z_FILTER_DEFLATE;
        H5Pset_filter(creation, filter, H5Z_FLAG_OPTIONAL, deflate ? 1 : 0, deflate ? &level : nullptr);
    }
    if (made.storage == MadeDataset::Storage::external) {
        H5Pset_external(creation, made.external.c_str(), 0, H5F_UNLIMITED);
    }
    if (made.storage == MadeDataset::Storage::virtual_set) {
        H5Pset_virtual(creation, space, made.external.c_str(), made.name.c_str(), space);
    }
    const hid_t set = H5Dcreate2(file, made.name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (set < 0) H5Pclose(creation), H5Tclose(type), H5Sclose(space);
    good_or_throw(set >= 0, made.name);
    const auto count = std::accumulate(edges.begin(), edges.end(), hsize_t{1}, std::multiplies<>());
    if (made.storage == MadeDataset::Storage::contiguous || made.storage == MadeDataset::Storage::chunked) {
        auto numbers = made.numbers;
        if (numbers.size() == 1) numbers.assign(count, numbers.front());
        good_or_throw(numbers.size() == count, made.name + " has other numbers than its shape says");
        if (count > 0) {
            good_or_throw(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0,
                          made.name);
        }
    }
    H5Dclose(set), H5Pclose(creation), H5Tclose(type), H5Sclose(space);
}

void write_made_attribute(hid_t file, const MadeAttribute& made) {
    const auto* text = std::get_if<std::string>(&made.value);
    const auto* list = std::get_if<std::vector<double>>(&made.value);
    const hid_t type = text != nullptr ? H5Tcopy(H5T_C_S1) : H5Tcopy(H5T_IEEE_F64LE);
    if (text != nullptr) H5Tset_size(type, made.fixed_length ? text->size() : H5T_VARIABLE);
    const hsize_t count = list != nullptr ? list->size() : 1;
    const hid_t space = list != nullptr ? H5Screate_simple(1, &count, nullptr) : H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate_by_name(file, made.object.empty() ? "/" : made.object.c_str(), made.name.c_str(),
                                              type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const char* pointer = text != nullptr ? text->c_str() : nullptr;
    const void* bytes = list != nullptr ? static_cast<const void*>(list->data()) : std::get_if<double>(&made.value);
    if (text != nullptr) bytes = made.fixed_length ? static_cast<const void*>(pointer) : &pointer;
    good_or_throw(attribute >= 0 && H5Awrite(attribute, type, bytes) >= 0, made.name);
    H5Aclose(attribute), H5Sclose(space), H5Tclose(type);
}

void write_content(hid_t file, const MadeHdf5& content) {
    for (const auto& dataset : content.datasets) write_made_dataset(file, dataset);
    for (const auto& attribute : content.attributes) write_made_attribute(file, attribute);
    for (const auto& [name, target] : content.soft_links) {
        H5Lcreate_soft(target.c_str(), file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    }
    for (const auto& [name, other] : content.external_links) {
        H5Lcreate_external(other.c_str(), name.c_str(), file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    }
}

}  // namespace

void write_made_hdf5(const std::filesystem::path& file, const MadeHdf5& content) {
    const hid_t id = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    good_or_throw(id >= 0, file.string());
    write_content(id, content);
    H5Fclose(id);
}

std::string made_hdf5_bytes(const MadeHdf5& content) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, std::size_t{1} << 16, 0);
    const hid_t id = H5Fcreate("made.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    good_or_throw(id >= 0, "a file in memory");
    std::string bytes;
    try {
        write_content(id, content);
        H5Fflush(id, H5F_SCOPE_GLOBAL);
        const auto size = H5Fget_file_image(id, nullptr, 0);
        good_or_throw(size > 0, "a file in memory");
        bytes.resize(static_cast<std::size_t>(size));
        H5Fget_file_image(id, bytes.data(), bytes.size());
    } catch (...) {
        H5Fclose(id);
        throw;
    }
    H5Fclose(id);
    return bytes;
}

std::vector<double> counted_numbers(std::size_t rows, std::size_t width) {
    constexpr std::size_t kTurn = 2000;
    std::vector<double> numbers(rows * width);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i % kTurn) / 8 - 100;
    return numbers;
}

}  // namespace slidetype::testing
