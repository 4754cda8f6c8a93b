#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "model/hdf5/hdf5_file.h"
#include "model/hdf5/hdf5_number.h"

namespace slidetype {

/// A dataset of rows of numbers, of shape (rows, width) or (1, rows, width), which some programs write. It is read in
/// pieces, so that memory need not hold it twice. Belongs to the thread of its file, which must outlive it.
class Hdf5Rows {
  public:
    /// Throws the file's error where there is no such dataset, where it has another shape, numbers that are none of
    /// Hdf5Number, or is stored in a way that is not read (objection_to_storage).
    Hdf5Rows(const Hdf5File& file, std::string dataset);
    ~Hdf5Rows();
    Hdf5Rows(const Hdf5Rows&) = delete;
    Hdf5Rows& operator=(const Hdf5Rows&) = delete;

    std::size_t rows() const { return rows_; }
    std::size_t width() const { return width_; }
    const Hdf5Number& number() const { return number_; }
    /// How many rows to read at a time: a few megabytes, and whole chunks.
    std::size_t piece() const { return piece_; }

    /// Reads as many rows from `first` on as fill `numbers`, each converted as HDF5 does it. Halves are for datasets of
    /// halves, and come as they are. Throws the file's error where the file is damaged.
    void read_halves(std::size_t first, std::span<std::uint16_t> numbers) const;
    void read(std::size_t first, std::span<float> numbers) const;
    void read(std::size_t first, std::span<double> numbers) const;

  private:
    struct Open;
    void read_as(std::int64_t type, std::size_t first, std::size_t count, void* numbers) const;

    const Hdf5File& file_;
    std::string dataset_;
    std::size_t rows_ = 0, width_ = 0, piece_ = 1;
    bool leading_axis_ = false;
    Hdf5Number number_;
    std::unique_ptr<Open> open_;
};

}  // namespace slidetype
