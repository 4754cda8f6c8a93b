#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "model/data/cohort.h"
#include "model/heads/bag_store.h"
#include "model/network/encoder_info.h"

namespace slidetype {

/// Whether a table names slides with diagnoses and no annotations: what learning from diagnoses takes. Never throws:
/// what is wrong with it shows on reading.
bool names_diagnoses(const std::filesystem::path& table);

/// The slides of a cohort whose features can be read.
struct CohortBags {
    Cohort cohort;                    ///< without the slides that were left out, which are among its problems
    std::shared_ptr<BagStore> store;  ///< bag i is that of slide i
    /// Of whom the features are: by what the files say, or what the user said. `path` is empty where only its name, or
    /// not even that, is known: then a model can be had, but slides cannot be encoded for it.
    EncoderInfo encoder;
    std::size_t tiles = 0;
    std::size_t dimension() const { return encoder.dimension; }
};

/// Reads the features of all slides once and leaves out those that cannot be read, are empty, or hold what is no
/// number, each with its reason among the cohort's problems. `encoder`: what the user says that the features are of;
/// absent: by the files. Keeps at most `memory_bytes` of them in memory. `done(n, of)` is called by one thread at a
/// time. Throws Error(bad_data) naming two files where they are of different encoders or sizes, where they are of
/// another encoder than the user says, and where a class loses all slides.
CohortBags read_cohort_bags(Cohort cohort, const std::optional<EncoderInfo>& encoder, std::uint64_t memory_bytes,
                            int threads, const std::function<void(std::size_t, std::size_t)>& done = {});

}  // namespace slidetype
