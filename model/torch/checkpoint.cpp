// The file is a libtorch archive: tensors by name, the optimiser as it saves itself, the rest as text and plain
// tensors.
#include "model/torch/checkpoint.h"

#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/torch/border.h"

namespace slidetype {
namespace {

constexpr std::uintmax_t kMaxBytes = std::uintmax_t{4} << 30;

/// Columns: logit, label, group, tile. Doubles hold all four exactly.
torch::Tensor to_tensor(const std::vector<Scored>& scored) {
    auto out = torch::empty({static_cast<std::int64_t>(scored.size()), 4}, torch::kFloat64);
    auto* row = out.data_ptr<double>();
    for (const auto& each : scored) {
        *row++ = each.logit;
        *row++ = each.label;
        *row++ = static_cast<double>(each.group);
        *row++ = static_cast<double>(each.tile);
    }
    return out;
}

std::vector<Scored> from_tensor(const torch::Tensor& tensor) {
    std::vector<Scored> scored(static_cast<std::size_t>(tensor.size(0)));
    const auto* row = tensor.data_ptr<double>();
    for (auto& each : scored) {
        each.logit = static_cast<float>(*row++);
        each.label = static_cast<int>(*row++);
        each.group = static_cast<std::size_t>(*row++);
        each.tile = static_cast<std::size_t>(*row++);
    }
    return scored;
}

std::string numbered(const char* name, std::size_t number) {
    return name + std::to_string(number);
}

void write_weights(torch::serialize::OutputArchive& archive, const std::string& prefix, const TorchWeights& weights) {
    for (const auto& [name, tensor] : weights) archive.write(prefix + name, tensor.detach().cpu());
}

/// Into tensors that exist, so that the optimiser's references stay good.
void read_weights(torch::serialize::InputArchive& archive, const std::string& prefix, TorchWeights& weights) {
    const torch::NoGradGuard no_grad;
    for (auto& [name, tensor] : weights) {
        torch::Tensor stored;
        archive.read(prefix + name, stored);
        tensor.copy_(stored);
    }
}

void write_record(torch::serialize::OutputArchive& archive, std::size_t number, const EpochRecord& record) {
    const auto& r = record.report;
    archive.write(numbered("epoch", number),
                  torch::tensor({r.train_loss, r.train_accuracy, r.seconds, r.waited_s}, torch::kFloat64));
    archive.write(numbered("validation", number), to_tensor(record.validation));
    archive.write(numbered("gate_validation", number), to_tensor(record.gate_validation));
}

EpochRecord read_record(torch::serialize::InputArchive& archive, std::size_t number) {
    torch::Tensor figures, validation, gate;
    archive.read(numbered("epoch", number), figures);
    archive.read(numbered("validation", number), validation);
    archive.read(numbered("gate_validation", number), gate);
    const auto* values = figures.data_ptr<double>();
    EpochRecord record;
    record.report.epoch = static_cast<int>(number);
    record.report.train_loss = values[0], record.report.train_accuracy = values[1];
    record.report.seconds = values[2], record.report.waited_s = values[3];
    record.validation = from_tensor(validation);
    record.gate_validation = from_tensor(gate);
    record.report.validation = measure(record.validation, 1, 0);
    return record;
}

}  // namespace

void check_room_for_checkpoint(const std::filesystem::path& file, const TrainState& state) {
    std::uintmax_t elements = 0;
    for (const auto& [name, tensor] : state.weights) elements += static_cast<std::uintmax_t>(tensor.numel());
    std::error_code error;
    const int files = std::filesystem::exists(file, error) ? 1 : 2;
    // Weights, average, best, and two moments of AdamW, in 4 bytes each; a tenth for the rest.
    const auto needed = elements * 5 * 4 * static_cast<std::uintmax_t>(files) * 11 / 10;
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const auto space = std::filesystem::space(folder, error);
    if (!error && space.available < needed) {
        throw Error(ErrorCode::io, folder.string(),
                    "has room for " + std::to_string(space.available >> 20) + " MB where training needs " +
                        std::to_string((needed >> 20) + 1) + " MB for its checkpoints",
                    "Free some space, or write the model to another disk.");
    }
    const auto probe = folder / ".slidetype-write-test";
    write_file(probe, "");
    std::filesystem::remove(probe, error);
}

void save_checkpoint(const std::filesystem::path& file, const TrainState& state, torch::optim::Optimizer& optimizer,
                     const std::string& fingerprint) {
    torch::serialize::OutputArchive archive, optimizer_archive;
    archive.write("fingerprint", torch::IValue(fingerprint));
    archive.write("epoch", torch::IValue(std::int64_t{state.epoch}));
    archive.write("best_epoch", torch::IValue(std::int64_t{state.best_epoch}));
    archive.write("best_loss", torch::IValue(state.best_loss));
    c10::List<std::string> skipped;
    for (const auto& each : state.skipped) skipped.push_back(each);
    archive.write("skipped", torch::IValue(skipped));
    write_weights(archive, "weights/", state.weights);
    write_weights(archive, "average/", state.average);
    write_weights(archive, "best/", state.best);
    for (std::size_t i = 0; i < state.history.size(); ++i) write_record(archive, i + 1, state.history[i]);
    optimizer.save(optimizer_archive);
    archive.write("optimizer", optimizer_archive);
    std::ostringstream bytes;
    archive.save_to(bytes);
    try {
        write_file(file, bytes.str());
    } catch (const Error& error) {
        if (state.epoch < 2) throw;
        throw Error(error.code(), error.subject(), error.cause(),
                    "The state after epoch " + std::to_string(state.epoch - 1) + " is still in " + file.string() +
                        ". Make room, and go on with the same command and --resume.");
    }
}

void load_checkpoint(const std::filesystem::path& file, TrainState& state, torch::optim::Optimizer& optimizer,
                     const std::string& fingerprint) {
    const auto bytes = read_file(file, kMaxBytes);
    try {
        torch::serialize::InputArchive archive, optimizer_archive;
        archive.load_from(bytes.data(), bytes.size());
        torch::IValue value;
        archive.read("fingerprint", value);
        if (value.toStringRef() != fingerprint) {
            throw Error(ErrorCode::bad_data, file.string(), "belongs to a training with other data or options",
                        "Give the same data and options as before, or leave --resume out to start afresh.");
        }
        archive.read("epoch", value);
        state.epoch = static_cast<int>(value.toInt());
        archive.read("best_epoch", value);
        state.best_epoch = static_cast<int>(value.toInt());
        archive.read("best_loss", value);
        state.best_loss = value.toDouble();
        archive.read("skipped", value);
        const auto skipped = value.toList();
        for (std::size_t i = 0; i < skipped.size(); ++i) state.skipped.push_back(skipped.get(i).toStringRef());
        read_weights(archive, "weights/", state.weights);
        read_weights(archive, "average/", state.average);
        read_weights(archive, "best/", state.best);
        for (int i = 1; i <= state.epoch; ++i)
            state.history.push_back(read_record(archive, static_cast<std::size_t>(i)));
        archive.read("optimizer", optimizer_archive);
        optimizer.load(optimizer_archive);
    } catch (...) {
        rethrow_from_libtorch(ErrorCode::bad_data, file.string(), "is no checkpoint that can be read",
                              "Leave --resume out to start afresh.");
    }
}

}  // namespace slidetype
