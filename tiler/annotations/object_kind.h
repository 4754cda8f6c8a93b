#pragma once

#include <optional>
#include <string_view>

namespace slidetype {

/// What an object in a viewer is, in QuPath's words. All but annotations a program made.
enum class ObjectKind {
    annotation,
    tile,
    detection,
    cell,
    tma_core,
    root,  ///< QuPath's object for the image itself
};

/// As QuPath writes it today ("tmaCore").
std::string_view to_string(ObjectKind kind);

/// The kind that a word names, in the ways of all versions of QuPath ("detection", "Detection", "PathDetectionObject",
/// "TMACoreObject"); nothing for other words, which QuPath takes for annotations.
std::optional<ObjectKind> object_kind(std::string_view word);

}  // namespace slidetype
