#pragma once

#include <cstddef>

#include "plugin/analysis/slide_result.h"

namespace slidetype::bench {

/// The result of a slide of which `tiles` tiles were scored, with made-up scores; always the same.
SlideResult made_result(std::size_t tiles);

}  // namespace slidetype::bench
