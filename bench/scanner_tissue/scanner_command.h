#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "bench/cross_validation/network.h"

namespace slidetype::bench {

/// What `cross_validate scanner` is asked for.
struct ScannerRequest {
    std::vector<std::pair<std::string, std::filesystem::path>> models;  ///< label and directory
    std::filesystem::path data;     ///< empty: $SLIDETYPE_SHARED/data/scanner, or `../shared` beside the source tree
    std::filesystem::path results;  ///< where scanner.LABEL.json is written
    std::filesystem::path work;     ///< for sheets
    int threads = 0;
};

/// Measures each model and stores the result. Throws Error(not_found) without data, and what measure_tissue() throws.
void measure_scanner_tissue(const ScannerRequest& request, const std::filesystem::path& source, const Say& say);

}  // namespace slidetype::bench
