#pragma once

#include <optional>

namespace slidetype {

/// What a JSON value holds; nothing where it is null. `Json` is nlohmann's, which base itself does not need. Throws
/// what its get() throws.
template <class T, class Json>
std::optional<T> optional_of(const Json& value) {
    return value.is_null() ? std::nullopt : std::optional(value.template get<T>());
}

/// The same of a member of an object; nothing where there is none.
template <class T, class Json>
std::optional<T> optional_member(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? std::nullopt : optional_of<T>(*found);
}

}  // namespace slidetype
