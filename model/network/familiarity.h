#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/network/weights.h"

namespace slidetype {

/// What a network's features look like on the tiles that it was trained on. The features of a tile are what enters the
/// last dense layer. A guard that needs no training of its own: Mahalanobis distance to the nearest class mean under
/// one covariance for all classes (Lee et al., NeurIPS 2018).
///
/// As tensors: "means" {classes, features} and "whitening" {features, features}, with
/// distance² = min over classes of |whitening · (f - mean)|² / features, so that a typical training tile has about 1.
///
/// `features`: tiles × count, row-major; `labels`: class of each tile (any small non-negative numbers).
/// The covariance is shrunk towards its mean variance by `shrinkage` (Ledoit and Wolf's form, fixed share), because
/// pooled features are nearly collinear. Throws Error(bad_data) for fewer than two tiles.
Weights fit_familiarity(std::span<const float> features, std::size_t count, std::span<const int> labels,
                        double shrinkage = 0.05);

/// Makes further tiles familiar to a model whose features did not change: adds the mean of each of their classes, under
/// the covariance that is there. `familiarity` must have passed check_familiarity().
void extend_familiarity(Weights& familiarity, std::span<const float> features, std::span<const int> labels);

/// Measures the distance of tiles. Made once, since it brings the tensors into the order in which they are read.
/// Immutable, so any number of threads may use it.
class DistanceMeter {
  public:
    /// `familiarity` must have passed check_familiarity().
    explicit DistanceMeter(const Weights& familiarity);

    /// The distance of each tile, which depends on the tile alone.
    std::vector<double> operator()(std::span<const float> features) const;

  private:
    static constexpr std::size_t kRows = 8;  // of the whitening matrix, computed at once
    using Rows = std::array<double, kRows>;

    /// The matrix is lower triangular: the group of rows from `top` on has nothing but zeros right of these columns.
    std::size_t columns_of(std::size_t top) const;
    static Rows whitened(const double* rows, std::size_t columns, const double* values);

    std::size_t classes_, count_;
    std::vector<double> whitening_;  ///< one group of kRows rows after the other, each column by column
    std::vector<double> means_;      ///< of the classes, whitened: groups of rows × classes × kRows
};

/// The same for once.
std::vector<double> strange_distances(const Weights& familiarity, std::span<const float> features);

/// Throws Error(bad_model) naming `source` where tensors are missing or do not fit `count` features.
void check_familiarity(const Weights& familiarity, std::size_t count, const std::string& source);

/// The smallest value that is not exceeded by `share` of the values; 0 for none.
double quantile(std::vector<double> values, double share);

}  // namespace slidetype
