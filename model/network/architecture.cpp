#include "model/network/architecture.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/error.h"

namespace slidetype {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

constexpr std::array<std::string_view, 4> kInputNames = {"unit", "standardised_density", "grey_density", "macenko"};

/// The network of the original notebook (Keras): valid convolutions, 254 -> 127 -> 125 -> 62 -> 60 -> 30.
Architecture make_seed() {
    return {"seed",
            256,
            0.5,
            InputKind::unit,
            {ConvLayer{3, 32, 3, 0, false}, MaxPoolLayer{2}, ConvLayer{32, 64, 3, 0, false}, MaxPoolLayer{2},
             ConvLayer{64, 128, 3, 0, false}, MaxPoolLayer{2}, FlattenLayer{}, DenseLayer{30 * 30 * 128, 128, true},
             DropoutLayer{0.2}, DenseLayer{128, 1, false}},
            1,
            1e-3};
}

/// The same field of view (128 µm) at 112 px: a quarter of the pixels to read, a twenty-seventh of the weights, and no
/// dense layer that could learn where in the tile something lies. The first layer halves the picture: at full
/// size most of the time would go into its wide, shallow maps. Its kernel is even, so that it reaches as far to the
/// left as to the right.
Architecture make_compact() {
    return {
        "compact",
        112,
        0.5 * 256 / 112,
        InputKind::standardised_density,
        {ConvLayer{3, 32, 6, 2, true, 2}, MaxPoolLayer{2}, ConvLayer{32, 64, 3, 1, true}, ConvLayer{64, 64, 3, 1, true},
         MaxPoolLayer{2}, ConvLayer{64, 128, 3, 1, true}, ConvLayer{128, 128, 3, 1, true}, MaxPoolLayer{2},
         ConvLayer{128, 224, 3, 1, true}, GlobalAveragePoolLayer{}, DropoutLayer{0.2}, DenseLayer{224, 1, false}},
        1,
        2e-3};
}

const std::vector<Architecture>& all_architectures() {
    static const std::vector<Architecture> all = {make_seed(), make_compact()};
    return all;
}

void require(bool condition, const Architecture& architecture) {
    if (!condition) throw Error(ErrorCode::internal, architecture.name, "layers do not fit each other");
}

}  // namespace

bool is_made_of_bytes(InputKind kind) {
    return kind == InputKind::unit || kind == InputKind::macenko;
}

std::string_view to_string(InputKind kind) {
    return kInputNames.at(static_cast<std::size_t>(kind));
}

InputKind find_input_kind(std::string_view name) {
    const auto found = std::ranges::find(kInputNames, name);
    if (found == kInputNames.end()) {
        throw Error(ErrorCode::bad_model, std::string(name), "no such kind of input");
    }
    return static_cast<InputKind>(found - kInputNames.begin());
}

std::vector<std::string> input_kind_names() {
    return {kInputNames.begin(), kInputNames.end()};
}

const Architecture& find_architecture(std::string_view name) {
    for (const auto& architecture : all_architectures()) {
        if (architecture.name == name) return architecture;
    }
    std::string known;
    for (const auto& each : architecture_names()) known += (known.empty() ? "" : ", ") + each;
    throw Error(ErrorCode::bad_model, std::string(name), "no such architecture", "Known are: " + known + ".");
}

std::vector<std::string> architecture_names() {
    std::vector<std::string> names;
    names.reserve(all_architectures().size());
    for (const auto& architecture : all_architectures()) names.push_back(architecture.name);
    return names;
}

std::size_t TensorSpec::elements() const {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1},
                           [](std::size_t n, std::int64_t edge) { return n * static_cast<std::size_t>(edge); });
}

std::vector<TensorSpec> tensors_of(const Architecture& architecture) {
    std::vector<TensorSpec> specs;
    int convs = 0, denses = 0;
    const auto add = [&specs](const std::string& name, std::vector<std::int64_t> shape, bool trainable = true) {
        specs.push_back({name, std::move(shape), trainable});
    };
    for (const auto& layer : architecture.layers) {
        if (const auto* conv = std::get_if<ConvLayer>(&layer)) {
            const auto name = "conv" + std::to_string(++convs);
            add(name + ".weight", {conv->outputs, conv->inputs, conv->kernel, conv->kernel});
            if (!conv->batch_norm) {
                add(name + ".bias", {conv->outputs});
                continue;
            }
            add(name + ".scale", {conv->outputs});
            add(name + ".shift", {conv->outputs});
            add(name + ".running_mean", {conv->outputs}, false);
            add(name + ".running_var", {conv->outputs}, false);
        } else if (const auto* dense = std::get_if<DenseLayer>(&layer)) {
            const auto name = "dense" + std::to_string(++denses);
            add(name + ".weight", {dense->outputs, dense->inputs});
            add(name + ".bias", {dense->outputs});
        }
    }
    return specs;
}

std::vector<std::string> weighted_layers(const Architecture& architecture) {
    constexpr std::string_view kEnding = ".weight";
    std::vector<std::string> layers;
    for (const auto& spec : tensors_of(architecture)) {
        if (spec.name.ends_with(kEnding)) layers.push_back(spec.name.substr(0, spec.name.size() - kEnding.size()));
    }
    return layers;
}

std::size_t feature_count(const Architecture& architecture) {
    return static_cast<std::size_t>(std::get<DenseLayer>(architecture.layers.back()).inputs);
}

std::vector<TensorSpec> gate_tensors_of(const Architecture& architecture) {
    return {{"gate.weight", {1, static_cast<std::int64_t>(feature_count(architecture))}, true},
            {"gate.bias", {1}, true}};
}

std::size_t parameter_count(const Architecture& architecture) {
    std::size_t count = 0;
    for (const auto& spec : tensors_of(architecture)) count += spec.trainable ? spec.elements() : 0;
    return count;
}

std::vector<std::vector<int>> layer_shapes(const Architecture& architecture) {
    std::vector<std::vector<int>> shapes;
    std::vector<int> now = {3, architecture.patch_size_px, architecture.patch_size_px};
    for (const auto& layer : architecture.layers) {
        std::visit(Overloaded{[&](const ConvLayer& conv) {
                                  require(now.size() == 3 && now[0] == conv.inputs, architecture);
                                  const auto steps = [&conv](int edge) {
                                      return (edge + 2 * conv.padding - conv.kernel) / conv.stride + 1;
                                  };
                                  now = {conv.outputs, steps(now[1]), steps(now[2])};
                              },
                              [&](const MaxPoolLayer& pool) {
                                  require(now.size() == 3, architecture);
                                  now = {now[0], now[1] / pool.size, now[2] / pool.size};
                              },
                              [&](const GlobalAveragePoolLayer&) {
                                  require(now.size() == 3, architecture);
                                  now = {now[0]};
                              },
                              [&](const FlattenLayer&) {
                                  now = {std::accumulate(now.begin(), now.end(), 1, std::multiplies<>())};
                              },
                              [](const DropoutLayer&) {},
                              [&](const DenseLayer& dense) {
                                  require(now.size() == 1 && now[0] == dense.inputs, architecture);
                                  now = {dense.outputs};
                              }},
                   layer);
        require(std::ranges::all_of(now, [](int edge) { return edge > 0; }), architecture);
        shapes.push_back(now);
    }
    require(now == std::vector<int>{1}, architecture);
    return shapes;
}

}  // namespace slidetype
