#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/backends/backend.h"
#include "model/network/model_directory.h"

namespace slidetype {

enum class CheckResult {
    good,
    absent,       ///< nothing to check against, such as no stored self-test
    bad,          ///< see the problems
    not_checked,  ///< something before it was bad
    cannot_run,   ///< of scores alone: the model cannot be run here, see the problems
};

/// What one backend makes of the drawn tiles of self_test_tiles().
struct BackendCheck {
    std::string backend;  ///< as `run --backend` calls it; what says of itself what it is where that names none
    CheckResult result = CheckResult::absent;
    double difference = 0, tolerance = 0;  ///< as `against` says
    std::string against;                   ///< "stored scores" or "features of onednn"; empty: nothing to check against
    std::string problem, advice;           ///< sentences; empty where it is good
};

/// Tries every backend that can run the model here. Those that compute in floats must give the stored scores of the
/// self-test, or where none are stored what the first of them gives; the features of those that round (8-bit integers,
/// half precision on a GPU) must lie near those of floats. Backends that are not there or cannot run the model are left
/// out. `stored`: whether the stored scores belong to the files as they are.
std::vector<BackendCheck> check_backends(const ModelDirectory& model, bool stored);

/// The same at the start of a run, with one drawn tile: throws Error(bad_model) where the backend that was opened
/// gives other scores than are stored for it. Files that were changed since then are let pass, which verify_model()
/// tells of.
void require_right_backend(const ModelDirectory& model, Backend backend, const OpenModel& open);

/// Holds 8-bit integers to floats on the tiles (8-bit RGB, patch × patch each) that the model's steps were chosen from,
/// and returns how far they are apart on the drawn tiles, for Int8Config::drawn_difference. Throws Error(bad_model)
/// where the former are too far apart.
double measured_rounding(const ModelDirectory& model, std::span<const std::uint8_t> tiles, std::size_t count);

/// Tries the products of matrices with which heads compute and learn, on whole numbers, which floats hold exactly. What
/// is wrong with them; empty where nothing is.
std::string check_products();

/// What is stored of the scores of the drawn tiles, but for the checksums.
SelfTestConfig self_test_of(const ModelDirectory& model, const TileScores& scores);

/// Largest difference over the tiles of `now`, relative where the stored number is above 1; infinite where one has more
/// kinds of numbers.
double largest_difference(const SelfTestConfig& stored, const SelfTestConfig& now);

/// Of config.json without its self-test.
std::string config_digest(const std::string& text);

}  // namespace slidetype
