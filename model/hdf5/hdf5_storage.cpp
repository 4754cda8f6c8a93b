#include "model/hdf5/hdf5_storage.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "model/hdf5/hdf5_library.h"

namespace slidetype {
namespace {

constexpr int kMaxChunkRank = 32;         // HDF5's own limit
constexpr H5Z_filter_t kLzf = 32000;      // as it is registered for h5py
constexpr std::uint64_t kDeflate = 1032;  // to one byte: what deflate packs at most
constexpr std::uint64_t kChunkBytes = std::uint64_t{256} << 20;

const char* const kRewriteHint =
    "Write it anew without compression, or with gzip: in Python, h5py's create_dataset(name, data=numbers, "
    "compression=\"gzip\").";

/// The product, or the largest number there is where it is larger than that.
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    return b != 0 && a > kMost / b ? kMost : a * b;
}

struct Filters {
    std::optional<std::string> refused;
    bool deflated = false;
};

Filters look_at_filters(hid_t creation) {
    Filters found;
    const int filters = H5Pget_nfilters(creation);
    if (filters < 0) found.refused = "with filters that cannot be told";
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        const auto filter =
            H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
        found.deflated = found.deflated || filter == H5Z_FILTER_DEFLATE;
        if (filter == kLzf) found.refused = "with lzf, which h5py alone reads";
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32 &&
            !found.refused) {
            found.refused = "with filter " + std::to_string(filter) + " of HDF5, which is not read here";
        }
    }
    return found;
}

/// Of what is stored of a dataset, in bytes: what the file says, but no more than it has.
std::uint64_t stored_bytes(hid_t dataset) {
    const Hdf5Handle file(H5Iget_file_id(dataset), H5Fclose);
    hsize_t all = 0;
    if (H5Fget_filesize(file.get(), &all) < 0) return 0;
    return std::min<std::uint64_t>(H5Dget_storage_size(dataset), all);
}

/// Of one chunk, in bytes; nothing where it cannot be told.
std::optional<std::uint64_t> chunk_size(hid_t creation, std::size_t rank, std::uint64_t number_bytes) {
    std::array<hsize_t, kMaxChunkRank> edges{};
    if (H5Pget_chunk(creation, kMaxChunkRank, edges.data()) != static_cast<int>(rank)) return std::nullopt;
    std::uint64_t bytes = number_bytes;
    for (std::size_t i = 0; i < rank; ++i) bytes = times(bytes, edges[i]);
    return bytes;
}

}  // namespace

Hdf5Objection objection_to_storage(std::int64_t dataset, const std::vector<std::int64_t>& shape,
                                   std::uint64_t number_bytes) {
    const Hdf5Handle creation(H5Dget_create_plist(dataset), H5Pclose);
    const auto layout = H5Pget_layout(creation.get());
    const bool chunked = layout == H5D_CHUNKED;
    if (H5Pget_external_count(creation.get()) != 0 || (!chunked && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)) {
        return {"lies in other files, which are not opened", "Copy its numbers into one file."};
    }
    std::uint64_t bytes = number_bytes;
    for (const auto edge : shape) bytes = times(bytes, static_cast<std::uint64_t>(edge));
    std::uint64_t needed = bytes;
    if (chunked) {
        const auto chunk = chunk_size(creation.get(), shape.size(), number_bytes);
        if (!chunk || *chunk > kChunkBytes) {
            return {"is stored in chunks that are too large", "Write it anew with smaller chunks."};
        }
        needed = std::max(needed, *chunk);
    }
    const auto filters = look_at_filters(creation.get());
    if (filters.refused) return {"is packed " + *filters.refused, kRewriteHint};
    if (bytes > 0 && needed > times(stored_bytes(dataset), filters.deflated ? kDeflate : 1)) {
        return {"has fewer bytes in the file than its shape " + hdf5_shape_text(shape) + " needs",
                "It was not written to its end, or the file is damaged: make it anew."};
    }
    return {};
}

}  // namespace slidetype
