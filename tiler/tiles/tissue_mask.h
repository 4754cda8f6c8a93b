#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/raster.h"
#include "tiler/slides/slide.h"

namespace slidetype {

/// Where tissue is, on a thumbnail of about `spacing_um_px`. Pixel (i, j) of the mask covers the level-0 square
/// [i · scale_x, (i + 1) · scale_x) × [j · scale_y, (j + 1) · scale_y). Immutable once made.
struct TissueMask {
    int width = 0, height = 0;
    double scale_x = 1, scale_y = 1;   ///< level-0 pixels per mask pixel
    std::vector<std::uint8_t> tissue;  ///< row-major, 1 = tissue
    RgbImage thumbnail;                ///< the picture that the mask was made from; unreadable parts are white
    std::vector<Rect> unreadable;      ///< level-0 parts of the thumbnail that could not be read; taken for tissue
    /// Why there is none, where a reason is known ("Black background …"), or that the glass has a strange colour; a
    /// sentence without the full stop, mostly empty.
    std::string note;

    /// The share of `rect` (level-0 pixels) that is tissue, 0 … 1, weighted by area; what lies outside counts as none.
    double fraction(const Rect& rect) const;
};

struct TissueOptions {
    double spacing_um_px = 8;        ///< of the thumbnail
    double min_object_um2 = 20'000;  ///< smaller specks are dropped (a 140 µm square), but not a quarter of the picture
    double max_hole_um2 = 20'000;    ///< smaller holes are filled; larger ones are vessels, lumina, glass
};

/// Finds tissue by colour against the slide's own background: works for H&E on white, finds nothing on (almost) blank
/// glass, on a black fluorescence background and on the pure white that scanners pad with. Memory stays bounded by
/// the mask and one strip of the level that is read. Throws Error(cancelled) soon after asked to stop. Deterministic.
/// Thread-safe.
TissueMask find_tissue(const Slide& slide, const Spacing& spacing, const TissueOptions& options = {},
                       const std::function<bool()>& stop_requested = {});

/// The same on a picture, for tests and tools: `scale` level-0 pixels per pixel of `thumbnail`.
TissueMask find_tissue_in(RgbImage thumbnail, double scale_x, double scale_y, double spacing_um_px,
                          const TissueOptions& options = {});

}  // namespace slidetype
