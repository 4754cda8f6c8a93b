#include "model/hdf5/hdf5_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "model/hdf5/hdf5_library.h"
#include "model/hdf5/hdf5_storage.h"

namespace slidetype {
namespace {

constexpr std::size_t kMaxName = std::size_t{8} << 20;
constexpr hsize_t kMaxNames = 4096;
constexpr int kMaxRank = 8;

/// Links to other files would let a file read what its sender has no right to, so none but hard links count.
bool is_hard_link(hid_t file, const std::string& path) {
    H5L_info_t info;
    return H5Lexists(file, path.c_str(), H5P_DEFAULT) > 0 && H5Lget_info(file, path.c_str(), &info, H5P_DEFAULT) >= 0 &&
           info.type == H5L_TYPE_HARD;
}

}  // namespace

std::string hdf5_shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "(";
    for (const auto edge : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(edge);
    return text + ")";
}

Hdf5Handle hdf5_disk_access() {
    Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
#if H5_VERSION_GE(1, 10, 7)
    H5Pset_file_locking(access.get(), false, true);
#endif
    return access;
}

Hdf5File::Hdf5File(std::string_view bytes, std::string source)
    : source_(std::move(source)), code_(ErrorCode::bad_model), library_(std::make_unique<Library>()) {
    const Hdf5Silence silence;
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    constexpr std::size_t kGrowth = 1U << 20;
    // The library takes images of one name for one file, so each gets a name of its own.
    const auto name = std::to_string(reinterpret_cast<std::uintptr_t>(library_.get())) + ".h5";
    if (!bytes.empty() && H5Pset_fapl_core(access.get(), kGrowth, 0) >= 0 &&
        H5Pset_file_image(access.get(), const_cast<char*>(bytes.data()), bytes.size()) >= 0) {
        library_->file = Hdf5Handle(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    }
    if (!library_->file.valid()) fail("is no HDF5 file, or is damaged or cut short");
}

Hdf5File::Hdf5File(const std::filesystem::path& file, ErrorCode code)
    : source_(file.string()), code_(code), library_(std::make_unique<Library>()) {
    const Hdf5Silence silence;
    const auto access = hdf5_disk_access();
    library_->file = Hdf5Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    if (!library_->file.valid()) {
        fail("is no HDF5 file, or is damaged or cut short", "Copy it again from where it came, or make it anew.");
    }
}

Hdf5File::~Hdf5File() = default;
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File& Hdf5File::operator=(Hdf5File&&) noexcept = default;

void Hdf5File::fail(const std::string& cause, const std::string& hint) const {
    throw Error(code_, source_, cause, hint);
}

bool Hdf5File::contains(const std::string& path) const {
    const Hdf5Silence silence;
    for (std::size_t end = 0; end < path.size(); ++end) {
        end = std::min(path.find('/', end), path.size());
        if (end > 0 && !is_hard_link(library_->file.get(), path.substr(0, end))) return false;
    }
    return true;
}

std::vector<std::string> Hdf5File::children(const std::string& group) const {
    const Hdf5Silence silence;
    std::vector<std::string> names;
    const char* path = group.empty() ? "/" : group.c_str();
    H5G_info_t info;
    if (!contains(group) || H5Gget_info_by_name(library_->file.get(), path, &info, H5P_DEFAULT) < 0) return names;
    if (info.nlinks > kMaxNames) fail("group " + group + " holds too many members");
    names.reserve(info.nlinks);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        const auto length =
            H5Lget_name_by_idx(library_->file.get(), path, H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
        if (length <= 0 || static_cast<std::size_t>(length) > kMaxName) fail("group " + group + " cannot be listed");
        std::string name(static_cast<std::size_t>(length), '\0');
        H5Lget_name_by_idx(library_->file.get(), path, H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1,
                           H5P_DEFAULT);
        names.push_back(std::move(name));
    }
    return names;
}

std::optional<Hdf5Number> Hdf5File::number(const std::string& dataset) const {
    const Hdf5Silence silence;
    if (dataset.empty() || !contains(dataset)) return std::nullopt;
    const Hdf5Handle set(H5Dopen2(library_->file.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(H5Dget_type(set.get()), H5Tclose);
    return type.valid() ? find_hdf5_number(type.get()) : std::nullopt;
}

std::vector<std::int64_t> Hdf5File::shape(const std::string& dataset) const {
    const Hdf5Silence silence;
    if (dataset.empty() || !contains(dataset)) fail("dataset " + dataset + " is missing");
    const Hdf5Handle set(H5Dopen2(library_->file.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    if (!set.valid()) fail(dataset + " is no dataset");
    const Hdf5Handle space(H5Dget_space(set.get()), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 0 || rank > kMaxRank) fail("dataset " + dataset + " has an impossible shape");
    std::array<hsize_t, kMaxRank> edges{};
    H5Sget_simple_extent_dims(space.get(), edges.data(), nullptr);
    std::vector<std::int64_t> shape;
    shape.reserve(static_cast<std::size_t>(rank));
    for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) {
        if (edges[i] > hsize_t{1} << 40) fail("dataset " + dataset + " has an impossible shape");
        shape.push_back(static_cast<std::int64_t>(edges[i]));
    }
    return shape;
}

bool Hdf5File::is_bfloat16(const std::string& dataset, std::int64_t type) const {
    return H5Tget_class(type) == H5T_OPAQUE && H5Tget_size(type) == sizeof(std::uint16_t) &&
           text(dataset, "dtype") == "bfloat16";
}

void Hdf5File::read_bfloat16(std::int64_t set, std::int64_t type, const std::string& dataset,
                             std::vector<float>& values) const {
    std::vector<std::uint16_t> upper(values.size());
    if (H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, upper.data()) < 0) {
        fail("dataset " + dataset + " cannot be read: the file is damaged");
    }
    std::ranges::transform(upper, values.begin(),
                           [](std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); });
}

std::vector<float> Hdf5File::floats(const std::string& dataset, const std::vector<std::int64_t>& expected) const {
    const Hdf5Silence silence;
    const auto found = shape(dataset);
    if (found != expected) {
        fail("dataset " + dataset + " has shape " + hdf5_shape_text(found) + ", expected " + hdf5_shape_text(expected));
    }
    const Hdf5Handle set(H5Dopen2(library_->file.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(H5Dget_type(set.get()), H5Tclose);
    const bool brain = is_bfloat16(dataset, type.get());
    if (!brain && H5Tget_class(type.get()) != H5T_FLOAT) {
        fail("dataset " + dataset + " holds no floating-point numbers",
             "Save the network with weights of float32, float16 or bfloat16: quantised ones are not read.");
    }
    const auto objection = objection_to_storage(set.get(), found, H5Tget_size(type.get()));
    if (!objection.cause.empty()) {
        fail("dataset " + dataset + " is stored in a way that is not read here: it " + objection.cause,
             "Save the network with Keras' own model.save or model.save_weights.");
    }
    std::size_t count = 1;
    for (const auto edge : found) count *= static_cast<std::size_t>(edge);
    std::vector<float> values(count);
    if (brain) {
        read_bfloat16(set.get(), type.get(), dataset, values);
    } else if (H5Dread(set.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        fail("dataset " + dataset + " cannot be read: the file is damaged");
    }
    if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); })) {
        fail("dataset " + dataset + " holds a number that is not finite");
    }
    return values;
}

}  // namespace slidetype
