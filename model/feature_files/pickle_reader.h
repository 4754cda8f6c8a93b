#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// A value of a pickle. Values name one another by their place in Pickle::values, so that none can be nested too
/// deeply.
struct PickleValue {
    enum class Kind { none, boolean, whole, text, tuple, dict, global, storage, tensor, other };

    Kind kind = Kind::none;
    std::int64_t number = 0;         ///< of whole numbers and booleans
    std::string text;                ///< of texts; of globals "module.name"
    std::vector<std::size_t> items;  ///< of a tuple; key, value, … of a dict; what a storage or tensor is to be made of
};

struct Pickle {
    std::vector<PickleValue> values;
    std::size_t root = 0;

    const PickleValue& at(std::size_t place) const { return values[place]; }
};

/// Reads what torch.save writes of tensors, and dicts of them. A pickle is a program for a small machine, whose
/// commands may call any function of Python's; of these commands only those are known here that tensors need, and the
/// functions that they name are known by name alone: nothing is ever called. Throws Error(bad_data) for all other names
/// and commands, and for damage.
Pickle read_pickle(std::string_view bytes, const std::string& source);

}  // namespace slidetype
