#pragma once

#include "plugin/batch/collect.h"

namespace slidetype {

/// On standard output what was put together, on standard error what is missing or contradictory, with what to do.
void print_collected(const CollectReport& report, const CollectOptions& options);

}  // namespace slidetype
