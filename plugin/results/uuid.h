#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// A version-5 UUID (RFC 9562) of `name` in slidetype's own namespace, 36 lower-case characters.
std::string name_uuid(std::string_view name);

/// Makes the ids of one slide's objects. They depend on the slide (OpenSlide's quickhash; where there is none, the file
/// name, vendor and size in pixels), the kind and the index alone, so that a viewer can replace the objects of an
/// earlier run by id. Immutable, so threads may share it.
class ObjectIds {
  public:
    explicit ObjectIds(const SlideIdentity& slide);
    /// `kind` is "tile", "call", "region" …; no two kinds, slides or indices share an id.
    std::string operator()(std::string_view kind, std::size_t index) const;

  private:
    std::string slide_;
};

}  // namespace slidetype
