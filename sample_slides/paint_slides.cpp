// paint_slides OUTDIR: draws the three sample slides and their ground truth. Always the same drawings.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "sample_slides/ground_truth.h"
#include "sample_slides/pyramid_tiff.h"
#include "sample_slides/tissue.h"

namespace slidetype {
namespace {

constexpr int kWidth = 3072, kHeight = 2304;
constexpr double kSpacingUmPx = 0.5;

struct TumourArea {
    std::string class_name;
    Ring outline;
};

struct Drawing {
    std::string name, description;
    std::uint64_t seed;
    std::function<std::vector<TumourArea>(Random&)> plan;
};

Ring area(double x, double y, double rx, double ry, Random& random) {
    return blob({x * kWidth, y * kHeight}, rx * kWidth, ry * kHeight, 0, 0.06, 120, random);
}

const std::vector<Drawing>& drawings() {
    static const std::vector<Drawing> all{
        {"acinar", "Drawing of an acinar adenocarcinoma; not tissue", 11,
         [](Random& random) {
             return std::vector<TumourArea>{{"LUAD", area(0.35, 0.5, 0.26, 0.38, random)}};
         }},
        {"keratin", "Drawing of a keratinising squamous cell carcinoma; not tissue", 22,
         [](Random& random) {
             return std::vector<TumourArea>{{"LUSC", area(0.36, 0.5, 0.27, 0.38, random)}};
         }},
        {"mixed", "Drawing of an adenocarcinoma beside a squamous cell carcinoma; not tissue", 33,
         [](Random& random) {
             return std::vector<TumourArea>{{"LUAD", area(0.28, 0.5, 0.19, 0.36, random)},
                                            {"LUSC", area(0.71, 0.5, 0.19, 0.36, random)}};
         }},
    };
    return all;
}

cv::Mat tissue_outline(cv::Size size, Random& random) {
    const Point centre{size.width / 2.0, size.height / 2.0};
    return filled(blob(centre, 0.455 * kWidth, 0.45 * kHeight, 0, 0.045, 240, random), size);
}

/// Moves each point of a star-shaped ring towards its mean point until it lies in `mask`.
Ring kept_inside(const Ring& ring, const cv::Mat& mask) {
    const Point mean = mean_point(ring);
    Ring kept;
    for (Point point : ring) {
        while (!inside(mask, point)) {
            point = {point.x + 0.01 * (mean.x - point.x), point.y + 0.01 * (mean.y - point.y)};
        }
        kept.push_back(point);
    }
    return kept;
}

RgbImage paint(const cv::Mat& tissue, const std::vector<TumourArea>& areas, Random& random) {
    StainCanvas canvas(kWidth, kHeight);
    const cv::Size size = canvas.size();
    paint_stroma(canvas, tissue, 1, random);

    cv::Mat occupied(size, CV_8U, cv::Scalar(0)), tumour = occupied.clone();
    for (const TumourArea& part : areas) tumour |= filled(part.outline, size);
    const cv::Mat around = widened(tumour, 60);
    if (areas.size() == 1) paint_alveoli(canvas, tissue & ~around, occupied, random);
    for (const TumourArea& part : areas) {
        const cv::Mat region = filled(part.outline, size);
        const auto paint_tumour = part.class_name == "LUAD" ? paint_acinar_tumour : paint_keratinising_tumour;
        paint_tumour(canvas, region, occupied, random);
    }
    const cv::Mat within = tissue & ~widened(~tissue, 50);
    paint_vessels(canvas, around & within, occupied, 12, random);
    paint_lymphocytes(canvas, around & tissue, occupied, 30, random);
    canvas.mottle(420, 0.16, random);
    canvas.mottle(24, 0.12, random);
    canvas.mottle(5, 0.1, random);
    return canvas.photograph(random);
}

void write_drawing(const Drawing& drawing, const std::filesystem::path& folder) {
    Random random(drawing.seed);
    const cv::Mat tissue = tissue_outline({kWidth, kHeight}, random);
    const cv::Mat within = tissue & ~widened(~tissue, 20);
    std::vector<TumourArea> areas = drawing.plan(random);
    for (TumourArea& part : areas) part.outline = kept_inside(part.outline, within);
    const RgbImage picture = paint(tissue, areas, random);
    PyramidOptions options;
    options.spacing_um_px = kSpacingUmPx;
    options.quality = 75;
    options.description = drawing.description;
    write_pyramid_tiff(folder / (drawing.name + ".tiff"), picture, options);
    std::vector<Annotation> truth;
    truth.reserve(areas.size());
    for (const TumourArea& part : areas) {
        auto& annotation = truth.emplace_back();
        annotation.class_name = part.class_name;
        annotation.polygons = {{part.outline, {}}};
    }
    write_ground_truth(folder / (drawing.name + ".geojson"), drawing.name, truth);
}

}  // namespace
}  // namespace slidetype

int main(int count, char** arguments) {
    if (count != 2 || std::string(arguments[1]).starts_with("-")) {
        std::fputs(
            "Usage: paint_slides OUTDIR\nDraws the sample slides (TIFF) and their ground truth (GeoJSON) into "
            "OUTDIR.\n",
            stderr);
        return 1;
    }
    try {
        const std::filesystem::path folder = arguments[1];
        std::filesystem::create_directories(folder);
        for (const auto& drawing : slidetype::drawings()) {
            slidetype::write_drawing(drawing, folder);
            std::printf("%s\n", (folder / (drawing.name + ".tiff")).c_str());
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "paint_slides: %s\n", error.what());
        return 1;
    }
    return 0;
}
