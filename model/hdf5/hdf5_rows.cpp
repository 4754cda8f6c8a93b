#include "model/hdf5/hdf5_rows.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/hdf5/hdf5_library.h"
#include "model/hdf5/hdf5_storage.h"

namespace slidetype {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{4} << 20;
constexpr std::size_t kHashSlots = 521;  // of the cache of chunks: HDF5's own default

/// With a cache that holds one chunk at least: else each piece of a large one would unpack all of it again.
Hdf5Handle open_rows(hid_t file, const std::string& dataset, std::size_t chunk_bytes) {
    const Hdf5Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    H5Pset_chunk_cache(access.get(), kHashSlots, std::max(chunk_bytes, kPieceBytes), H5D_CHUNK_CACHE_W0_DEFAULT);
    return {H5Dopen2(file, dataset.c_str(), access.get()), H5Dclose};
}

/// Edges of a chunk, slowest first; zeros where the dataset has none.
std::array<hsize_t, 3> chunk_edges(hid_t set) {
    std::array<hsize_t, 3> edges{};
    const Hdf5Handle creation(H5Dget_create_plist(set), H5Pclose);
    if (H5Pget_layout(creation.get()) == H5D_CHUNKED) {
        H5Pget_chunk(creation.get(), static_cast<int>(edges.size()), edges.data());
    }
    return edges;
}

}  // namespace

struct Hdf5Rows::Open {
    Hdf5Handle set;
};

Hdf5Rows::Hdf5Rows(const Hdf5File& file, std::string dataset)
    : file_(file), dataset_(std::move(dataset)), open_(std::make_unique<Open>()) {
    const Hdf5Silence silence;
    const auto shape = file_.shape(dataset_);
    leading_axis_ = shape.size() == 3 && shape[0] == 1;
    if (shape.size() != 2 && !leading_axis_) {
        file_.fail(dataset_ + " has shape " + hdf5_shape_text(shape) + ", expected one row for each tile",
                   "A feature file holds a table of two axes: tiles, and the numbers of each.");
    }
    rows_ = static_cast<std::size_t>(shape[shape.size() - 2]);
    width_ = static_cast<std::size_t>(shape.back());
    const auto library_file = file_.library_->file.get();
    open_->set = Hdf5Handle(H5Dopen2(library_file, dataset_.c_str(), H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(H5Dget_type(open_->set.get()), H5Tclose);
    const auto number = find_hdf5_number(type.get());
    if (!number)
        file_.fail(dataset_ + " holds no numbers of a kind that is read here (float16, float32, float64, int)");
    number_ = *number;
    const auto objection = objection_to_storage(open_->set.get(), shape, number_.bytes);
    if (!objection.cause.empty()) file_.fail(dataset_ + " " + objection.cause, objection.hint);

    const auto chunk = chunk_edges(open_->set.get());
    const auto chunk_rows = static_cast<std::size_t>(chunk[shape.size() - 2]);
    std::size_t chunk_bytes = number_.bytes;
    for (std::size_t i = 0; i < shape.size(); ++i) chunk_bytes *= static_cast<std::size_t>(chunk[i]);
    piece_ = std::max<std::size_t>(1, kPieceBytes / std::max<std::size_t>(1, width_ * sizeof(double)));
    if (chunk_rows > 0 && chunk_rows < piece_) piece_ -= piece_ % chunk_rows;
    if (chunk_bytes > 0) open_->set = open_rows(library_file, dataset_, chunk_bytes);
}

Hdf5Rows::~Hdf5Rows() {
    const Hdf5Silence silence;
    open_.reset();
}

void Hdf5Rows::read_as(std::int64_t type, std::size_t first, std::size_t count, void* numbers) const {
    if (width_ == 0 || count == 0) return;
    const Hdf5Silence silence;
    const hsize_t rows = count / width_;
    const std::array<hsize_t, 3> start = {0, first, 0}, edges = {1, rows, width_};
    const std::size_t skipped = leading_axis_ ? 0 : 1;  // of the three axes
    const Hdf5Handle on_disk(H5Dget_space(open_->set.get()), H5Sclose);
    const Hdf5Handle in_memory(H5Screate_simple(static_cast<int>(3 - skipped), edges.data() + skipped, nullptr),
                               H5Sclose);
    if (H5Sselect_hyperslab(on_disk.get(), H5S_SELECT_SET, start.data() + skipped, nullptr, edges.data() + skipped,
                            nullptr) < 0 ||
        H5Dread(open_->set.get(), type, in_memory.get(), on_disk.get(), H5P_DEFAULT, numbers) < 0) {
        file_.fail(dataset_ + " cannot be read: the file is damaged or cut short",
                   "Copy it again from where it came, or make it anew.");
    }
}

void Hdf5Rows::read_halves(std::size_t first, std::span<std::uint16_t> numbers) const {
    const auto half = hdf5_half_type(false);
    read_as(half.get(), first, numbers.size(), numbers.data());
}

void Hdf5Rows::read(std::size_t first, std::span<float> numbers) const {
    read_as(H5T_NATIVE_FLOAT, first, numbers.size(), numbers.data());
}

void Hdf5Rows::read(std::size_t first, std::span<double> numbers) const {
    read_as(H5T_NATIVE_DOUBLE, first, numbers.size(), numbers.data());
}

}  // namespace slidetype
