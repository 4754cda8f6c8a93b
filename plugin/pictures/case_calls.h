#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/pictures/scores_table.h"

namespace slidetype {

/// The pictures of one case, and what they say together.
struct CaseCall {
    std::string name;
    std::array<std::size_t, kTileStatusCount> counts{};  ///< pictures by status
    std::vector<double> mean_probabilities;  ///< per class, over the pictures that vote; empty where none does
    CallLabel label = CallLabel::none;
    std::optional<double> prob_lusc;            ///< of the case, as call_slide() makes it
    std::optional<std::array<double, 2>> ci95;  ///< over pictures
    std::string reason;                         ///< one sentence
    /// Whether the case as a whole is like what the model was made from; absent where the model cannot tell.
    std::optional<bool> known;
    bool supported = true;  ///< false where it is not, and was called nevertheless
    std::size_t pictures() const;
    std::size_t count(TileStatus status) const { return counts.at(static_cast<std::size_t>(status)); }
};

/// The calls of all cases, in the order in which they come in the table. By call_slide(), with each picture for a tile
/// that is a block of its own, since pictures of a case are taken from different places:
///   - the case as a whole (the mean over all its scored tiles) unlike what the model was made from: indeterminate, or
///     where `guard` says that this is not to be heeded, marked as unsupported; see heed_domain();
///   - more than half of the scored pictures unfamiliar: indeterminate;
///   - none votes, or too small a share of the familiar area looks like tumour: insufficient;
///   - photographs of both classes, each large and clear enough to count as a region: mixed;
///   - the 95 % interval of P(LUSC), with an unseen half picture of each class: LUAD, LUSC or indeterminate.
/// A picture that was scored whole weighs its P(tumour), where `gate` says that the gate was heeded; one that was cut
/// weighs the mean of what its voting tiles weigh, and counts with their mean P(LUSC) and the border beside them, so
/// that a case is calibrated once, and a single picture that was cut gives its case the probability that it has itself.
/// The least area of a slide does not hold for pictures: a person chose them, and of many it is not known. A single
/// picture gives no interval. `none` where the model's classes are others than LUAD and LUSC.
std::vector<CaseCall> call_cases(const ScoresTable& table, const ModelDirectory& model, bool gate = true,
                                 bool guard = true);

/// cases.csv: case,pictures,<status>…,mean_prob_<class>…,ci95_low,ci95_high,call,reason,known_to_model. Throws
/// Error(io).
void write_cases(std::span<const CaseCall> cases, const std::vector<std::string>& class_names,
                 const std::filesystem::path& file);

/// The statuses that a picture can have, in the order of columns.
inline constexpr std::array<TileStatus, 5> kPictureStatuses = {
    TileStatus::ok, TileStatus::benign, TileStatus::unfamiliar, TileStatus::background, TileStatus::read_error};

}  // namespace slidetype
