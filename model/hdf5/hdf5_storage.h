#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slidetype {

/// Why the numbers of a dataset are not read; empty where they are.
struct Hdf5Objection {
    std::string cause;  ///< follows the name of the dataset
    std::string hint;
};

/// Looks at how an open dataset of the library, of that shape and size of one number, is stored. Read are contiguous
/// and compact data in the file itself, and chunks of a bearable size, with the filters that HDF5 itself decodes
/// (deflate, shuffle, fletcher32): others would be looked for as plug-ins on the disk. A dataset or chunk that is
/// larger than what is stored of it, even if that were packed as tightly as deflate can, is none that was written.
Hdf5Objection objection_to_storage(std::int64_t dataset, const std::vector<std::int64_t>& shape,
                                   std::uint64_t number_bytes);

}  // namespace slidetype
