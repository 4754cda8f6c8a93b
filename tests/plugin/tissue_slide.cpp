#include "tests/plugin/tissue_slide.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/random.h"

namespace slidetype::testing {

RgbImage tissue_picture(int width_px, int height_px) {
    Random random(11);
    return paint_picture(width_px, height_px, [&](int x, int y) -> std::array<int, 3> {
        const double dx = (x - width_px / 2.0) / (0.42 * width_px), dy = (y - height_px / 2.0) / (0.42 * height_px);
        if (dx * dx + dy * dy > 1) return {244, 243, 245};
        const int grain = static_cast<int>(random.below(50));
        const bool nucleus = std::sin(x * 0.21) * std::sin(y * 0.17) > 0.6;
        return nucleus ? std::array<int, 3>{90 + grain, 50 + grain, 130 + grain}
                       : std::array<int, 3>{190 + grain, 110 + grain, 170 + grain};
    });
}

void write_tissue_slide(const std::filesystem::path& path, int width_px, int height_px, TiffSlide slide) {
    slide.um_px_x = slide.um_px_y = 0.5;
    slide.tile = 256;
    write_tiff_slide(path, tissue_picture(width_px, height_px), slide);
}

std::map<std::string, std::string> contents_but_timings(const std::filesystem::path& folder) {
    std::map<std::string, std::string> contents;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        auto content = read_file(entry.path());
        const auto name = entry.path().filename();
        if (name == "summary.json" || name == "state.json") {
            auto summary = nlohmann::ordered_json::parse(content);
            summary.erase(name == "summary.json" ? "timing_s" : "seconds");
            content = summary.dump();
        }
        contents[entry.path().filename().string()] = std::move(content);
    }
    return contents;
}

}  // namespace slidetype::testing
