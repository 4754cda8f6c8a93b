#pragma once

#include <filesystem>
#include <mutex>

#include "model/bags/bag.h"

namespace slidetype {

/// A bag from a HDF5 file of any layout, or what its head says. As read_bag() and read_bag_head().
Bag read_hdf5_bag(const std::filesystem::path& file, bool head_only);

/// Who may use HDF5: it is not everywhere built so that two threads can.
std::mutex& hdf5_turn();

}  // namespace slidetype
