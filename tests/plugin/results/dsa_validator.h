#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slidetype::testing {

/// What is wrong with an annotation file by large_image's schema, and what its page would not draw although the schema
/// allows it; empty where all is well. Shares no code with the writer.
std::vector<std::string> dsa_problems(std::string_view text);

}  // namespace slidetype::testing
