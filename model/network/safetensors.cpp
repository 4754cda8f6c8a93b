// safetensors: [u64 little-endian: size N of the header][N bytes of JSON][tensor bytes]
//   header: {"NAME": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, …, "__metadata__": {"k": "v"}}
// Offsets count from the first byte after the header; the tensors must fill the rest of the file without gap or
// overlap.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/half.h"
#include "model/network/weights.h"

namespace slidetype {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensor bytes are little-endian");

constexpr std::uint64_t kMaxHeader = 16U << 20;   // ours need a few kilobytes
constexpr std::uint64_t kMaxElements = 1U << 30;  // of one tensor
constexpr std::size_t kMaxRank = 8;

struct Entry {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0, elements = 1;
};

class Parser {
  public:
    Parser(std::string_view bytes, const std::string& source) : bytes_(bytes), source_(source) {}

    Weights parse() {
        auto entries = read_header();
        std::ranges::sort(entries, {}, [](const Entry& entry) { return std::pair(entry.begin, entry.end); });
        std::uint64_t filled = 0;
        for (const auto& entry : entries) {
            if (entry.begin != filled) fail("tensor " + entry.name + " overlaps another or leaves a gap");
            filled = entry.end;
        }
        if (filled != data_.size()) fail("has bytes that belong to no tensor, or ends too early");
        Weights weights;
        for (const auto& entry : entries) weights[entry.name] = {entry.shape, read_values(entry)};
        return weights;
    }

  private:
    [[noreturn]] void fail(const std::string& cause) const {
        throw Error(ErrorCode::bad_model, source_, "not a valid safetensors file: " + cause,
                    "The file is damaged or not what it claims to be; copy or train the model again.");
    }

    std::vector<Entry> read_header() {
        std::uint64_t size = 0;
        if (bytes_.size() < sizeof size) fail("shorter than its own header");
        std::memcpy(&size, bytes_.data(), sizeof size);
        if (size > kMaxHeader || size > bytes_.size() - sizeof size) fail("the header is larger than the file allows");
        const auto text = bytes_.substr(sizeof size, size);
        data_ = bytes_.substr(sizeof size + size);
        // Nesting is bounded before parsing, so that a hostile header cannot exhaust the stack.
        const auto too_deep = [](int depth, json::parse_event_t, json&) {
            if (depth > 4) throw std::length_error("nested too deeply");
            return true;
        };
        json header;
        try {
            header = json::parse(text, too_deep);
        } catch (const std::exception& error) {
            fail(std::string("header: ") + error.what());
        }
        if (!header.is_object()) fail("the header is no JSON object");
        std::vector<Entry> entries;
        for (const auto& [name, value] : header.items()) {
            if (name != "__metadata__") entries.push_back(read_entry(name, value));
        }
        return entries;
    }

    Entry read_entry(const std::string& name, const json& value) const {
        Entry entry;
        entry.name = name;
        try {
            entry.dtype = value.at("dtype").get<std::string>();
            const auto& shape = value.at("shape");
            const auto& offsets = value.at("data_offsets");
            if (!shape.is_array() || shape.size() > kMaxRank) fail("tensor " + name + " has no proper shape");
            if (!offsets.is_array() || offsets.size() != 2) fail("tensor " + name + " has no proper offsets");
            for (const auto& edge : shape) {
                if (!edge.is_number_unsigned()) fail("tensor " + name + " has no proper shape");
                const auto length = edge.get<std::uint64_t>();
                if (length > kMaxElements) fail("tensor " + name + " is too large");
                entry.elements *= length;
                if (entry.elements > kMaxElements) fail("tensor " + name + " is too large");
                entry.shape.push_back(static_cast<std::int64_t>(length));
            }
            for (const auto& offset : offsets) {
                if (!offset.is_number_unsigned()) fail("tensor " + name + " has no proper offsets");
            }
            entry.begin = offsets[0].get<std::uint64_t>();
            entry.end = offsets[1].get<std::uint64_t>();
        } catch (const json::exception&) {
            fail("tensor " + name + " lacks dtype, shape or data_offsets");
        }
        const std::uint64_t width = entry.dtype == "F32" ? 4 : entry.dtype == "F16" || entry.dtype == "BF16" ? 2 : 0;
        if (width == 0) fail("tensor " + name + " has type " + entry.dtype + "; F32, F16 and BF16 are read");
        if (entry.end < entry.begin || entry.end > data_.size()) fail("tensor " + name + " lies outside the file");
        if (entry.end - entry.begin != entry.elements * width) fail("tensor " + name + ": size and shape disagree");
        return entry;
    }

    std::vector<float> read_values(const Entry& entry) const {
        const char* at = data_.data() + entry.begin;
        std::vector<float> values(entry.elements);
        if (entry.dtype == "F32") {
            if (!values.empty()) std::memcpy(values.data(), at, entry.end - entry.begin);
        } else {
            const bool half = entry.dtype == "F16";
            for (auto& value : values) {
                std::uint16_t bits = 0;
                std::memcpy(&bits, at, sizeof bits);
                at += sizeof bits;
                value = half ? from_half(bits) : std::bit_cast<float>(std::uint32_t{bits} << 16);
            }
        }
        if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
            fail("tensor " + entry.name + " holds a number that is not finite");
        return values;
    }

    std::string_view bytes_, data_;
    const std::string& source_;
};

}  // namespace

Weights parse_safetensors(std::string_view bytes, const std::string& source) {
    return Parser(bytes, source).parse();
}

std::string format_safetensors(const Weights& weights, StorageType type) {
    const std::uint64_t width = type == StorageType::f32 ? 4 : 2;
    auto header = json::object();
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : weights) {
        const auto end = offset + tensor.values.size() * width;
        header[name] = {{"dtype", type == StorageType::f32 ? "F32" : "F16"},
                        {"shape", tensor.shape},
                        {"data_offsets", {offset, end}}};
        offset = end;
    }
    auto text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');  // the format asks for aligned data and pads with blanks
    const std::uint64_t size = text.size();
    std::string bytes(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
    bytes.reserve(bytes.size() + offset);
    for (const auto& [name, tensor] : weights) {
        for (const float value : tensor.values) {
            const std::uint16_t half = to_half(value);
            if (!std::isfinite(type == StorageType::f32 ? value : from_half(half))) {
                throw Error(ErrorCode::bad_model, name, "holds a number that the file's type cannot hold");
            }
            bytes.append(
                type == StorageType::f32 ? reinterpret_cast<const char*>(&value) : reinterpret_cast<const char*>(&half),
                width);
        }
    }
    return bytes;
}

}  // namespace slidetype
