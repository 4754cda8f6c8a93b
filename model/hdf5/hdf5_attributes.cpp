// Attributes of HDF5 files.
#include <cmath>
#include <cstdint>

#include "model/hdf5/hdf5_library.h"
#include "model/hdf5/hdf5_number.h"

namespace slidetype {
namespace {

constexpr std::size_t kMaxText = std::size_t{8} << 20;
constexpr hsize_t kMaxTexts = 4096;

std::vector<std::string> read_variable_texts(hid_t attribute, hid_t type, hid_t space, std::size_t count) {
    const Hdf5Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory.get(), H5T_VARIABLE);
    H5Tset_cset(memory.get(), H5Tget_cset(type));
    std::vector<char*> pointers(count, nullptr);
    std::vector<std::string> texts;
    if (H5Aread(attribute, memory.get(), pointers.data()) < 0) return texts;
    texts.reserve(count);
    for (const char* each : pointers) texts.emplace_back(each != nullptr ? each : "");
    H5Dvlen_reclaim(memory.get(), space, H5P_DEFAULT, pointers.data());
    return texts;
}

std::vector<std::string> read_fixed_texts(hid_t attribute, hid_t type, std::size_t count) {
    const std::size_t size = H5Tget_size(type);
    std::vector<std::string> texts;
    if (size == 0 || size > kMaxText / count) return texts;
    std::string bytes(size * count, '\0');
    if (H5Aread(attribute, type, bytes.data()) < 0) return texts;
    texts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) texts.emplace_back(bytes.substr(i * size, size).c_str());
    return texts;
}

std::vector<std::string> read_texts(hid_t attribute, hid_t type, hid_t space, std::size_t count) {
    return H5Tis_variable_str(type) > 0 ? read_variable_texts(attribute, type, space, count)
                                        : read_fixed_texts(attribute, type, count);
}

}  // namespace

std::optional<std::vector<std::string>> Hdf5File::texts(const std::string& object, const std::string& name) const {
    const Hdf5Silence silence;
    const char* path = object.empty() ? "/" : object.c_str();
    const auto file = library_->file.get();
    if (!contains(object) || H5Aexists_by_name(file, path, name.c_str(), H5P_DEFAULT) <= 0) return std::nullopt;
    const Hdf5Handle attribute(H5Aopen_by_name(file, path, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
    const auto count = H5Sget_simple_extent_npoints(space.get());
    if (count == 0) return std::vector<std::string>();  // an empty list is stored as numbers
    if (count < 0 || static_cast<hsize_t>(count) > kMaxTexts || H5Tget_class(type.get()) != H5T_STRING) {
        fail("attribute " + name + " of /" + object + " is no text");
    }
    const auto size = static_cast<std::size_t>(count);
    auto texts = read_texts(attribute.get(), type.get(), space.get(), size);
    if (texts.size() != size) fail("attribute " + name + " of /" + object + " cannot be read");
    return texts;
}

std::optional<std::string> Hdf5File::text(const std::string& object, const std::string& name) const {
    const auto all = texts(object, name);
    if (!all) return std::nullopt;
    if (all->size() != 1) fail("attribute " + name + " of /" + object + " is no single text");
    return all->front();
}

Hdf5Value Hdf5File::value(const std::string& object, const std::string& name) const {
    const Hdf5Silence silence;
    const char* path = object.empty() ? "/" : object.c_str();
    const auto file = library_->file.get();
    if (!contains(object) || H5Aexists_by_name(file, path, name.c_str(), H5P_DEFAULT) <= 0) return {};
    const Hdf5Handle attribute(H5Aopen_by_name(file, path, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
    if (H5Sget_simple_extent_npoints(space.get()) != 1) return {};
    if (H5Tget_class(type.get()) == H5T_STRING) {
        auto texts = read_texts(attribute.get(), type.get(), space.get(), 1);
        return texts.empty() ? Hdf5Value() : Hdf5Value(std::move(texts.front()));
    }
    double number = 0;
    if (!find_hdf5_number(type.get()) || H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &number) < 0) return {};
    return number;
}

}  // namespace slidetype
