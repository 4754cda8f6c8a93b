#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "model/hdf5/hdf5_number.h"

namespace slidetype {

/// What an attribute holds: one number, one text, or nothing of either kind.
using Hdf5Value = std::variant<std::monostate, double, std::string>;

/// A HDF5 file, read-only, in memory or on the disk. The bytes are not trusted: only hard links are followed, data
/// outside the file, virtual datasets and unusual filters are refused, and sizes are checked before memory is taken.
/// One object belongs to one thread, and where the library was built without locks only one may be at work at a time.
class Hdf5File {
  public:
    /// A file held in memory, which may go after that. Throws Error(bad_model) naming `source` where `bytes` are no
    /// HDF5 file or are cut short; its other functions do so, too.
    Hdf5File(std::string_view bytes, std::string source);
    /// A file on the disk, which is read when it is asked for; `code` is what all its errors have. Throws
    /// Error(code) as above.
    Hdf5File(const std::filesystem::path& file, ErrorCode code);
    ~Hdf5File();
    Hdf5File(Hdf5File&&) noexcept;
    Hdf5File& operator=(Hdf5File&&) noexcept;

    /// Whether a group or dataset of that path, such as "layers/dense/vars/0", is in the file. "" is the root.
    bool contains(const std::string& path) const;
    /// Names of what a group holds, sorted; empty where there is no such group.
    std::vector<std::string> children(const std::string& group) const;

    /// An attribute of a group or dataset that holds one text or a list of texts; nothing where there is none of that
    /// name. Throws where it holds something else.
    std::optional<std::vector<std::string>> texts(const std::string& object, const std::string& name) const;
    std::optional<std::string> text(const std::string& object, const std::string& name) const;
    /// An attribute of either kind: nothing, too, where it holds something else or cannot be read.
    Hdf5Value value(const std::string& object, const std::string& name) const;

    /// What the numbers of a dataset are; nothing where there is none, or they are none of these.
    std::optional<Hdf5Number> number(const std::string& dataset) const;
    /// Edges of a dataset, slowest first. Throws where there is none.
    std::vector<std::int64_t> shape(const std::string& dataset) const;
    /// The numbers of a dataset of exactly that shape, row-major, as float: of HDF5's floating-point types, or bfloat16
    /// as Keras writes it. Throws for other shapes, other numbers, what is not finite, and damage.
    std::vector<float> floats(const std::string& dataset, const std::vector<std::int64_t>& shape) const;

    const std::string& source() const { return source_; }
    [[noreturn]] void fail(const std::string& cause, const std::string& hint = {}) const;

  private:
    friend class Hdf5Rows;
    struct Library;

    /// Two opaque bytes, the upper half of a float, and an attribute that says so: HDF5 has no such type. `type` and
    /// `set` are the library's.
    bool is_bfloat16(const std::string& dataset, std::int64_t type) const;
    void read_bfloat16(std::int64_t set, std::int64_t type, const std::string& dataset,
                       std::vector<float>& values) const;

    std::string source_;
    ErrorCode code_;
    std::unique_ptr<Library> library_;
};

/// A shape for messages, such as "(3, 512)".
std::string hdf5_shape_text(const std::vector<std::int64_t>& shape);

}  // namespace slidetype
