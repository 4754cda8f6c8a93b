#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace slidetype {

/// What is done to 8-bit RGB before the first layer.
enum class InputKind {
    unit,                  ///< x / 255
    standardised_density,  ///< optical density -ln((x + 1) / 256), then per tile and channel (d - mean) / sqrt(var + e)
    grey_density,          ///< mean optical density of the channels, standardised per tile, in all three channels
    macenko,               ///< stains normalised to fixed ones (Macenko et al., ISBI 2009), then x / 255
};
/// Whether the values that enter the first layer are bytes / 255.
bool is_made_of_bytes(InputKind kind);
std::string_view to_string(InputKind kind);
/// Throws Error(bad_model) for another name.
InputKind find_input_kind(std::string_view name);
std::vector<std::string> input_kind_names();

/// Variance floor of InputKind::standardised_density: keeps blank glass from being blown up into noise.
inline constexpr double kDensityVarianceFloor = 1e-3;
/// Variance floor of batch normalisation (the usual 1e-5).
inline constexpr double kBatchNormEpsilon = 1e-5;

/// Square convolution, then batch normalisation if asked, then ReLU. No bias where batch norm follows.
struct ConvLayer {
    int inputs, outputs, kernel, padding;
    bool batch_norm;
    int stride = 1;  ///< a rest of fewer pixels at the right and lower edge is not seen
};
struct MaxPoolLayer {
    int size;  ///< also the stride; a rest of fewer pixels is dropped
};
struct GlobalAveragePoolLayer {};
struct FlattenLayer {};  ///< channels first (C, H, W), as torch.flatten on NCHW
struct DropoutLayer {
    double rate;  ///< in training only
};
struct DenseLayer {
    int inputs, outputs;
    bool relu;
};
using Layer = std::variant<ConvLayer, MaxPoolLayer, GlobalAveragePoolLayer, FlattenLayer, DropoutLayer, DenseLayer>;

/// A network as data: a chain of layers that ends in one logit z with P(second class) = sigmoid(z / temperature).
/// Every backend builds itself from this one description.
struct Architecture {
    std::string name;
    int patch_size_px;
    double spacing_um_px;  ///< that its training data is taken to have
    InputKind input;       ///< that suits it; a model directory may name another
    std::vector<Layer> layers;
    int symmetry;          ///< turns under which it is trained to give the same: 1 none, 4 right angles, 8 mirrored too
    double learning_rate;  ///< highest rate of the one-cycle schedule that suits it
    int turns = 1;         ///< positions of a tile that are averaged where nothing else is asked for; see turns.h
};

/// "seed": 14 839 105 parameters, 256 px at 0.5 µm/px; "compact": 0.54 million, 112 px at 8/7 µm/px.
/// Throws Error(bad_model) for another name.
const Architecture& find_architecture(std::string_view name);
std::vector<std::string> architecture_names();

/// A tensor of the network, in the order of the layers.
struct TensorSpec {
    std::string name;  ///< such as "conv1.weight", "conv1.running_mean", "dense2.bias"
    std::vector<std::int64_t> shape;
    bool trainable;  ///< false for the running statistics of batch normalisation
    std::size_t elements() const;
};
std::vector<TensorSpec> tensors_of(const Architecture& architecture);

/// "conv1", "conv2", … "dense1", …: the layers that have weights, in order.
std::vector<std::string> weighted_layers(const Architecture& architecture);

/// The features: what enters the last dense layer.
std::size_t feature_count(const Architecture& architecture);

/// "gate.weight" {1, features} and "gate.bias" {1}: a second linear head beside the last layer, with
/// P(tumour) = sigmoid(gate / temperature). Weights may hold both or neither.
std::vector<TensorSpec> gate_tensors_of(const Architecture& architecture);

/// Number of trainable parameters, without the gate.
std::size_t parameter_count(const Architecture& architecture);

/// Shape after each layer for one tile, channels first: {channels, height, width} or {features}.
/// Throws Error(internal) where the layers do not fit each other.
std::vector<std::vector<int>> layer_shapes(const Architecture& architecture);

}  // namespace slidetype
