// The figures per pixel and tile were read off the code that takes the memory: see the comment beside each.
#include "plugin/analysis/memory_need.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/error.h"
#include "base/parallel.h"
#include "tiler/tiff/file_tile_cache.h"
#include "tiler/tiles/thumbnail.h"
#include "tiler/tiles/tile_reader.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype {
namespace {

/// RGB 3, mask 1, stain and later component labels 4, copies of masks 3; one for what is computed in strips.
constexpr std::uint64_t kBytesPerOverviewPixel = 12;
constexpr std::uint64_t kReadStrip = 2048 * 2048 * (3 + 4);  // a piece as RGB and as OpenSlide's ARGB
constexpr std::uint64_t kDecoderCache =
    (32U + 48U) << 20;  // OpenSlide's own, for each handle, and that of file tiles (jpeg_tiff.cpp)
/// Of a file tile that is larger than a piece: as libtiff decodes it 3, as OpenSlide hands it on 4.
constexpr std::uint64_t kBytesPerFileTilePixel = 3 + 4;
constexpr std::int64_t kUsualFileTilePixels = 2048 * 2048;
/// The network's buffers, by pixel of the input: 32 channels of floats before and after the first layer.
constexpr std::uint64_t kNetworkBytesPerPixel = 2 * 32 * 4;
/// What Winograd's filtering transforms pictures into (network_plan.cpp): 11 MB for `compact`, 14 MB for `seed`.
constexpr std::uint64_t kNetworkScratch = 14U << 20;
/// A picture of at most 1600 pixels (overlay_png.cpp) with its margins, and a copy.
constexpr std::uint64_t kPictures = std::uint64_t{2} * 2400 * 2400 * 3;
/// A row of the result, its polygon in GeoJSON, the region that it belongs to.
constexpr std::uint64_t kBytesPerTile = 600;
/// Three small slides with two threads take 466 MB of addresses, libraries included; glibc sets aside up to 128 MB of
/// them for a thread, and a stack.
constexpr std::uint64_t kAddresses = 1'000'000'000;
constexpr std::uint64_t kAddressesPerThread = 200'000'000;

std::uint64_t bytes(double value) {
    return static_cast<std::uint64_t>(std::max(0.0, value));
}

/// While a part of the level is read one of its tiles is there as a whole; usual ones the figures above cover.
std::uint64_t file_tile_bytes(const Slide& slide, int level) {
    const auto& shape = slide.levels()[static_cast<std::size_t>(level)];
    const auto pixels = shape.tile_width * shape.tile_height;
    return pixels > kUsualFileTilePixels ? static_cast<std::uint64_t>(pixels) * kBytesPerFileTilePixel : 0;
}

std::string megabytes(std::uint64_t value) {
    return fmt::format("{} MB", (value + 999'999) / 1'000'000);
}

}  // namespace

MemoryNeed planning_need(const Slide& slide, const Spacing& spacing, const GridOptions& grid) {
    constexpr double overview_um_px = TissueOptions{}.spacing_um_px;
    const double area_um2 =
        static_cast<double>(slide.width()) * spacing.x_um_px * static_cast<double>(slide.height()) * spacing.y_um_px;
    const double pixels =
        std::min(area_um2 / (overview_um_px * overview_um_px), static_cast<double>(kMostThumbnailPixels));
    const double stride_um = grid.patch_size_px * grid.spacing_um_px * (1 - grid.overlap);
    const double tiles = area_um2 / (stride_um * stride_um);
    const int level = slide.best_level(overview_um_px / std::max(spacing.x_um_px, spacing.y_um_px));
    return {slide.bytes_held() + bytes(pixels) * kBytesPerOverviewPixel + bytes(tiles) * kBytesPerTile + kReadStrip +
                kDecoderCache + file_tile_bytes(slide, level),
            0};
}

MemoryNeed scoring_need(const SlidePlan& plan, const ModelConfig& model) {
    const auto& grid = plan.grid;
    const auto& level = plan.slide->levels()[static_cast<std::size_t>(grid.level)];
    const double shrink = shrink_of_tiles(*plan.slide, grid);
    const double block =
        4 * grid.tile_width / (level.downsample_x * shrink) * 4 * grid.tile_height / (level.downsample_y * shrink);
    const double patch = static_cast<double>(model.patch_size_px) * model.patch_size_px;
    MemoryNeed need;
    // A model of heads keeps the features of all tiles, as halves, and while they grow a copy.
    const auto& ours = model.slidetype;
    const std::uint64_t kept = ours && ours->heads ? 2 * sizeof(std::uint16_t) * ours->heads->encoder.dimension : 0;
    need.slide = plan.slide->bytes_held() + plan.mask.tissue.size() + kPictures + kDecoderCache +
                 grid.tiles.size() * (kBytesPerTile + kept);
    need.per_thread = 2 * bytes(block * (3 + 4) + 16 * patch * 3) + bytes(patch) * kNetworkBytesPerPixel +
                      kNetworkScratch + file_tile_bytes(*plan.slide, grid.level);
    return need;
}

void require_memory(const MemoryNeed& need, std::uint64_t bound, const std::string& slide) {
    if (need.total(1) <= bound) return;
    throw Error(ErrorCode::memory, slide,
                fmt::format("needs about {} of memory, and {} may be used", megabytes(need.total(1)), megabytes(bound)),
                "Raise --memory, or score the slide on a larger machine.")
        .lasting();
}

int threads_within(std::uint64_t bound, const MemoryNeed& need, int wanted, const std::string& slide) {
    require_memory(need, bound, slide);
    if (need.per_thread == 0) return wanted;
    return static_cast<int>(std::clamp<std::uint64_t>((bound - need.slide) / need.per_thread, 1,
                                                      static_cast<std::uint64_t>(std::max(wanted, 1))));
}

std::string address_space_warning(int threads) {
    if (threads <= 0) threads = default_threads();
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
    const auto wanted = kAddresses + static_cast<std::uint64_t>(threads) * kAddressesPerThread;
    if (limit.rlim_cur >= wanted) return {};
    return fmt::format(
        "The system allows this program {} of addresses (ulimit -v) and may end it without a word; results stay whole, "
        "and the same command goes on. At least {} are advised for {} threads.",
        megabytes(limit.rlim_cur), megabytes(wanted), threads);
}

}  // namespace slidetype
