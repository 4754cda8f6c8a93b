#pragma once

#include <filesystem>
#include <mutex>

#include "model/bags/bag.h"
#include "model/hdf5/hdf5_file.h"

namespace slidetype {

/// A bag from a HDF5 file of any layout, or what its head says. As read_bag() and read_bag_head().
Bag read_hdf5_bag(const std::filesystem::path& file, bool head_only);
/// The same from an open file, by those who have hdf5_turn().
Bag read_hdf5_bag(const Hdf5File& file, bool head_only);

/// Who may use HDF5: it is not everywhere built so that two threads can.
std::mutex& hdf5_turn();

}  // namespace slidetype
