#include "model/scoring/tile_transform.h"

#include <cstddef>

#include "base/resampling/resample.h"

namespace slidetype {
namespace {

RgbView view_of(std::span<const std::uint8_t> rgb, int edge) {
    RgbView view;
    view.pixels = rgb.data();
    view.width = view.height = edge;
    view.stride = static_cast<std::ptrdiff_t>(edge) * 3;
    return view;
}

float transformed(float value, const Transform& transform, std::size_t channel) {
    if (transform.kind == Transform::Kind::to_tensor) return value / 255.0F;
    if (transform.kind == Transform::Kind::resize) return value;
    return (value - static_cast<float>(transform.mean.at(channel))) / static_cast<float>(transform.std.at(channel));
}

}  // namespace

TileTransform::TileTransform(const std::vector<Transform>& transforms, int patch_size_px) : edges_{patch_size_px} {
    for (const auto& transform : transforms) {
        if (transform.kind == Transform::Kind::resize && transform.size != edge()) edges_.push_back(transform.size);
    }
    for (std::size_t channel = 0; channel < values_.size(); ++channel) {
        for (std::size_t byte = 0; byte < values_.at(channel).size(); ++byte) {
            auto value = static_cast<float>(byte);
            for (const auto& transform : transforms) value = transformed(value, transform, channel);
            values_.at(channel).at(byte) = value;
        }
    }
}

void TileTransform::apply(std::span<const std::uint8_t> rgb, std::span<float> out) const {
    RgbImage resized;
    for (std::size_t step = 1; step < edges_.size(); ++step) {
        RgbImage next(edges_[step], edges_[step]);
        resample(step == 1 ? view_of(rgb, edges_.front()) : RgbView(resized), next);
        resized = std::move(next);
    }
    const auto* bytes = edges_.size() == 1 ? rgb.data() : resized.pixels.data();
    const auto pixels = static_cast<std::size_t>(edge()) * static_cast<std::size_t>(edge());
    for (std::size_t channel = 0; channel < values_.size(); ++channel) {
        const auto& values = values_.at(channel);
        auto* to = out.data() + channel * pixels;
        for (std::size_t i = 0; i < pixels; ++i) to[i] = values[bytes[3 * i + channel]];
    }
}

}  // namespace slidetype
