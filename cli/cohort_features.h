#pragma once

#include <filesystem>
#include <optional>

#include "model/backends/encoders.h"
#include "plugin/cohorts/cohort_bags.h"

namespace slidetype {

/// How many slides of a cohort have no features yet.
std::size_t slides_without_features(const Cohort& cohort);

/// Encodes them into `folder`, showing how far it is. Those that fail become problems of the cohort. Throws
/// Error(cancelled) after a signal, and what encode_slides() throws.
void encode_missing(Cohort& cohort, OpenEncoder& encoder, const std::filesystem::path& folder, int threads, bool quiet);

/// read_cohort_bags(), showing how far it is. Throws Error(cancelled) after a signal.
CohortBags read_bags_shown(Cohort cohort, const std::optional<EncoderInfo>& encoder, double memory_gb, int threads,
                           bool quiet);

}  // namespace slidetype
