// An ONNX file is a message of Protocol Buffers: fields, each a number with a kind, then a number or bytes, which may
// be a message again.
//
//   ModelProto ── graph ──► GraphProto ── initializer ──► TensorProto ── external_data, data_location
//                               └── node ──► NodeProto ── attribute ──► AttributeProto ── tensors, graphs
//
// Whatever reads it later sees no message that is not seen here, since all of a field that stands several times are.
#include "model/onnxruntime/onnx_file.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::uintmax_t kMostBytes = std::numeric_limits<std::int32_t>::max();
constexpr int kDeepest = 100;  // as Protocol Buffers have it

enum class Message : std::uint8_t { model, training, function, graph, node, attribute, sparse, tensor };

struct Within {
    Message in;
    std::uint64_t field;
    Message is;
};

/// Where tensors may lie, from onnx.proto.
constexpr std::array kWithin = {
    Within{Message::model, 7, Message::graph},         Within{Message::model, 20, Message::training},
    Within{Message::model, 25, Message::function},     Within{Message::training, 1, Message::graph},
    Within{Message::training, 2, Message::graph},      Within{Message::function, 7, Message::node},
    Within{Message::function, 11, Message::attribute}, Within{Message::graph, 1, Message::node},
    Within{Message::graph, 5, Message::tensor},        Within{Message::graph, 15, Message::sparse},
    Within{Message::node, 5, Message::attribute},      Within{Message::attribute, 5, Message::tensor},
    Within{Message::attribute, 6, Message::graph},     Within{Message::attribute, 10, Message::tensor},
    Within{Message::attribute, 11, Message::graph},    Within{Message::attribute, 22, Message::sparse},
    Within{Message::attribute, 23, Message::sparse},   Within{Message::sparse, 1, Message::tensor},
    Within{Message::sparse, 2, Message::tensor},
};
constexpr std::uint64_t kExternalData = 13, kDataLocation = 14;  // of a tensor

struct Field {
    std::uint64_t field = 0, number = 0;
    std::optional<std::string_view> bytes;  ///< else it is a number
};

/// The fields of a message, one after the other. Nothing where the bytes are none.
class Fields {
  public:
    explicit Fields(std::string_view message) : rest_(message) {}

    bool at_end() const { return rest_.empty(); }

    std::optional<Field> next() {
        const auto key = varint();
        if (!key) return std::nullopt;
        Field field;
        field.field = *key >> 3;
        switch (*key & 7) {
            case 0:
                if (const auto number = varint()) return field.number = *number, field;
                return std::nullopt;
            case 1:
                return taken(sizeof(std::uint64_t)) ? std::optional(field) : std::nullopt;
            case 2:
                if (const auto size = varint()) field.bytes = taken(*size);
                return field.bytes ? std::optional(field) : std::nullopt;
            case 5:
                return taken(sizeof(std::uint32_t)) ? std::optional(field) : std::nullopt;
            default:  // groups, which ONNX has none of
                return std::nullopt;
        }
    }

  private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(rest_.front());
            rest_.remove_prefix(1);
            number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return number;
        }
        return std::nullopt;
    }

    std::optional<std::string_view> taken(std::uint64_t size) {
        if (size > rest_.size()) return std::nullopt;
        const auto bytes = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return bytes;
    }

    std::string_view rest_;
};

enum class Verdict : std::uint8_t { whole, damaged, elsewhere };

Verdict look_at(std::string_view message, Message kind, int depth) {  // NOLINT(misc-no-recursion): it is that deep
    if (depth > kDeepest) return Verdict::damaged;
    for (Fields fields(message); !fields.at_end();) {
        const auto field = fields.next();
        if (!field) return Verdict::damaged;
        const bool says_where = field->field == kExternalData || (field->field == kDataLocation && field->number != 0);
        if (kind == Message::tensor && says_where) return Verdict::elsewhere;
        if (!field->bytes) continue;
        for (const auto& within : kWithin) {
            if (within.in != kind || within.field != field->field) continue;
            if (const auto verdict = look_at(*field->bytes, within.is, depth + 1); verdict != Verdict::whole) {
                return verdict;
            }
        }
    }
    return Verdict::whole;
}

}  // namespace

std::string read_onnx_file(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::file_size(file, error) > kMostBytes && !error) {
        throw Error(ErrorCode::unsupported, file.string(), "has more than 2 GB, which no ONNX file can have",
                    "Export the encoder in half precision.");
    }
    auto bytes = read_file(file, kMostBytes);
    require_whole_onnx(bytes, file.string());
    return bytes;
}

void require_whole_onnx(std::string_view bytes, const std::string& source) {
    switch (look_at(bytes, Message::model, 0)) {
        case Verdict::damaged:
            throw Error(ErrorCode::bad_model, source, "is no ONNX file, or a damaged one",
                        "Copy it again from where it came.");
        case Verdict::elsewhere:
            throw Error(ErrorCode::bad_model, source, "has its weights in other files, which slidetype does not read",
                        "Export it as one file (onnx.save without external data), in half precision where it is larger "
                        "than 2 GB.");
        case Verdict::whole:
            break;
    }
}

}  // namespace slidetype
