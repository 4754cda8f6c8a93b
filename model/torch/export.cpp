// TorchScript from C++: the layer list is written out as the text of a forward method, and the parameters registered.
#include <algorithm>
#include <iomanip>
#include <locale>
#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

void write_input(std::ostream& out, InputKind kind) {
    if (kind == InputKind::unit) return;
    const bool grey = kind == InputKind::grey_density;
    const char* over = grey ? "[1, 2, 3]" : "[2, 3]";
    out << "    x = -torch.log((torch.round(x * 255.0) + 1.0) / 256.0)\n";
    if (grey) out << "    x = torch.mean(x, [1], True)\n";
    out << "    mean = torch.mean(x, " << over << ", True)\n"
        << "    var = torch.mean((x - mean) * (x - mean), " << over << ", True)\n"
        << "    x = (x - mean) / torch.sqrt(var + " << kDensityVarianceFloor << ")\n";
    if (grey) out << "    x = torch.cat([x, x, x], 1)\n";
}

struct Pair {
    int value;
};
std::ostream& operator<<(std::ostream& out, Pair pair) {
    return out << '[' << pair.value << ", " << pair.value << ']';
}

struct Parameters {
    const char* kind;
    int number;
};
std::ostream& operator<<(std::ostream& out, const Parameters& of) {
    return out << "self." << of.kind << of.number << "_weight, self." << of.kind << of.number << "_bias";
}

std::string one_position_source(const Architecture& architecture, InputKind input) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << std::setprecision(17) << std::showpoint << "def one_position(self, x):\n";
    write_input(out, input);
    int convs = 0, denses = 0;
    for (const auto& layer : architecture.layers) {
        if (const auto* conv = std::get_if<ConvLayer>(&layer)) {
            out << "    x = torch.relu(torch.conv2d(x, " << Parameters{"conv", ++convs} << ", " << Pair{conv->stride}
                << ", " << Pair{conv->padding} << "))\n";
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer)) {
            out << "    x = torch.max_pool2d(x, " << Pair{pool->size} << ", " << Pair{pool->size}
                << ", [0, 0], [1, 1], False)\n";
        } else if (std::holds_alternative<GlobalAveragePoolLayer>(layer)) {
            out << "    x = torch.mean(x, [2, 3])\n";
        } else if (std::holds_alternative<FlattenLayer>(layer)) {
            out << "    x = torch.flatten(x, 1)\n";
        } else if (const auto* dense = std::get_if<DenseLayer>(&layer)) {
            out << "    x = torch.linear(x, " << Parameters{"dense", ++denses} << ")\n";
            if (dense->relu) out << "    x = torch.relu(x)\n";
        }
    }
    out << "    return x\n";
    return out.str();
}

/// See turns.h for the positions.
std::string forward_source(int turns, double temperature) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << std::setprecision(17) << std::showpoint << "def forward(self, x):\n    z = self.one_position(x)\n";
    for (int turn = 1; turn < turns; ++turn) {
        out << "    z = z + self.one_position(torch.rot90(" << (turn >= 4 ? "torch.flip(x, [3])" : "x") << ", "
            << turn % 4 << ", [2, 3]))\n";
    }
    out << "    z = z / " << turns * temperature << "\n    return torch.cat([torch.zeros_like(z), z], 1)\n";
    return out.str();
}

}  // namespace

void export_with_torch(const ModelDirectory& model, const std::filesystem::path& file) {
    require_network(model, "cannot be exported anew");
    const auto& architecture = find_architecture(model.config.architecture);
    const auto input = input_of(model.config);
    if (input == InputKind::macenko) {
        throw Error(ErrorCode::unsupported, model.path.string(), "Macenko normalisation cannot go into TorchScript",
                    "Train with another --input, such as standardised_density.");
    }
    try {
        torch::jit::Module module("slidetype_network");
        for (auto& [name, tensor] : to_torch(fold_batch_norm(model.weights, architecture))) {
            auto attribute = name;
            std::replace(attribute.begin(), attribute.end(), '.', '_');
            module.register_parameter(attribute, tensor.contiguous(), false);
        }
        module.define(one_position_source(architecture, input));
        module.define(forward_source(model.config.slidetype->turns, model.config.slidetype->temperature));
        module.eval();
        std::ostringstream bytes;
        module.save(bytes);
        write_file(file, bytes.str());
    } catch (...) {
        rethrow_from_libtorch(ErrorCode::bad_model, file.string(), "cannot be exported", "");
    }
}

}  // namespace slidetype
