#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype {

/// Columns that help and messages keep to.
inline constexpr std::size_t kTextWidth = 100;

/// What the default model says that it is good for, in lines, for the end of a help text; empty where it does not say.
std::string good_for_help();

/// "a.tiff, b.tiff and 3 more"; each once.
std::string some_of(std::span<const std::string> all);

/// What a run made of what its model does not know as a whole.
struct UnlikeOutcome {
    std::size_t done = 0;            ///< how many were done
    std::vector<std::string> names;  ///< of those that are unlike what the model was made from
    bool heeded = true;              ///< no call was made of them
    std::string_view thing = "slide";
    std::string_view teaches = "SLIDES";  ///< what `slidetype train` would be given
};

/// Says once, at the end, how many there are and what to do; nothing where there are none.
void print_unlike(const UnlikeOutcome& outcome, const ModelConfig& model);

/// Says that nothing is known about it, where the model has no check; before the work begins.
void print_no_check(const ModelDirectory& model, std::string_view thing);

}  // namespace slidetype
