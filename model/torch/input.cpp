#include "model/torch/input.h"

#include <cmath>

namespace slidetype {
namespace {

torch::Tensor density_of(const torch::Tensor& tiles) {
    return ((tiles + 1.0) / 256.0).log().neg();
}

/// Over the given dimensions of each tile.
torch::Tensor standardised(const torch::Tensor& values, at::IntArrayRef dimensions) {
    const auto mean = values.mean(dimensions, true);
    const auto var = (values - mean).square().mean(dimensions, true);
    return (values - mean) / (var + kDensityVarianceFloor).sqrt();
}

// Macenko et al., "A method for normalizing histology slides for quantitative analysis", ISBI 2009: the two stains are
// the extreme directions of optical density within the plane of its two largest eigenvectors. Constants (background
// below 0.15, extremes at 1 % and 99 %, reference stains and strengths) are those of the authors' own code.
constexpr double kBackgroundDensity = 0.15;
constexpr double kExtremeShare = 0.01;
constexpr std::int64_t kFewestPixels = 64;

torch::Tensor reference_stains() {  // columns: hematoxylin, eosin
    return torch::tensor({{0.5626F, 0.2159F}, {0.7201F, 0.8012F}, {0.4062F, 0.5581F}});
}
torch::Tensor reference_strengths() {
    return torch::tensor({{1.9705F}, {1.0308F}});
}

/// The stain columns of one tile from its tissue pixels (3 × n), or nothing where they span no plane.
torch::Tensor stains_of(const torch::Tensor& tissue) {
    const auto centred = tissue - tissue.mean(1, true);
    const auto covariance = centred.matmul(centred.t()) / static_cast<double>(tissue.size(1) - 1);
    auto plane = std::get<1>(torch::linalg_eigh(covariance)).slice(1, 1, 3);
    plane = plane * torch::where(plane.sum(0, true) < 0, -1.0, 1.0).to(plane.dtype());
    const auto projected = plane.t().matmul(tissue);
    const auto angles = torch::atan2(projected[1], projected[0]);
    const auto direction = [&](double share) {
        const auto angle = torch::quantile(angles, share);
        return plane.matmul(torch::stack({angle.cos(), angle.sin()}).unsqueeze(1));
    };
    const auto low = direction(kExtremeShare), high = direction(1 - kExtremeShare);
    // Hematoxylin absorbs more red than eosin does.
    const bool low_first = low[0].item<float>() > high[0].item<float>();
    return torch::cat({low_first ? low : high, low_first ? high : low}, 1);
}

torch::Tensor macenko_tile(const torch::Tensor& tile) {
    const auto density = density_of(tile).reshape({3, -1});
    const auto mask = (density > kBackgroundDensity).all(0);
    const auto tissue = density.index({torch::indexing::Slice(), mask});
    if (tissue.size(1) < kFewestPixels) return tile;
    const auto stains = stains_of(tissue);
    const auto amounts = torch::linalg_pinv(stains).matmul(density);
    const auto strengths = torch::quantile(amounts, 0.99, 1, true).clamp_min(1e-3);
    const auto normalised = reference_stains().matmul(amounts / strengths * reference_strengths());
    const auto out = (normalised.neg().exp() * 256.0 - 1.0).round().clamp(0, 255);
    return torch::isfinite(out).all().item<bool>() ? out.reshape(tile.sizes()) : tile;
}

torch::Tensor macenko(const torch::Tensor& tiles) {
    std::vector<torch::Tensor> out;
    out.reserve(static_cast<std::size_t>(tiles.size(0)));
    for (std::int64_t i = 0; i < tiles.size(0); ++i) out.push_back(macenko_tile(tiles[i].cpu()));
    return torch::stack(out).to(tiles.device());
}

}  // namespace

torch::Tensor prepare_input(const torch::Tensor& tiles, InputKind kind) {
    switch (kind) {
        case InputKind::standardised_density:
            return standardised(density_of(tiles), {2, 3});
        case InputKind::grey_density:
            return standardised(density_of(tiles).mean(1, true), {1, 2, 3}).expand(tiles.sizes());
        case InputKind::macenko:
            return macenko(tiles) / 255.0;
        case InputKind::unit:
            break;
    }
    return tiles / 255.0;
}

}  // namespace slidetype
