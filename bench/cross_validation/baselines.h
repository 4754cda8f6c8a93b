#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "bench/cross_validation/colour_table.h"
#include "bench/cross_validation/unit_result.h"

namespace slidetype::bench {

/// A classifier that sees nothing but colour. A network that does not clearly beat these has learned colour.
struct Baseline {
    std::string label;        ///< such as "colour-forest"
    std::string description;  ///< one line
    /// Learns from the plain colours of the tiles `train` (no benign ones); gives a logit of P(LUSC) for any colours.
    /// Deterministic; the function it returns owns what it needs and may be called from any thread.
    std::function<double(const Colours&)> (*fit)(const ColourTable& table, std::span<const std::size_t> train);
};

/// Nearest neighbour and logistic regression on six colour numbers, random forest on the colour histogram.
std::span<const Baseline> baselines();

/// Fits the baseline on what the unit trains on and scores what it holds out, as it is and under every shift.
UnitResult run_baseline(const Baseline& baseline, const Dataset& dataset, const Unit& unit, const ColourTable& table);

}  // namespace slidetype::bench
