#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "model/hdf5/hdf5_number.h"

namespace slidetype {

/// A HDF5 file with tables that grow row by row, in chunks, so that memory does not grow with them. The same content
/// gives the same bytes. A file that is not closed is none. One object belongs to one thread; see Hdf5File.
class Hdf5Writer {
  public:
    using Value = std::variant<std::string, std::int64_t, double>;

    /// Makes the file, in place of one of that name. Errors name `subject`. Throws Error(io).
    Hdf5Writer(const std::filesystem::path& file, std::string subject);
    ~Hdf5Writer();
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;

    /// A dataset of no rows yet, of shape (rows, width). Throws Error(io).
    void add_table(const std::string& dataset, const Hdf5Number& number, std::size_t width, std::size_t chunk_rows);
    /// Of a dataset, or of the root (""). Texts are UTF-8. Throws Error(io).
    void set_attribute(const std::string& object, const std::string& name, const Value& value);

    /// Appends whole rows. Halves are for tables of halves; other numbers are converted by HDF5 (float to int32 is cut
    /// to its range). Throws Error(io) where they cannot be written, on a full disk for instance.
    void append_halves(const std::string& dataset, std::span<const std::uint16_t> numbers);
    void append(const std::string& dataset, std::span<const float> numbers);
    void append(const std::string& dataset, std::span<const std::int64_t> numbers);

    /// Writes what was kept back and closes the file. Throws Error(io). Nothing can be written after that.
    void close();

  private:
    struct Library;
    void append_as(std::int64_t type, const std::string& dataset, std::size_t count, const void* numbers);
    [[noreturn]] void fail(const std::string& cause) const;

    std::string subject_;
    std::unique_ptr<Library> library_;
};

}  // namespace slidetype
