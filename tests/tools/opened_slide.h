#pragma once

#include <openslide.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/raster.h"

namespace slidetype::testing {

/// A slide as OpenSlide itself sees it: these tests are about files that we write, so our own reader must not judge.
class OpenedSlide {
  public:
    explicit OpenedSlide(const std::filesystem::path& file) : slide_(openslide_open(file.c_str()), openslide_close) {
        if (!slide_) throw std::runtime_error("OpenSlide does not know " + file.string());
        check();
    }
    int levels() const { return openslide_get_level_count(slide_.get()); }
    double downsample(int level) const { return openslide_get_level_downsample(slide_.get(), level); }
    Rect size(int level) const {
        Rect rect;
        openslide_get_level_dimensions(slide_.get(), level, &rect.width, &rect.height);
        return rect;
    }
    std::string property(const char* name) const {
        const char* value = openslide_get_property_value(slide_.get(), name);
        return value == nullptr ? "" : value;
    }
    /// `rect` has its corner in level-0 pixels and its size in pixels of `level`, as OpenSlide has it.
    RgbImage read(int level, const Rect& rect) const {
        std::vector<std::uint32_t> argb(static_cast<std::size_t>(rect.width * rect.height));
        openslide_read_region(slide_.get(), argb.data(), rect.x, rect.y, level, rect.width, rect.height);
        check();
        RgbImage picture(static_cast<int>(rect.width), static_cast<int>(rect.height));
        for (std::size_t i = 0; i < argb.size(); ++i) {
            for (std::size_t c = 0; c < 3; ++c) {
                picture.pixels[3 * i + c] = static_cast<std::uint8_t>(argb[i] >> (16 - 8 * c));
            }
        }
        return picture;
    }
    RgbImage read(int level) const { return read(level, size(level)); }

  private:
    void check() const {
        if (const char* error = openslide_get_error(slide_.get())) throw std::runtime_error(error);
    }
    std::unique_ptr<openslide_t, decltype(&openslide_close)> slide_;
};

/// The largest difference of two values of pixels; 256 for pictures of different size.
inline int largest_difference(const RgbImage& a, const RgbImage& b) {
    if (a.width != b.width || a.height != b.height) return 256;
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        const int difference = a.pixels[i] - b.pixels[i];
        largest = std::max(largest, difference < 0 ? -difference : difference);
    }
    return largest;
}

}  // namespace slidetype::testing
