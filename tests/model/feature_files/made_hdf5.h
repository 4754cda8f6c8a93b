#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace slidetype::testing {

/// A dataset of a HDF5 file as a test wants it, which need not be one that anybody would write.
struct MadeDataset {
    enum class Type { half, single, big_single, twice, long_double, int32, int64, uint8, brain };
    enum class Storage { contiguous, chunked, external, virtual_set, never_written };

    std::string name;
    std::vector<std::uint64_t> shape;
    std::vector<double> numbers = {};  ///< as many as the shape says; one alone stands for all
    Type type = Type::single;
    Storage storage = Storage::contiguous;
    std::vector<std::uint64_t> chunk = {};
    bool growing = false;                 ///< of unlimited rows
    std::vector<int> filters = {};        ///< by HDF5's numbers; those that are missing here are written as if skipped
    std::filesystem::path external = {};  ///< the file that has the data
};

struct MadeAttribute {
    std::string object, name;
    std::variant<std::string, double, std::vector<double>> value;
    bool fixed_length = false;  ///< of texts
};

struct MadeHdf5 {
    std::vector<MadeDataset> datasets = {};
    std::vector<MadeAttribute> attributes = {};
    std::vector<std::pair<std::string, std::string>> soft_links = {};      ///< name, target
    std::vector<std::pair<std::string, std::string>> external_links = {};  ///< name, file; of the same name there
};

/// Throws std::runtime_error where HDF5 cannot write it.
void write_made_hdf5(const std::filesystem::path& file, const MadeHdf5& content);
/// The same as bytes, without a disk.
std::string made_hdf5_bytes(const MadeHdf5& content);

/// Rows of numbers that are all different, and exact as halves: row r, number d is (r · width + d) / 8 - 100, in turns
/// of 2000.
std::vector<double> counted_numbers(std::size_t rows, std::size_t width);

}  // namespace slidetype::testing
