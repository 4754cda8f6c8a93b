#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/backends/backend_check.h"
#include "model/network/model_directory.h"

namespace slidetype {

/// Scores the drawn tiles of self_test_tiles() and stores what comes out in config.json, with checksums of the
/// configuration and of the scores, for verify_model(). Call it last when a model directory is written; what was stored
/// before is replaced. Throws Error(usage) for a TorchScript model of others, and what reading and scoring throw.
void attach_self_test(const std::filesystem::path& model_directory);

/// Stores the steps of calibrate_int8() in config.json (whatever else stands there stays) and the self-test anew.
/// Throws what attach_self_test() throws.
void store_int8(const std::filesystem::path& model_directory, const Int8Config& int8);

/// Writes what the model knows of its material beside its weights, names it in config.json as `config` says but for the
/// hash (whatever else stands there stays), and stores the self-test anew. Throws what attach_self_test() throws.
void store_domain(const std::filesystem::path& model_directory, const DomainConfig& config, const KnownDomain& domain);

/// Stores what the model is good for (see SlidetypeConfig::good_for) in config.json, or takes it away where `text` is
/// empty (whatever else stands there stays), and the self-test anew. Throws what require_good_for() and
/// attach_self_test() throw.
void store_good_for(const std::filesystem::path& model_directory, const std::string& text);

/// What verify_model() found.
struct ModelCheck {
    CheckResult config = CheckResult::not_checked;   ///< reads, and is as it was when the self-test was stored
    CheckResult weights = CheckResult::not_checked;  ///< files have the SHA-256 that config.json names
    CheckResult shapes = CheckResult::not_checked;   ///< tensors fit the architecture
    CheckResult scores = CheckResult::not_checked;   ///< the drawn tiles get the stored scores
    double largest_difference = 0;                   ///< between stored scores and those of this machine
    std::vector<std::string> problems;               ///< in sentences, but for those of backends
    std::vector<BackendCheck> backends;              ///< all that can run the model here
    /// Nothing is wrong, with any backend.
    bool good() const;
};

/// Checks a model directory and tells apart what was changed: configuration, weights, stored scores, or none of them
/// while this machine, or one of its backends, computes other scores. Bad models are reported, not thrown.
/// The checksums find damage and mistakes; they are no signature, for who can write the folder can write them anew.
ModelCheck verify_model(const std::filesystem::path& model_directory);

}  // namespace slidetype
