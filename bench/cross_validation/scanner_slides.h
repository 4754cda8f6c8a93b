#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/cross_validation/network.h"

namespace slidetype::bench {

/// A slide to ask the models about.
struct ScannerSlide {
    std::filesystem::path file;
    std::string what;                     ///< what is known of it, for the reader of the card
    std::optional<double> spacing_um_px;  ///< where the slide does not say it
};

/// A CSV `file,what[,spacing]`; files are looked for in `root` (may be empty), then in the CSV's folder. Throws what
/// read_manifest() throws.
std::vector<ScannerSlide> read_scanner_slides(const std::filesystem::path& csv, const std::filesystem::path& root);

/// A Markdown table of what every model (label, directory) says of every slide: the mean P(LUSC) of all tiles, then
/// what gate and guard leave of them, and the call. A slide that cannot be read has its reason in place of figures.
/// Throws Error(bad_model) for a model that cannot be opened.
std::string scanner_slides_table(std::span<const ScannerSlide> slides,
                                 std::span<const std::pair<std::string, std::filesystem::path>> models, int threads,
                                 const Say& say);

}  // namespace slidetype::bench
