#pragma once

#include <string>

#include "plugin/analysis/stage_times.h"

namespace slidetype {

/// Where the time of one slide went, as a table for people, and the stage that holds it up.
std::string stage_report(const StageTimes& times);

}  // namespace slidetype
