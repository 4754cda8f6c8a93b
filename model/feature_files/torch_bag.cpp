#include "model/feature_files/torch_bag.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/feature_files/bag_rules.h"
#include "model/feature_files/half_rows.h"
#include "model/feature_files/npy_table.h"
#include "model/feature_files/pickle_reader.h"
#include "model/feature_files/saved_tensor.h"
#include "model/zip/zip_archive.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kMostPickle = std::uint64_t{256} << 10;
constexpr std::uint64_t kMostPlaces = std::uint64_t{256} << 20;  // bytes of an index
constexpr std::string_view kOldMagic("\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19", 14);
constexpr const char* kSaveHint =
    "Save it anew with PyTorch 1.6 or later: torch.save(torch.load(\"slide.pt\"), \"slide.pt\").";

template <class Number>
std::vector<Number> numbers_of(std::span<const std::byte> bytes) {
    std::vector<Number> numbers(bytes.size() / sizeof(Number));
    if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
    return numbers;
}

std::optional<UnfitNumber> element_halves(SavedTensor::Element element, std::span<const std::byte> bytes,
                                          std::span<std::uint16_t> halves) {
    switch (element) {
        case SavedTensor::Element::half:
            std::memcpy(halves.data(), bytes.data(), bytes.size());
            return unfit_half(halves);
        case SavedTensor::Element::single:
            return to_halves(std::span<const float>(numbers_of<float>(bytes)), halves);
        case SavedTensor::Element::twice:
            return to_halves(std::span<const double>(numbers_of<double>(bytes)), halves);
        default: {  // the upper half of a float; whole numbers were refused
            const auto upper = numbers_of<std::uint16_t>(bytes);
            std::vector<float> numbers(upper.size());
            std::ranges::transform(upper, numbers.begin(),
                                   [](std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); });
            return to_halves(std::span<const float>(numbers), halves);
        }
    }
}

template <class Number>
void append_numbers(std::span<const std::byte> bytes, std::vector<double>& numbers) {
    for (const auto number : numbers_of<Number>(bytes)) numbers.push_back(static_cast<double>(number));
}

void append_places(const std::string& source, SavedTensor::Element element, std::span<const std::byte> bytes,
                   std::vector<double>& numbers) {
    switch (element) {
        case SavedTensor::Element::int16:
            return append_numbers<std::int16_t>(bytes, numbers);
        case SavedTensor::Element::int32:
            return append_numbers<std::int32_t>(bytes, numbers);
        case SavedTensor::Element::int64:
            return append_numbers<std::int64_t>(bytes, numbers);
        case SavedTensor::Element::single:
            return append_numbers<float>(bytes, numbers);
        case SavedTensor::Element::twice:
            return append_numbers<double>(bytes, numbers);
        default:
            throw Error(ErrorCode::bad_data, source, "holds places as halves, which are too coarse for them");
    }
}

bool is_whole(SavedTensor::Element element) {
    return element == SavedTensor::Element::int16 || element == SavedTensor::Element::int32 ||
           element == SavedTensor::Element::int64;
}

/// The folder in the archive that has the pickle and the numbers: it has the name of the file when it was written.
std::string tensor_folder(const ZipArchive& archive) {
    constexpr std::string_view kPickle = "/data.pkl";
    const auto names = archive.names();
    const auto ends_with = [](std::string_view end) {
        return [end](const std::string& name) { return name.ends_with(end); };
    };
    const auto found = std::ranges::find_if(names, ends_with(kPickle));
    if (found == names.end()) archive.fail("is a zip archive, but holds no tensor that PyTorch saved");
    if (std::ranges::any_of(names, ends_with("/constants.pkl"))) {
        archive.fail("holds a network (TorchScript), not features", "An encoder is named where a model is asked for.");
    }
    return found->substr(0, found->size() - kPickle.size());
}

/// slideflow's index beside a bag, if there is one.
std::vector<TilePlace> indexed_places(const std::filesystem::path& file, std::size_t tiles) {
    auto index = file;
    index.replace_extension(".index.npz");
    std::error_code error;
    if (!std::filesystem::is_regular_file(index, error)) return {};
    const auto source = index.string();
    const ZipArchive archive(index, ErrorCode::bad_data);
    const auto bytes = archive.read("arr_0.npy", kMostPlaces);
    if (!bytes) archive.fail("holds no places of tiles (arr_0)", "Move it away if it belongs to something else.");
    const auto table = read_npy(*bytes, source);
    if (table.width != 2) archive.fail("has rows of " + std::to_string(table.width) + " numbers, not 2");
    check_places(source, tiles, table.rows);
    return places_of(source, table.numbers);
}

void check_places_tensor(const std::string& source, const SavedTensor& places, std::size_t tiles) {
    if (places.width != 2) {
        throw Error(ErrorCode::bad_data, source,
                    "coords has rows of " + std::to_string(places.width) + " numbers, not 2");
    }
    check_places(source, tiles, places.rows);
}

}  // namespace

Bag read_torch_bag(const std::filesystem::path& file, bool head_only) {
    const auto source = file.string();
    const ZipArchive archive(file, ErrorCode::bad_data);
    const auto folder = tensor_folder(archive);
    if (archive.read(folder + "/byteorder", kMostPickle).value_or("little") != "little") {
        archive.fail("was saved on a machine of another order of bytes", kSaveHint);
    }
    const auto pickle = archive.read(folder + "/data.pkl", kMostPickle).value_or("");
    const auto saved = find_saved_bag(read_pickle(pickle, source), source);
    const auto& features = saved.features;
    if (is_whole(features.element)) archive.fail("holds whole numbers, which are no features of an encoder");
    Bag bag;
    bag.tiles = features.rows;
    bag.dimension = features.width;
    check_dimension(source, bag.dimension);
    if (saved.places) check_places_tensor(source, *saved.places, bag.tiles);
    if (head_only) return bag;
    if (bag.tiles == 0) refuse_empty_bag(source);
    const auto member = [&](const SavedTensor& tensor) { return folder + "/data/" + tensor.key; };
    read_saved_rows(archive, member(features), features, [&](std::size_t first, std::span<const std::byte> rows) {
        bag.features.resize(bag.tiles * bag.dimension);  // the archive has been found to have so many
        const auto halves =
            std::span(bag.features).subspan(first * bag.dimension, rows.size() / features.element_bytes);
        if (const auto unfit = element_halves(features.element, rows, halves)) {
            refuse_unfit(source, *unfit, first, bag.dimension);
        }
    });
    if (!saved.places) {
        bag.places = indexed_places(file, bag.tiles);
        return bag;
    }
    std::vector<double> pairs;
    read_saved_rows(archive, member(*saved.places), *saved.places, [&](std::size_t, std::span<const std::byte> rows) {
        append_places(source, saved.places->element, rows, pairs);
    });
    bag.places = places_of(source, pairs);
    return bag;
}

void refuse_bare_pickle(const std::filesystem::path& file, std::string_view begin) {
    if (begin.starts_with(kOldMagic)) {
        throw Error(ErrorCode::bad_data, file.string(),
                    "was saved in the format of PyTorch before 1.6, which is not read", kSaveHint);
    }
    if (begin.starts_with('\x80')) {
        throw Error(ErrorCode::bad_data, file.string(),
                    "is a bare Python pickle, which may hold code; nothing of it was run",
                    "Features are read as torch.save(features, \"slide.pt\") writes them.");
    }
}

}  // namespace slidetype
