#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/tile_traits.h"
#include "model/network/weights.h"

namespace slidetype {

/// A symmetric matrix of the traits, row-major.
using TraitMatrix = std::array<double, kTraits * kTraits>;

/// What tells a slide from what a model was made from.
enum class Witness { colour, sharpness, structure };
inline constexpr int kWitnessCount = 3;
/// "colours", "sharpness" or "structure".
std::string_view to_string(Witness witness);

/// One kind of material that a model was made from, such as photographs through one microscope.
struct KnownMaterial {
    TileTraits mean{};
    TraitMatrix
        between{};         ///< covariance of the means of whole sources (slides, source pictures), one to come included
    TraitMatrix within{};  ///< covariance of the tiles of one source
    double limit = 0;      ///< distances above are of something else
    std::array<double, kWitnessCount> witness_limits{};  ///< the same for the traits of one witness alone
    std::size_t groups = 0;                              ///< sources that it was fitted to
};

/// The materials that a model knows.
using KnownDomain = std::vector<KnownMaterial>;

/// Whether a slide as a whole is of a kind that the model was made and measured on.
struct DomainVerdict {
    bool known = true;
    double distance = 0;             ///< relative to the limit of the nearest material: above 1 it is not known
    std::size_t tiles = 0;           ///< that were looked at
    std::vector<Witness> witnesses;  ///< by what it differs, most telling first; empty where it is known
};

/// The distance of the mean traits of `tiles` tiles from a material: Mahalanobis', divided by the square root of the
/// number of traits, under between + within / tiles. Averages over many tiles vary less than single tiles, so the
/// distance of a slide tells more. With `only`, of the traits of that witness alone.
double domain_distance(const KnownMaterial& material, const TileTraits& mean, std::size_t tiles,
                       std::optional<Witness> only = {});

/// By the nearest material. `domain` must not be empty, nor `tiles` 0.
DomainVerdict judge_domain(const KnownDomain& domain, const TileTraits& mean, std::size_t tiles);

/// "its colours and sharpness differ"; empty for a slide that is known.
std::string witness_text(const DomainVerdict& verdict);

/// As tensors, n materials: "mean" {n, traits}, "between" and "within" {n, traits, traits}, "limits" {n, 1 +
/// witnesses}, "groups" {n}.
Weights to_tensors(const KnownDomain& domain);
/// Throws Error(bad_model) naming `source` where tensors are missing, are of another shape, or hold what can be no
/// limit or variance.
KnownDomain domain_of(const Weights& tensors, const std::string& source);

}  // namespace slidetype
