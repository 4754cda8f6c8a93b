// Any HDF5 file that HDF5 can write, made of what the bytes say: datasets of any shape, type and storage, and any
// attributes, by the names that feature files use. Refused with an Error, or read into a bag that is whole. HDF5 itself
// (1.10) is known not to bear forged files, so files are not damaged here: it would be HDF5 that is tested.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/half.h"
#include "model/feature_files/hdf5_bag.h"
#include "tests/model/feature_files/made_hdf5.h"

namespace slidetype::testing {
namespace {

constexpr std::uint64_t kMostNumbers = 4096;

/// Takes decisions by bytes, one after another; those beyond the end are zero.
class Choices {
  public:
    Choices(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        constexpr unsigned kByte = 256;
        std::uint64_t number = 0;
        for (auto range = most - least; range > 0; range /= kByte) number = number * kByte + byte();
        return least + number % (most - least + 1);
    }
    bool flag() { return byte() % 2 == 1; }
    double real() {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | byte();
        return std::bit_cast<double>(bits);
    }
    std::string text(std::size_t most) {
        std::string made(between(0, most), ' ');
        for (auto& each : made) each = static_cast<char>(byte());
        return made;
    }

  private:
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }

    std::span<const std::uint8_t> rest_;
};

std::string any_name(Choices& bytes) {
    static const std::vector<std::string> names = {"features", "feats", "tile_embeds", "coords", "other"};
    return names[bytes.between(0, names.size() - 1)];
}

double any_number(Choices& bytes) {
    return bytes.flag() ? bytes.real() : static_cast<double>(bytes.between(0, 65'535)) - 32'768;
}

std::vector<std::uint64_t> any_edges(Choices& bytes, std::uint64_t most) {
    std::vector<std::uint64_t> edges(bytes.between(1, 4));
    for (auto& edge : edges) edge = bytes.between(0, bytes.flag() ? 6 : most);
    return edges;
}

MadeDataset any_dataset(Choices& bytes) {
    MadeDataset made{any_name(bytes), {}};
    made.type = static_cast<MadeDataset::Type>(bytes.between(0, 8));
    const bool written = bytes.between(0, 7) != 0;
    made.storage = written ? MadeDataset::Storage::contiguous : MadeDataset::Storage::never_written;
    made.shape = any_edges(bytes, written ? 64 : std::uint64_t{1} << 40);
    std::uint64_t count = 1;
    for (const auto edge : made.shape) count = edge > kMostNumbers ? kMostNumbers + 1 : count * edge;
    if (count > kMostNumbers) made.storage = MadeDataset::Storage::never_written;
    made.numbers = {any_number(bytes)};
    if (count <= kMostNumbers && bytes.flag()) {
        made.numbers.assign(count, made.numbers.front());
        if (count > 0) made.numbers[bytes.between(0, count - 1)] = any_number(bytes);
    }
    if (bytes.flag()) {
        constexpr std::uint64_t kLargestEdge = 200;  // four of a number of eight bytes would be too large to be made
        made.chunk = any_edges(bytes, kLargestEdge);
        made.chunk.resize(std::min<std::size_t>(made.shape.size(), 3), 1);
        made.chunk.resize(made.shape.size(), 1);
        made.growing = bytes.flag();
        for (const int filter : {1, 2, 3, 32000}) {
            if (bytes.between(0, 3) == 0) made.filters.push_back(filter);
        }
    }
    return made;
}

/// As many places as the features have tiles: by chance these would seldom agree.
MadeDataset fitting_places(const MadeDataset& features, Choices& bytes) {
    const auto axes = features.shape.size();
    MadeDataset made{"coords", {axes > 1 ? std::min(features.shape[axes - 2], kMostNumbers) : 1, 2}};
    made.type = bytes.flag() ? MadeDataset::Type::int32 : MadeDataset::Type::single;
    made.numbers = {any_number(bytes)};
    return made;
}

MadeAttribute any_attribute(Choices& bytes, const std::vector<MadeDataset>& datasets) {
    static const std::vector<std::string> names = {
        "slidetype_features", "slide",      "encoder",       "unit",           "tile_size_um",         "tile_size",
        "tile_size_px",       "patch_size", "spacing_um_px", "encoder_sha256", "level0_magnification", "overlap",
        "patch_size_level0",  "name",       "extractor",     "tile_um",        "target_magnification"};
    MadeAttribute made;
    if (bytes.flag()) {
        made.object = datasets[bytes.between(0, datasets.size() - 1)].name;
    }
    made.name = names[bytes.between(0, names.size() - 1)];
    switch (bytes.between(0, 3)) {
        case 0:
            made.value = bytes.flag() ? std::string("um") : bytes.text(40);
            break;
        case 1:
            made.value = bytes.text(40) + "x";
            made.fixed_length = true;
            break;
        case 2: {
            const auto count = bytes.between(1, 3);
            made.value = std::vector<double>(count, any_number(bytes));
            break;
        }
        default:
            made.value = any_number(bytes);
    }
    return made;
}

/// What tells a layout from the others.
void add_sign(MadeHdf5& content, std::uint64_t layout) {
    auto& first = content.datasets.front();
    if (layout < 3) first.name = "features";
    if (layout == 0) content.attributes.push_back({"", "slidetype_features", 1.0});
    if (layout == 1) content.attributes.push_back({"features", "encoder", std::string("uni")});
    if (layout == 3) first.name = "feats";
}

void check_bag(const Bag& bag, const Bag& head) {
    constexpr float kLargest = 65504;
    if (bag.tiles != head.tiles || bag.dimension != head.dimension || bag.origin != head.origin) std::abort();
    if (bag.tiles == 0 || bag.features.size() != bag.tiles * bag.dimension) std::abort();
    if (!bag.places.empty() && bag.places.size() != bag.tiles) std::abort();
    for (const auto half : bag.features) {
        if (!(from_half(half) <= kLargest && from_half(half) >= -kLargest)) std::abort();
    }
}

}  // namespace
}  // namespace slidetype::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slidetype;
    testing::Choices bytes(data, size);
    testing::MadeHdf5 content;
    for (auto i = bytes.between(1, 3); i > 0; --i) {
        content.datasets.push_back(testing::any_dataset(bytes));
    }
    if (bytes.flag()) content.datasets.push_back(testing::fitting_places(content.datasets.front(), bytes));
    testing::add_sign(content, bytes.between(0, 7));
    for (auto i = bytes.between(0, 5); i > 0; --i) {
        content.attributes.push_back(testing::any_attribute(bytes, content.datasets));
    }
    if (bytes.between(0, 7) == 0) content.soft_links = {{"features", "coords"}};
    std::string file;
    try {
        file = testing::made_hdf5_bytes(content);
    } catch (const std::runtime_error&) {
        return 0;  // HDF5 does not write such
    }
    try {
        const Hdf5File hdf5(file, "fuzz");
        testing::check_bag(read_hdf5_bag(hdf5, false), read_hdf5_bag(hdf5, true));
    } catch (const Error&) {
    }
    return 0;
}
