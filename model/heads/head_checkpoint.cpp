// A checkpoint: [u64 little-endian: size N of the text][N bytes of JSON: fingerprint, epochs, steps][safetensors: what
// learns].
#include <algorithm>
#include <bit>
#include <cstring>
#include <locale>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/heads/head_trainer.h"
#include "model/network/weights.h"

namespace slidetype {
namespace {

using nlohmann::json;

/// Raise it when the same bags and options no longer train the same, or what a checkpoint holds changes.
constexpr int kHeadTrainingFormat = 1;
static_assert(std::endian::native == std::endian::little, "the size is little-endian");

HostTensor flat(std::span<const float> values) {
    return {{static_cast<std::int64_t>(values.size())}, std::vector<float>(values.begin(), values.end())};
}

std::string state_name(std::size_t head, const char* part) {
    return "head" + std::to_string(head) + "." + part;
}

void take(const Weights& tensors, const std::string& name, std::span<float> into, const std::string& source) {
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.values.size() != into.size()) {
        throw Error(ErrorCode::bad_data, source, "the checkpoint is damaged: " + name + " does not fit");
    }
    std::ranges::copy(found->second.values, into.begin());
}

json to_json(const HeadEpoch& epoch) {
    return {epoch.epoch, epoch.train_loss, epoch.train_auc, epoch.loss, epoch.auc, epoch.seconds};
}

HeadEpoch epoch_from_json(const json& value) {
    const auto number = [&](std::size_t i) {
        return value.at(i).is_null() ? std::numeric_limits<double>::quiet_NaN() : value.at(i).get<double>();
    };
    return {value.at(0).get<int>(), number(1), number(2), number(3), number(4), number(5)};
}

}  // namespace

std::string head_fingerprint(std::span<const TeachingBag> bags, const BagStore& store, const HeadOptions& options) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(17);
    text << kHeadTrainingFormat << ' ' << static_cast<int>(options.loss) << ' ' << options.hidden << ' '
         << options.attention << ' ' << options.epochs << ' ' << options.batch << ' ' << options.tiles << ' '
         << options.dropout << ' ' << options.learning_rate << ' ' << options.weight_decay << ' '
         << options.instance_weight << ' ' << options.instance_tiles << ' ' << options.balance_classes << ' '
         << options.seed << '\n';
    for (const auto& bag : bags) {
        const auto& file = store.file(bag.bag);
        std::error_code error;
        const auto bytes = std::filesystem::file_size(file, error);
        text << file.string().size() << ' ' << file.string() << ' ' << (error ? 0 : bytes) << ' ' << bag.label << ' '
             << bag.fold << '\n';
    }
    return sha256_hex(text.str());
}

void save_heads(const std::filesystem::path& file, const HeadState& state, const std::string& fingerprint) {
    Weights tensors;
    json text = {{"fingerprint", fingerprint}, {"epochs", json::array()}, {"steps", json::array()}};
    for (const auto& epoch : state.epochs) text["epochs"].push_back(to_json(epoch));
    for (std::size_t h = 0; h < state.heads.size(); ++h) {
        const auto& head = state.heads[h];
        text["steps"].push_back(head.adam.steps);
        tensors[state_name(h, "weights")] = flat(head.weights.values());
        tensors[state_name(h, "instances")] = flat(head.instances.values);
        tensors[state_name(h, "mean")] = flat(head.adam.mean);
        tensors[state_name(h, "square")] = flat(head.adam.square);
    }
    const auto header = text.dump();
    const auto size = static_cast<std::uint64_t>(header.size());
    std::string bytes(sizeof(size), '\0');
    std::memcpy(bytes.data(), &size, sizeof(size));
    write_file(file, bytes + header + format_safetensors(tensors, StorageType::f32));
}

bool load_heads(const std::filesystem::path& file, HeadState& state, const std::string& fingerprint) {
    if (!std::filesystem::exists(file)) return false;
    const auto source = file.string();
    const auto bytes = read_file(file);
    std::uint64_t size = 0;
    if (bytes.size() > sizeof(size)) std::memcpy(&size, bytes.data(), sizeof(size));
    if (size == 0 || size > bytes.size() - sizeof(size)) {
        throw Error(ErrorCode::bad_data, source, "the checkpoint is damaged", "Remove it to begin anew.");
    }
    try {
        const auto text = json::parse(bytes.substr(sizeof(size), size));
        if (text.at("fingerprint").get<std::string>() != fingerprint) {
            throw Error(ErrorCode::bad_data, source, "the checkpoint is of other slides, folds or options",
                        "Remove it to begin anew, or repeat the command that it was made by.");
        }
        const auto tensors = parse_safetensors(std::string_view(bytes).substr(sizeof(size) + size), source);
        state.epochs.clear();
        for (const auto& epoch : text.at("epochs")) state.epochs.push_back(epoch_from_json(epoch));
        for (std::size_t h = 0; h < state.heads.size(); ++h) {
            auto& head = state.heads[h];
            head.adam.steps = text.at("steps").at(h).get<std::int64_t>();
            take(tensors, state_name(h, "weights"), head.weights.values(), source);
            take(tensors, state_name(h, "instances"), head.instances.values, source);
            take(tensors, state_name(h, "mean"), head.adam.mean, source);
            take(tensors, state_name(h, "square"), head.adam.square, source);
        }
    } catch (const json::exception&) {
        throw Error(ErrorCode::bad_data, source, "the checkpoint is damaged", "Remove it to begin anew.");
    }
    return true;
}

}  // namespace slidetype
