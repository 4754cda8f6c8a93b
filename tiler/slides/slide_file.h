#pragma once

#include <filesystem>
#include <memory>

struct _openslide;  // OpenSlide's own name for openslide_t

namespace slidetype {

/// An open OpenSlide handle. Threads may share one until a call on it fails; then it is of no more use.
using SlideHandle = std::shared_ptr<_openslide>;

/// Opens a file, or says in a pathologist's words why it is no slide. Throws as Slide's constructor.
SlideHandle open_slide_file(const std::filesystem::path& path);

/// Throws Error(not_found) for a path that is not there, or a link that leads nowhere.
[[noreturn]] void throw_not_found(const std::filesystem::path& path);

}  // namespace slidetype
