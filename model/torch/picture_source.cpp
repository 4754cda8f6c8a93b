#include "model/torch/picture_source.h"

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "model/torch/augment.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kAugmentStream = std::uint64_t{2} << 56;  // so that no random stream is drawn twice

}  // namespace

template <class Make>
LoadedTiles PictureSource::load(std::span<const std::size_t> members, const Make& make) {
    const torch::NoGradGuard no_grad;
    LoadedTiles loaded;
    std::vector<torch::Tensor> tiles;
    tiles.reserve(members.size());
    for (const auto member : members) {
        try {
            tiles.push_back(make(read_image(dataset_.tiles[member].file), member));
            loaded.members.push_back(member);
        } catch (const Error& error) {
            const std::lock_guard lock(mutex_);
            skipped_.insert(error.what());
        }
    }
    if (!tiles.empty()) loaded.tiles = torch::stack(tiles);
    return loaded;
}

LoadedTiles PictureSource::plain(std::span<const std::size_t> members) {
    return load(members, [&](const RgbImage& picture, std::size_t) { return plain_tile(picture, patch_size_px_); });
}

LoadedTiles PictureSource::varied(std::span<const std::size_t> members, const Augmentation& how, std::uint64_t seed,
                                  int epoch) {
    return load(members, [&](const RgbImage& picture, std::size_t member) {
        Random random(seed ^ kAugmentStream, static_cast<std::uint64_t>(epoch), member);
        return augmented_tile(picture, patch_size_px_, how, random);
    });
}

std::vector<std::string> PictureSource::skipped() const {
    const std::lock_guard lock(mutex_);
    return {skipped_.begin(), skipped_.end()};
}

}  // namespace slidetype
