#include "model/hdf5/hdf5_file.h"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::size_t kMaxText = std::size_t{8} << 20;
constexpr hsize_t kMaxNames = 4096;
constexpr int kMaxRank = 8;

/// An object of the HDF5 library, closed by the function that belongs to its kind.
class Handle {
  public:
    Handle() = default;
    Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    ~Handle() {
        if (valid()) close_(id_);
    }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    bool valid() const { return id_ >= 0; }
    hid_t get() const { return id_; }

  private:
    hid_t id_ = -1;
    herr_t (*close_)(hid_t) = nullptr;
};

/// HDF5 prints a stack of messages on every failure; ours say what matters.
class Silence {
  public:
    Silence() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

/// Links to other files would let a file read what its sender has no right to, so none but hard links count.
bool is_hard_link(hid_t file, const std::string& path) {
    H5L_info_t info;
    return H5Lexists(file, path.c_str(), H5P_DEFAULT) > 0 && H5Lget_info(file, path.c_str(), &info, H5P_DEFAULT) >= 0 &&
           info.type == H5L_TYPE_HARD;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "(";
    for (const auto edge : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(edge);
    return text + ")";
}

std::vector<std::string> read_variable_texts(hid_t attribute, hid_t type, hid_t space, std::size_t count) {
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
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

/// What HDF5 itself decodes; others would be looked for as plug-ins on the disk.
bool has_plain_filters(hid_t creation) {
    const int filters = H5Pget_nfilters(creation);
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        const auto filter =
            H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
            return false;
        }
    }
    return filters >= 0;
}

/// Contiguous or compact data in the file itself, or chunks no larger than the dataset.
bool has_plain_layout(hid_t creation, const std::vector<std::int64_t>& shape) {
    if (H5Pget_external_count(creation) != 0) return false;
    const auto layout = H5Pget_layout(creation);
    if (layout != H5D_CHUNKED) return layout == H5D_CONTIGUOUS || layout == H5D_COMPACT;
    std::array<hsize_t, kMaxRank> chunk{};
    const int rank = H5Pget_chunk(creation, kMaxRank, chunk.data());
    if (rank != static_cast<int>(shape.size())) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (chunk[i] > static_cast<hsize_t>(shape[i])) return false;
    }
    return true;
}

}  // namespace

struct Hdf5File::Library {
    Silence silence;  // first, so that it outlives the file's closing
    Handle file;
};

Hdf5File::Hdf5File(std::string_view bytes, std::string source)
    : source_(std::move(source)), library_(std::make_unique<Library>()) {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    constexpr std::size_t kGrowth = 1U << 20;
    // The library takes images of one name for one file, so each gets a name of its own.
    const auto name = std::to_string(reinterpret_cast<std::uintptr_t>(library_.get())) + ".h5";
    if (!bytes.empty() && H5Pset_fapl_core(access.get(), kGrowth, 0) >= 0 &&
        H5Pset_file_image(access.get(), const_cast<char*>(bytes.data()), bytes.size()) >= 0) {
        library_->file = Handle(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    }
    if (!library_->file.valid()) fail("is no HDF5 file, or is damaged or cut short");
}

Hdf5File::~Hdf5File() = default;
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File& Hdf5File::operator=(Hdf5File&&) noexcept = default;

void Hdf5File::fail(const std::string& cause, const std::string& hint) const {
    throw Error(ErrorCode::bad_model, source_, cause, hint);
}

bool Hdf5File::contains(const std::string& path) const {
    for (std::size_t end = 0; end < path.size(); ++end) {
        end = std::min(path.find('/', end), path.size());
        if (end > 0 && !is_hard_link(library_->file.get(), path.substr(0, end))) return false;
    }
    return true;
}

std::vector<std::string> Hdf5File::children(const std::string& group) const {
    std::vector<std::string> names;
    const char* path = group.empty() ? "/" : group.c_str();
    H5G_info_t info;
    if (!contains(group) || H5Gget_info_by_name(library_->file.get(), path, &info, H5P_DEFAULT) < 0) return names;
    if (info.nlinks > kMaxNames) fail("group " + group + " holds too many members");
    names.reserve(info.nlinks);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        const auto length =
            H5Lget_name_by_idx(library_->file.get(), path, H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
        if (length <= 0 || static_cast<std::size_t>(length) > kMaxText) fail("group " + group + " cannot be listed");
        std::string name(static_cast<std::size_t>(length), '\0');
        H5Lget_name_by_idx(library_->file.get(), path, H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1,
                           H5P_DEFAULT);
        names.push_back(std::move(name));
    }
    return names;
}

std::optional<std::vector<std::string>> Hdf5File::texts(const std::string& group, const std::string& name) const {
    const char* path = group.empty() ? "/" : group.c_str();
    const auto file = library_->file.get();
    if (!contains(group) || H5Aexists_by_name(file, path, name.c_str(), H5P_DEFAULT) <= 0) return std::nullopt;
    const Handle attribute(H5Aopen_by_name(file, path, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Handle space(H5Aget_space(attribute.get()), H5Sclose);
    const auto count = H5Sget_simple_extent_npoints(space.get());
    if (count == 0) return std::vector<std::string>();  // an empty list is stored as numbers
    if (count < 0 || static_cast<hsize_t>(count) > kMaxNames || H5Tget_class(type.get()) != H5T_STRING) {
        fail("attribute " + name + " of /" + group + " is no text");
    }
    const auto size = static_cast<std::size_t>(count);
    auto texts = H5Tis_variable_str(type.get()) > 0
                     ? read_variable_texts(attribute.get(), type.get(), space.get(), size)
                     : read_fixed_texts(attribute.get(), type.get(), size);
    if (texts.size() != size) fail("attribute " + name + " of /" + group + " cannot be read");
    return texts;
}

std::optional<std::string> Hdf5File::text(const std::string& group, const std::string& name) const {
    const auto all = texts(group, name);
    if (!all) return std::nullopt;
    if (all->size() != 1) fail("attribute " + name + " of /" + group + " is no single text");
    return all->front();
}

std::vector<std::int64_t> Hdf5File::shape(const std::string& dataset) const {
    if (dataset.empty() || !contains(dataset)) fail("dataset " + dataset + " is missing");
    const Handle set(H5Dopen2(library_->file.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    if (!set.valid()) fail(dataset + " is no dataset");
    const Handle space(H5Dget_space(set.get()), H5Sclose);
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
    const auto found = shape(dataset);
    if (found != expected) {
        fail("dataset " + dataset + " has shape " + shape_text(found) + ", expected " + shape_text(expected));
    }
    const Handle set(H5Dopen2(library_->file.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    const Handle type(H5Dget_type(set.get()), H5Tclose);
    const bool brain = is_bfloat16(dataset, type.get());
    if (!brain && H5Tget_class(type.get()) != H5T_FLOAT) {
        fail("dataset " + dataset + " holds no floating-point numbers",
             "Save the network with weights of float32, float16 or bfloat16: quantised ones are not read.");
    }
    const Handle creation(H5Dget_create_plist(set.get()), H5Pclose);
    if (!has_plain_layout(creation.get(), found) || !has_plain_filters(creation.get())) {
        fail("dataset " + dataset + " is stored in a way that is not read here",
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
