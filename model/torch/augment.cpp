// One affine sampling for all geometry (mirrored at the borders), then colour: stains in optical density, then the
// light. Stain vectors: Ruifrok and Johnston, Anal Quant Cytol Histol 23:291 (2001), hematoxylin, eosin and DAB as the
// residual, rows normalised.
#include "model/torch/augment.h"

#include <cmath>

#include "base/pictures/image_file.h"

namespace slidetype {
namespace {

namespace F = torch::nn::functional;

constexpr double kShareOfPictures = 0.3;  ///< are blurred, and likewise recompressed

torch::Tensor to_tensor(const RgbImage& picture) {
    auto bytes = torch::empty({picture.height, picture.width, 3}, torch::kUInt8);
    std::copy(picture.pixels.begin(), picture.pixels.end(), bytes.data_ptr<std::uint8_t>());
    return bytes.permute({2, 0, 1}).to(torch::kFloat32).contiguous();
}

torch::Tensor stain_vectors() {
    auto rows = torch::tensor({{0.65F, 0.70F, 0.29F}, {0.07F, 0.99F, 0.11F}, {0.27F, 0.57F, 0.78F}});
    return rows / rows.norm(2, 1, true);
}

/// Output coordinates to input coordinates, both -1 … 1 over the picture.
torch::Tensor random_affine(const Augmentation& how, Random& random) {
    const double quarter = how.right_angles ? static_cast<double>(random.below(4)) * (M_PI / 2) : 0;
    const double angle = quarter + random.uniform(-how.rotation_degrees, how.rotation_degrees) * M_PI / 180;
    const double shear = random.uniform(-how.shear, how.shear);
    const double scale = std::exp(random.uniform(-1, 1) * std::log1p(how.zoom));
    const double mirror = how.flip && random.coin() ? -1 : 1;
    const double c = std::cos(angle) * scale, s = std::sin(angle) * scale;
    const auto at = [](double value) { return static_cast<float>(value); };
    return torch::tensor({{{at(c * mirror), at(c * shear - s), 0.0F}, {at(s * mirror), at(s * shear + c), 0.0F}}});
}

torch::Tensor vary_colour(const torch::Tensor& tile, const Augmentation& how, Random& random) {
    static const torch::Tensor stains = stain_vectors();
    static const torch::Tensor unmix = stains.inverse();
    const auto size = tile.size(1);
    auto density = ((tile + 1.0) / 256.0).log().neg().reshape({3, -1}).t();
    auto amounts = density.matmul(unmix);
    const auto factor = [&](double range) { return static_cast<float>(random.uniform(1 - range, 1 + range)); };
    const auto scales = torch::tensor({factor(how.stain), factor(how.stain), 1.0F});
    density = (amounts * scales).matmul(stains);
    const float light = factor(how.brightness);
    const auto gains = torch::tensor(
        {light * factor(how.white_balance), light * factor(how.white_balance), light * factor(how.white_balance)});
    return ((density.neg().exp() * 256.0 - 1.0) * gains).t().reshape({3, size, size});
}

/// As another file format would have kept it.
RgbImage recompressed(const RgbImage& picture, const Augmentation& how, Random& random) {
    const bool wanted = random.uniform() < kShareOfPictures;
    const double quality = random.uniform(how.jpeg_quality, 96);
    if (!wanted || how.jpeg_quality <= 0) return picture;
    return recompress_jpeg(picture, static_cast<int>(quality));
}

/// As other optics, or other focus, would have shown it.
torch::Tensor blurred(const torch::Tensor& tile, const Augmentation& how, Random& random) {
    const bool wanted = random.uniform() < kShareOfPictures;
    const double sigma = random.uniform(0, how.blur_px);
    if (!wanted || sigma < 0.2) return tile;
    const auto radius = static_cast<std::int64_t>(std::ceil(3 * sigma));
    const auto at = torch::arange(-radius, radius + 1, torch::kFloat32);
    auto kernel = (at.square() / (-2 * sigma * sigma)).exp();
    kernel = kernel / kernel.sum();
    const auto rows =
        F::pad(tile.unsqueeze(1), F::PadFuncOptions({radius, radius, radius, radius}).mode(torch::kReflect));
    const auto across = torch::conv2d(rows, kernel.reshape({1, 1, 1, -1}));
    return torch::conv2d(across, kernel.reshape({1, 1, -1, 1})).squeeze(1);
}

}  // namespace

torch::Tensor plain_tile(const RgbImage& picture, int patch_size_px) {
    if (picture.width == patch_size_px && picture.height == patch_size_px) return to_tensor(picture);
    return to_tensor(resize_image(picture, patch_size_px, patch_size_px));
}

torch::Tensor augmented_tile(const RgbImage& picture, int patch_size_px, const Augmentation& how, Random& random) {
    const auto source = blurred(to_tensor(recompressed(picture, how, random)), how, random);
    // Sampling at a whole multiple of the patch and averaging keeps a shrunken picture free of aliasing.
    const int over = std::max(1, picture.width / patch_size_px);
    const auto grid =
        F::affine_grid(random_affine(how, random), {1, 3, over * patch_size_px, over * patch_size_px}, false);
    auto tile = F::grid_sample(
        source.unsqueeze(0), grid,
        F::GridSampleFuncOptions().mode(torch::kBilinear).padding_mode(torch::kReflection).align_corners(false));
    if (over > 1) tile = torch::avg_pool2d(tile, over);
    return vary_colour(tile.squeeze(0), how, random).round().clamp(0, 255);
}

}  // namespace slidetype
