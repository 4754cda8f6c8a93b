#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "base/random.h"
#include "sample_slides/shapes.h"
#include "sample_slides/stain_canvas.h"

namespace slidetype {

/// All sizes are pixels of 0.5 µm. Masks are 8-bit, of the canvas' size, not zero where something is.

struct Nucleus {
    Point centre;
    double length = 20, width = 16;  ///< full axes
    double angle = 0;                ///< of the long axis
    double darkness = 120;           ///< amount of haematoxylin
    bool nucleolus = false;
};
/// A nucleus with an irregular outline, a membrane, clumped chromatin and perhaps a nucleolus.
void paint_nucleus(StainCanvas& canvas, const Nucleus& nucleus, Random& random);

/// A small, round, dark nucleus with hardly any cytoplasm (7 µm).
void paint_lymphocyte(StainCanvas& canvas, const Point& centre, Random& random);

/// Collagen in wavy bundles with spindle-shaped fibroblasts over all of `tissue`. `density` 1 is desmoplastic.
void paint_stroma(StainCanvas& canvas, const cv::Mat& tissue, double density, Random& random);

/// Lung: air spaces of about 100 µm between thin septa with pneumocytes, where `lung` is not zero. Sets the air spaces
/// in `occupied`.
void paint_alveoli(StainCanvas& canvas, const cv::Mat& lung, cv::Mat& occupied, Random& random);

/// `clusters` loose crowds of lymphocytes, where `tissue` is and `occupied` is not.
void paint_lymphocytes(StainCanvas& canvas, const cv::Mat& tissue, const cv::Mat& occupied, int clusters,
                       Random& random);

/// `count` small vessels, cut across, with erythrocytes, where `tissue` is and `occupied` is not; sets `occupied`.
void paint_vessels(StainCanvas& canvas, const cv::Mat& tissue, cv::Mat& occupied, int count, Random& random);

/// Adenocarcinoma, acinar: irregular glands with lumina, lined by crowded columnar cells, where `region` is not zero.
/// Sets them in `occupied`.
void paint_acinar_tumour(StainCanvas& canvas, const cv::Mat& region, cv::Mat& occupied, Random& random);

/// Squamous cell carcinoma, keratinising: nests of polygonal cells with bridges between them and keratin pearls, where
/// `region` is not zero. Sets them in `occupied`.
void paint_keratinising_tumour(StainCanvas& canvas, const cv::Mat& region, cv::Mat& occupied, Random& random);

}  // namespace slidetype
