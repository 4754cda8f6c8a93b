#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bench/cross_validation/unit.h"

namespace slidetype::bench {

/// The pictures that were scored, in columns of equal length. Enough to pool units and to resample groups later without
/// having the pictures.
struct ScoredPictures {
    std::vector<std::size_t> tile;     ///< index into Dataset::tiles
    std::vector<int> label;            ///< 0 LUAD, 1 LUSC, or kBenignLabel
    std::vector<std::size_t> group;    ///< number of the group among the sorted groups of the whole dataset
    std::vector<std::string> cluster;  ///< stain cluster
    std::size_t size() const { return tile.size(); }
};

/// The name under which pictures as they are stand among the variants.
inline constexpr const char* kPlain = "plain";

/// One finished unit: what was trained, on what, and a raw logit for every picture held out.
struct UnitResult {
    std::string label;        ///< which method, such as "compact" or "colour-forest"
    bool is_network = false;  ///< else a trivial baseline
    std::string description;  ///< one line on the method
    std::string input;        ///< what the network is given, such as "unit"; empty for baselines
    std::size_t parameters = 0;
    std::string training;      ///< how it was trained as JSON text, empty for baselines
    std::string epoch_choice;  ///< "last epoch" or how else the epoch was chosen; empty for baselines
    double seconds = 0;        ///< of training
    Unit unit;
    std::string split;  ///< in words
    std::size_t train_pictures = 0;
    std::string data_sha256;                            ///< fingerprint() of the dataset
    ScoredPictures pictures;                            ///< tumour only
    std::map<std::string, std::vector<double>> logits;  ///< variant (kPlain or a shift) → uncalibrated logits
    ScoredPictures gate_pictures;                       ///< tumour and benign; empty where the network has no gate
    std::vector<double> gate_logits;                    ///< of P(tumour)
};

/// The columns for `members`.
ScoredPictures pictures_of(const Dataset& dataset, const std::vector<std::size_t>& members);

/// LABEL.UNIT.json.gz. Logits are stored in whole thousandths, which moves a probability by less than 0.0002, and never
/// rounded across or onto zero, so that no call changes.
std::filesystem::path result_file(const std::filesystem::path& folder, const std::string& label, const Unit& unit);
/// Throws Error(io).
void write_result(const std::filesystem::path& folder, const UnitResult& result);
/// Throws Error(not_found | io | bad_data).
UnitResult read_result(const std::filesystem::path& file);

/// All results of the folders, sorted by file name. Throws Error(bad_data) where two have the same label and unit, or
/// were made of different data.
std::vector<UnitResult> read_results(const std::vector<std::filesystem::path>& folders);

}  // namespace slidetype::bench
