#include "model/hdf5/hdf5_writer.h"

#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "model/hdf5/hdf5_library.h"
#include "model/hdf5/reserved_room.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kForIndices = std::uint64_t{64} << 10;  // what HDF5 itself notes down in one step, at most

struct Table {
    Hdf5Handle set;
    hsize_t rows = 0, width = 0, chunk_rows = 0;
    std::uint64_t row_bytes = 0;
};

}  // namespace

struct Hdf5Writer::Library {
    Hdf5Handle file;
    std::map<std::string, Table> tables;
    std::optional<ReservedRoom> room;

    /// For that many bytes more than the file has.
    void reserve(std::uint64_t bytes) {
        hsize_t now = 0;
        if (H5Fget_filesize(file.get(), &now) >= 0) room->reserve(now + bytes + kForIndices);
    }

    bool close() {
        bool good = true;
        for (auto& [name, table] : tables) good = table.set.close() && good;
        return file.close() && good;
    }
};

Hdf5Writer::Hdf5Writer(const std::filesystem::path& file, std::string subject)
    : subject_(std::move(subject)), library_(std::make_unique<Library>()) {
    const Hdf5Silence silence;
    const auto access = hdf5_disk_access();
    // The oldest form that holds what is written, which every reader knows. HDF5 2 takes a newer one by itself.
    H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
    const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    H5Pset_obj_track_times(creation.get(), false);  // of the root group, which has times in newer forms
    library_->file = Hdf5Handle(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
    if (!library_->file.valid()) fail("cannot be written");
    library_->room.emplace(file, subject_);
}

Hdf5Writer::~Hdf5Writer() {
    const Hdf5Silence silence;
    library_->close();
}

void Hdf5Writer::fail(const std::string& cause) const {
    throw Error(ErrorCode::io, subject_, cause, "Check that the disk has room and that the folder is writable.");
}

void Hdf5Writer::add_table(const std::string& dataset, const Hdf5Number& number, std::size_t width,
                           std::size_t chunk_rows) {
    const Hdf5Silence silence;
    library_->reserve(0);
    const std::array<hsize_t, 2> none = {0, width}, most = {H5S_UNLIMITED, width}, chunk = {chunk_rows, width};
    const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_chunk(creation.get(), 2, chunk.data());
    H5Pset_obj_track_times(creation.get(), false);  // else no two files have the same bytes
    // Chunks that are kept back have no place in the file yet, and then none can be reserved for them.
    const Hdf5Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    H5Pset_chunk_cache(access.get(), 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT);
    const Hdf5Handle space(H5Screate_simple(2, none.data(), most.data()), H5Sclose);
    const auto type = hdf5_type(number);
    Table table;
    table.width = width;
    table.chunk_rows = chunk_rows;
    table.row_bytes = width * number.bytes;
    table.set = Hdf5Handle(H5Dcreate2(library_->file.get(), dataset.c_str(), type.get(), space.get(), H5P_DEFAULT,
                                      creation.get(), access.get()),
                           H5Dclose);
    if (!table.set.valid()) fail("could not be written completely");
    library_->tables.emplace(dataset, std::move(table));
}

void Hdf5Writer::set_attribute(const std::string& object, const std::string& name, const Value& value) {
    const Hdf5Silence silence;
    library_->reserve(0);
    Hdf5Handle type;
    const void* bytes = nullptr;
    const char* pointer = nullptr;
    if (const auto* text = std::get_if<std::string>(&value)) {
        type = Hdf5Handle(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(type.get(), H5T_VARIABLE);
        H5Tset_cset(type.get(), H5T_CSET_UTF8);
        pointer = text->c_str();
        bytes = static_cast<const void*>(&pointer);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        type = hdf5_type(kHdf5Int64);
        bytes = whole;
    } else {
        type = hdf5_type(kHdf5Double);
        bytes = &std::get<double>(value);
    }
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const char* path = object.empty() ? "/" : object.c_str();
    const Hdf5Handle attribute(H5Acreate_by_name(library_->file.get(), path, name.c_str(), type.get(), space.get(),
                                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose);
    if (!attribute.valid() || H5Awrite(attribute.get(), type.get(), bytes) < 0) {
        fail("could not be written completely");
    }
}

void Hdf5Writer::append_as(std::int64_t type, const std::string& dataset, std::size_t count, const void* numbers) {
    auto& table = library_->tables.at(dataset);
    if (count == 0) return;
    const Hdf5Silence silence;
    const std::array<hsize_t, 2> start = {table.rows, 0}, edges = {count / table.width, table.width};
    const std::array<hsize_t, 2> grown = {table.rows + edges[0], table.width};
    const auto chunks = edges[0] / table.chunk_rows + 2;  // the first and the last may be new and not full
    library_->reserve(chunks * table.chunk_rows * table.row_bytes);
    if (H5Dset_extent(table.set.get(), grown.data()) < 0) fail("could not be written completely");
    const Hdf5Handle on_disk(H5Dget_space(table.set.get()), H5Sclose);
    const Hdf5Handle in_memory(H5Screate_simple(2, edges.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(on_disk.get(), H5S_SELECT_SET, start.data(), nullptr, edges.data(), nullptr) < 0 ||
        H5Dwrite(table.set.get(), type, in_memory.get(), on_disk.get(), H5P_DEFAULT, numbers) < 0) {
        fail("could not be written completely");
    }
    table.rows = grown[0];
}

void Hdf5Writer::append_halves(const std::string& dataset, std::span<const std::uint16_t> numbers) {
    const auto half = hdf5_half_type(false);
    append_as(half.get(), dataset, numbers.size(), numbers.data());
}

void Hdf5Writer::append(const std::string& dataset, std::span<const float> numbers) {
    append_as(H5T_NATIVE_FLOAT, dataset, numbers.size(), numbers.data());
}

void Hdf5Writer::append(const std::string& dataset, std::span<const std::int64_t> numbers) {
    append_as(H5T_NATIVE_INT64, dataset, numbers.size(), numbers.data());
}

void Hdf5Writer::close() {
    const Hdf5Silence silence;
    library_->reserve(0);
    if (!library_->close()) fail("could not be written completely");
    library_->room->trim();
}

}  // namespace slidetype
