// What _rebuild_tensor_v2 is called with: storage, offset, size, stride; and the name of a storage: "storage", its
// type, its key, the device, and its count of numbers (torch/_utils.py and torch/serialization.py of
// https://github.com/pytorch/pytorch).
#include "model/feature_files/saved_tensor.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace slidetype {
namespace {

using Kind = PickleValue::Kind;
using Element = SavedTensor::Element;

constexpr std::int64_t kMostNumbers = std::int64_t{1} << 40;
constexpr std::uint64_t kMostStep = std::uint64_t{1} << 22;
constexpr std::size_t kTensorPiece = std::size_t{4} << 20;

struct ElementType {
    std::string_view storage;
    Element element;
    std::size_t bytes;
};

constexpr std::array<ElementType, 7> kElementTypes = {{{"torch.FloatStorage", Element::single, 4},
                                                       {"torch.HalfStorage", Element::half, 2},
                                                       {"torch.DoubleStorage", Element::twice, 8},
                                                       {"torch.BFloat16Storage", Element::brain, 2},
                                                       {"torch.LongStorage", Element::int64, 8},
                                                       {"torch.IntStorage", Element::int32, 4},
                                                       {"torch.ShortStorage", Element::int16, 2}}};

[[noreturn]] void refuse_tensor(const std::string& source, const std::string& cause, const std::string& hint = {}) {
    throw Error(ErrorCode::bad_data, source, cause, hint);
}

std::vector<std::int64_t> whole_numbers(const Pickle& pickle, const PickleValue& tuple, const std::string& source) {
    std::vector<std::int64_t> numbers;
    numbers.reserve(tuple.items.size());
    for (const auto item : tuple.items) {
        const auto& value = pickle.at(item);
        if (value.kind != Kind::whole || value.number < 0 || value.number > kMostNumbers) {
            refuse_tensor(source, "is damaged: a tensor in it has an impossible shape");
        }
        numbers.push_back(value.number);
    }
    if (tuple.kind != Kind::tuple) refuse_tensor(source, "is damaged: a tensor in it has no shape");
    return numbers;
}

void take_storage(const Pickle& pickle, const PickleValue& storage, const std::string& source, SavedTensor& tensor) {
    const auto kind_of = [&](std::size_t item) { return pickle.at(storage.items[item]).kind; };
    if (storage.kind != Kind::storage || storage.items.size() != 5 || kind_of(1) != Kind::global ||
        kind_of(2) != Kind::text || kind_of(4) != Kind::whole) {
        refuse_tensor(source, "is damaged: a tensor in it has no numbers");
    }
    const auto& type = pickle.at(storage.items[1]).text;
    const auto* known = std::ranges::find(kElementTypes, type, &ElementType::storage);
    const auto count = pickle.at(storage.items[4]).number;
    if (known == kElementTypes.end() || count < 0 || count > kMostNumbers) {
        refuse_tensor(source, "is damaged: a tensor in it has no numbers");
    }
    tensor.key = pickle.at(storage.items[2]).text;
    tensor.element = known->element;
    tensor.element_bytes = known->bytes;
    tensor.stored = static_cast<std::uint64_t>(count);
}

std::string axes_text(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto edge : shape) text += (text.empty() ? "" : ", ") + std::to_string(edge);
    return "(" + text + ")";
}

SavedTensor saved_tensor(const Pickle& pickle, const PickleValue& value, const std::string& source) {
    if (value.kind != Kind::tensor || value.items.size() < 4) refuse_tensor(source, "holds no tensor of features");
    SavedTensor tensor;
    take_storage(pickle, pickle.at(value.items[0]), source, tensor);
    const auto& offset = pickle.at(value.items[1]);
    if (offset.kind != Kind::whole || offset.number < 0 || offset.number > kMostNumbers) {
        refuse_tensor(source, "is damaged: a tensor in it has an impossible shape");
    }
    tensor.offset = static_cast<std::uint64_t>(offset.number);
    const auto shape = whole_numbers(pickle, pickle.at(value.items[2]), source);
    const auto strides = whole_numbers(pickle, pickle.at(value.items[3]), source);
    const auto axes = shape.size();
    if (strides.size() != axes || !(axes == 2 || (axes == 3 && shape[0] == 1))) {
        refuse_tensor(source, "holds a tensor of shape " + axes_text(shape) + ", expected one row for each tile",
                      "A feature file holds a table of two axes: tiles, and the numbers of each.");
    }
    tensor.rows = static_cast<std::size_t>(shape[axes - 2]);
    tensor.width = static_cast<std::size_t>(shape[axes - 1]);
    tensor.step = tensor.rows > 1 ? static_cast<std::uint64_t>(strides[axes - 2]) : tensor.width;
    if ((tensor.width > 1 && strides[axes - 1] != 1) || tensor.step < tensor.width || tensor.step > kMostStep) {
        refuse_tensor(source, "holds a tensor whose rows do not lie one after another",
                      "Save it with torch.save(features.contiguous(), \"slide.pt\").");
    }
    if (tensor.rows > 0 && tensor.width > 0) {
        // No overflow: each is at most 2^40, and the rows that fit into that many numbers are no more.
        const auto last = tensor.rows - 1;
        if (last > tensor.stored / std::max<std::uint64_t>(1, tensor.step) ||
            tensor.offset + last * tensor.step + tensor.width > tensor.stored) {
            refuse_tensor(source, "is damaged: a tensor in it is larger than what is stored of it");
        }
    }
    return tensor;
}

const PickleValue* entry(const Pickle& pickle, const PickleValue& dict, std::string_view name) {
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const auto& key = pickle.at(dict.items[i]);
        if (key.kind == Kind::text && key.text == name) return &pickle.at(dict.items[i + 1]);
    }
    return nullptr;
}

}  // namespace

SavedBag find_saved_bag(const Pickle& pickle, const std::string& source) {
    const auto& root = pickle.at(pickle.root);
    if (root.kind != Kind::dict) return {saved_tensor(pickle, root, source), std::nullopt};
    const auto* features = entry(pickle, root, "features");
    if (features == nullptr) features = entry(pickle, root, "feats");
    if (features == nullptr) {
        refuse_tensor(source, "holds a dict without features",
                      "They are looked for as `features` or `feats`; a tensor alone will do, too.");
    }
    SavedBag bag{saved_tensor(pickle, *features, source), std::nullopt};
    if (const auto* places = entry(pickle, root, "coords")) bag.places = saved_tensor(pickle, *places, source);
    return bag;
}

void read_saved_rows(const ZipArchive& archive, const std::string& member, const SavedTensor& tensor,
                     const std::function<void(std::size_t first, std::span<const std::byte> rows)>& take) {
    auto numbers = archive.open(member);
    if (!numbers || numbers->size() < tensor.stored * tensor.element_bytes) {
        archive.fail("is damaged or cut short: the numbers of a tensor are missing");
    }
    const std::size_t row = tensor.width * tensor.element_bytes;
    const std::size_t gap = (static_cast<std::size_t>(tensor.step) - tensor.width) * tensor.element_bytes;
    const std::size_t at_once = std::max<std::size_t>(1, kTensorPiece / std::max<std::size_t>(1, row));
    numbers->skip(tensor.offset * tensor.element_bytes);
    std::vector<std::byte> piece(std::min(at_once, tensor.rows) * row);
    for (std::size_t first = 0; first < tensor.rows; first += at_once) {
        const auto rows = std::min(at_once, tensor.rows - first);
        const auto bytes = std::span(piece).first(rows * row);
        if (gap == 0) {
            numbers->read(bytes);
        } else {
            for (std::size_t i = 0; i < rows; ++i) {
                numbers->read(bytes.subspan(i * row, row));
                if (first + i + 1 < tensor.rows) numbers->skip(gap);
            }
        }
        take(first, bytes);
    }
    numbers->finish();
}

}  // namespace slidetype
