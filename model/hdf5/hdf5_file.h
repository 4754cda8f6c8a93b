#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// A HDF5 file held in memory, read-only. The bytes are not trusted: only hard links are followed, data outside the
/// file, virtual datasets and unusual filters are refused, and sizes are checked before memory is taken.
/// One object belongs to one thread.
class Hdf5File {
  public:
    /// Throws Error(bad_model) naming `source` where `bytes` are no HDF5 file or are cut short.
    Hdf5File(std::string_view bytes, std::string source);
    ~Hdf5File();
    Hdf5File(Hdf5File&&) noexcept;
    Hdf5File& operator=(Hdf5File&&) noexcept;

    /// Whether a group or dataset of that path, such as "layers/dense/vars/0", is in the file. "" is the root.
    bool contains(const std::string& path) const;
    /// Names of what a group holds, sorted; empty where there is no such group.
    std::vector<std::string> children(const std::string& group) const;

    /// An attribute that holds one text or a list of texts; nothing where the group has none of that name.
    /// Throws Error(bad_model) where it holds something else.
    std::optional<std::vector<std::string>> texts(const std::string& group, const std::string& name) const;
    std::optional<std::string> text(const std::string& group, const std::string& name) const;

    /// Edges of a dataset, slowest first. Throws Error(bad_model) where there is none.
    std::vector<std::int64_t> shape(const std::string& dataset) const;
    /// The numbers of a dataset of exactly that shape, row-major, as float: of HDF5's floating-point types, or bfloat16
    /// as Keras writes it. Throws Error(bad_model) for other shapes, other numbers, what is not finite, and damage.
    std::vector<float> floats(const std::string& dataset, const std::vector<std::int64_t>& shape) const;

    const std::string& source() const { return source_; }

  private:
    struct Library;
    [[noreturn]] void fail(const std::string& cause, const std::string& hint = {}) const;

    /// Two opaque bytes, the upper half of a float, and an attribute that says so: HDF5 has no such type. `type` and
    /// `set` are the library's.
    bool is_bfloat16(const std::string& dataset, std::int64_t type) const;
    void read_bfloat16(std::int64_t set, std::int64_t type, const std::string& dataset,
                       std::vector<float>& values) const;

    std::string source_;
    std::unique_ptr<Library> library_;
};

}  // namespace slidetype
