#include "model/torch/picture_source.h"

#include "base/error.h"
#include "base/pictures/image_file.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kAugmentStream = std::uint64_t{2} << 56;  // so that no random stream is drawn twice

/// With what a picture of tumour is joined: benign tissue, the same subtype, else the other one.
constexpr double kWithBenign = 0.5, kWithSame = 0.3;
/// Less of a tumour than this in a tile teaches nothing of its subtype.
constexpr double kLeastShare = 0.25;

torch::Tensor to_tensor(const RgbImage& picture) {
    auto bytes = torch::empty({picture.height, picture.width, 3}, torch::kUInt8);
    std::copy(picture.pixels.begin(), picture.pixels.end(), bytes.data_ptr<std::uint8_t>());
    return bytes.permute({2, 0, 1}).to(torch::kFloat32).contiguous();
}

RgbImage whole_field(const RgbImage& picture, int patch_size_px) {
    if (picture.width == patch_size_px && picture.height == patch_size_px) return picture;
    return resize_image(picture, patch_size_px, patch_size_px);
}

}  // namespace

PictureSource::PictureSource(const Dataset& dataset, int patch_size_px, std::span<const std::size_t> partners)
    : dataset_(dataset), patch_size_px_(patch_size_px) {
    for (const auto each : partners) {
        const auto& tile = dataset.tiles[each];
        partners_.at(tile.gate_only ? 1 : 0).at(static_cast<std::size_t>(tile.label)).push_back(each);
    }
}

TileTarget PictureSource::target_of(std::size_t member) const {
    const int label = dataset_.tiles[member].label;
    return {label == 1 ? 1.0F : 0.0F, label == kBenignLabel ? 0.0F : 1.0F};
}

template <class Make>
LoadedTiles PictureSource::load(std::span<const std::size_t> members, const Make& make) {
    const torch::NoGradGuard no_grad;
    LoadedTiles loaded;
    std::vector<torch::Tensor> tiles;
    tiles.reserve(members.size());
    for (const auto member : members) {
        try {
            auto target = target_of(member);
            tiles.push_back(to_tensor(make(member, target)));
            loaded.members.push_back(member);
            loaded.targets.push_back(target);
        } catch (const Error& error) {
            const std::lock_guard lock(mutex_);
            skipped_.insert(error.what());
        }
    }
    if (!tiles.empty()) loaded.tiles = torch::stack(tiles);
    return loaded;
}

LoadedTiles PictureSource::plain(std::span<const std::size_t> members) {
    return load(members, [&](std::size_t member, TileTarget&) {
        return whole_field(read_image(dataset_.tiles[member].file), patch_size_px_);
    });
}

LoadedTiles PictureSource::varied(std::span<const std::size_t> members, const Augmentation& how, std::uint64_t seed,
                                  int epoch) {
    return load(members, [&](std::size_t member, TileTarget& target) {
        Random random(seed ^ kAugmentStream, static_cast<std::uint64_t>(epoch), member);
        return varied_picture(member, how, random, target);
    });
}

RgbImage PictureSource::varied_picture(std::size_t member, const Augmentation& how, Random& random,
                                       TileTarget& target) const {
    const auto picture = read_image(dataset_.tiles[member].file);
    // Moving at a whole multiple of the patch keeps a shrunken picture free of aliasing.
    const int edge = std::max(1, picture.width / patch_size_px_) * patch_size_px_;
    auto tile = moved(picture, edge, how, random);
    if (random.chance(how.borders)) {
        if (const auto partner = partner_of(member, random)) {
            const double share = random.uniform(kLeastShare, 1);
            const auto beside = moved(read_image(dataset_.tiles[*partner].file), edge, how, random);
            tile = joined(tile, beside, share, random);
            const auto other = target_of(*partner);
            const auto part = static_cast<float>(share);
            if (other.tumour > 0) target.lusc = part * target.lusc + (1 - part) * other.lusc;
            target.tumour = part * target.tumour + (1 - part) * other.tumour;
        }
    }
    return acquired(std::move(tile), patch_size_px_, how, random);
}

/// Benign tissue is joined with benign tissue alone: what it teaches of tumour the other way round does.
std::optional<std::size_t> PictureSource::partner_of(std::size_t member, Random& random) const {
    const double draw = random.uniform();
    const auto& tile = dataset_.tiles[member];
    auto label = static_cast<std::size_t>(tile.label);
    const auto& partners = partners_[tile.gate_only ? 1 : 0];
    if (label != kBenignLabel) {
        if (draw < kWithBenign && !partners[kBenignLabel].empty()) {
            label = kBenignLabel;
        } else if (draw >= kWithBenign + kWithSame && !tile.gate_only) {
            label = 1 - label;
        }
    }
    const auto& among = partners[label];
    if (among.empty()) return std::nullopt;
    return among[random.below(among.size())];
}

std::vector<std::string> PictureSource::skipped() const {
    const std::lock_guard lock(mutex_);
    return {skipped_.begin(), skipped_.end()};
}

}  // namespace slidetype
