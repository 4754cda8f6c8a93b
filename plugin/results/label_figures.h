#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype {

/// A slide whose true class may be known, with what was made of it.
struct LabelledCall {
    std::string label;                ///< the truth; empty: not known
    std::string call;                 ///< "LUAD", …; empty: it failed or was not scored
    std::optional<double> prob_lusc;  ///< where a tile voted
    std::string patient;              ///< empty: a patient of its own
};

/// What may become of a slide, in the order of the columns of LabelFigures::confusion.
inline constexpr std::array<std::string_view, 6> kOutcomes = {"LUAD",          "LUSC",         "mixed",
                                                              "indeterminate", "insufficient", "not scored"};

/// How the calls agree with the labels LUAD and LUSC. Intervals are over patients (bootstrap).
struct LabelFigures {
    std::size_t labelled = 0;      ///< slides with one of the two labels
    std::size_t other_labels = 0;  ///< slides with another label, which are left out
    /// confusion[truth][outcome], truth 0 being LUAD.
    std::array<std::array<std::size_t, kOutcomes.size()>, 2> confusion{};
    std::size_t called = 0;  ///< as one of the two; mixed, indeterminate and insufficient slides are counted apart
    std::optional<Estimate> accuracy;  ///< of those called as one of the two; absent where there are none
    std::optional<Estimate> auc;       ///< of P(LUSC) over all slides that have one, called or not; absent without both
};

/// Nothing where no slide has a label.
std::optional<LabelFigures> measure_calls(std::span<const LabelledCall> calls);

/// A row of text for each label: the label, then the number of slides for each of kOutcomes.
std::vector<std::vector<std::string>> confusion_rows(const LabelFigures& figures);

/// "0.93 (0.81 to 0.98)"; without the interval where it is not known, "–" for what is absent.
std::string estimate_text(const std::optional<Estimate>& estimate);

}  // namespace slidetype
