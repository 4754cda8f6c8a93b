#pragma once

#include <filesystem>
#include <span>

#include "plugin/batch/result_list.h"

namespace slidetype {

/// The calls of patients in a table, each with its reason; of many only where they stand. Nothing where there are none.
void print_patients(std::span<const PatientLine> patients, const std::filesystem::path& output);

}  // namespace slidetype
