#pragma once

#include <span>
#include <string>

#include "plugin/batch/patient_line.h"

namespace slidetype {

/// The patients of a run as a section of its page (HTML): call, of how many of their slides it is made, and why, and
/// how the calls agree with the labels where patients have any. Empty where there are no patients.
std::string patient_section(std::span<const PatientLine> patients);

}  // namespace slidetype
