#pragma once

#include <span>
#include <vector>

namespace slidetype {

/// What is kept of a bag so that it can be put together with others without its tiles. An aggregator says of a bag a
/// weighted mean of what it says of the tiles (a head: of their logits, weighing exp(attention score)), so the mean of
/// several bags by the sums of their weights is what it says of one bag of all their tiles.
struct BagPart {
    double log_weight = 0;  ///< logarithm of the sum of the tiles' weights; minus infinity where none weighs anything,
                            ///< or it is not known
    double mean = 0;        ///< of the tiles by their weights: of their logits or, where no head is asked, P(class)
    bool operator==(const BagPart&) const = default;
};

/// The parts of one bag of all tiles from those of several bags, of which each has one for each head, in their order.
/// Equal to it but for rounding (1e-7: weights of tiles are floats). Throws Error(bad_data) where there is no bag, or
/// bags differ in the number of their parts.
std::vector<BagPart> united(std::span<const std::vector<BagPart>> bags);

}  // namespace slidetype
