#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/raster.h"
#include "model/data/dataset.h"

namespace slidetype {

/// What of a picture stays as it is when it is turned, mirrored, sheared or zoomed a little: how its colours are
/// distributed. 16 quantiles each of red, green, blue, red - green and blue - green, in grey levels, on the picture
/// brought to an edge of 112 pixels.
struct ColourSignature {
    static constexpr std::size_t kChannels = 5, kQuantiles = 16;
    std::vector<std::int16_t> quantiles;  ///< kChannels × kQuantiles
    int sum = 0;                          ///< of these

    bool operator==(const ColourSignature&) const = default;
};
ColourSignature colour_signature(const RgbImage& picture);
/// Mean absolute difference of the quantiles, in grey levels.
double distance(const ColourSignature& a, const ColourSignature& b);

/// Pictures nearer than this count as copies of one source.
///
/// Why colour and not a perceptual hash: hashes of the layout (DCT, difference) survive the eight turns and mirrorings
/// if one tries them all, but neither oblique turns nor zooms by up to 1.8, by which the usual lung set was multiplied.
/// Copies keep their colours to a grey level or so, and other fields, even of the same slide, rarely come near.
/// Measured on 8 936 lung pictures whose sources are known (LC25000, 224 px, 2 random splits, 5 group-disjoint folds):
/// | distance | copies found, random split | pairs of another source | false, no copy there |
/// | 1.0      | 89.0 %                     | 0 of 3 179              | 0.1 %                |
/// | 1.2      | 92.3 %                     | 1 of 3 299              | 0.5 %                |
/// | 1.4      | 94.2 %                     | 1 of 3 368              | 1.1 %                |
/// | 2.0      | 97.3 %                     | 16 of 3 495             | 8.7 %                |
/// Copies that were recoloured are not found.
inline constexpr double kCopyDistance = 1.2;

/// A picture and the one most like it among others. Indices into Dataset::tiles.
struct NearDuplicate {
    std::size_t picture = 0, copy = 0;
    double distance = 0;  ///< below kCopyDistance
};

struct NearDuplicates {
    std::vector<NearDuplicate> pairs;  ///< one per picture that has a copy, ascending
    std::size_t compared = 0;          ///< pictures that were looked at

    /// Whether they are more than chance makes alike: some 5 in 1000.
    bool many() const { return pairs.size() * 100 > compared; }
    /// "1 602 of 1 787 validation pictures look like copies of training pictures".
    std::string text(const std::string& pictures = "validation pictures",
                     const std::string& others = "training pictures") const;
};

/// Pictures of which copies are looked for, and those among which: indices into Dataset::tiles.
struct CopySearch {
    std::span<const std::size_t> pictures, among;
};

/// Looks for copies, in each search on its own: decodes every picture once (those that cannot be read are passed over),
/// then compares. Comparing takes about a second for 9 000 pictures. The result does not depend on `threads`.
/// `progress(done, total)` counts pictures, first decoded, then compared; it is called by one thread at a time and may
/// throw to stop. Throws Error(unsupported) without OpenCV.
std::vector<NearDuplicates> find_near_duplicates(const Dataset& dataset, std::span<const CopySearch> searches,
                                                 int threads,
                                                 const std::function<void(std::size_t, std::size_t)>& progress = {});

/// The validation pictures that have a copy among the training pictures.
NearDuplicates find_near_duplicates(const Dataset& dataset, const Split& split, int threads,
                                    const std::function<void(std::size_t, std::size_t)>& progress = {});

/// The comparison alone: for every one of `validation` the index of the nearest of `train` and its distance where that
/// is below `threshold`; of equally near ones the first. Exact: a pair whose sums differ by more than the threshold
/// allows cannot be nearer, so only a window of the pictures sorted by sum is compared. `progress` as above.
std::vector<std::optional<std::pair<std::size_t, double>>> nearest_below(
    std::span<const ColourSignature> validation, std::span<const ColourSignature> train, double threshold, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace slidetype
