#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace slidetype::testing {

/// The tensors of a Keras network by name, such as "conv2d/kernel", in Keras' own order of axes; all zero at first.
struct KerasTensors {
    std::map<std::string, std::vector<std::int64_t>> shapes;
    std::map<std::string, std::vector<float>> values;
    /// The number at a place, slowest axis first.
    float& at(const std::string& tensor, const std::vector<std::int64_t>& place);
};

/// The network of the original notebook: conv2d, conv2d_1, conv2d_2, dense, dense_1.
KerasTensors notebook_tensors();
/// What such a network has for a config.json.
inline constexpr const char* kOwnClassConfig =
    R"({"module": null, "class_name": "LungNet", "config": {"num_classes": 1}, "registered_name": "LungNet"})";
/// Its config.json, in which `from` is replaced by `to`, to make networks that differ.
std::string notebook_config(const std::string& from = {}, const std::string& to = {});

/// Ways in which Keras has stored such a network.
enum class KerasLayout {
    archive_3,      ///< .keras: layers/conv2d/vars/0
    archive_2_12,   ///< .keras: _layer_checkpoint_dependencies/conv2d/vars/0
    weights_3,      ///< .weights.h5: as in the archive, without a configuration
    model_2,        ///< .h5: model_weights/conv2d/conv2d/kernel:0
    model_3,        ///< .h5: model_weights/conv2d/sequential/conv2d/kernel
    weights_2,      ///< .h5: conv2d/conv2d/kernel:0
    bfloat16_3,     ///< .weights.h5: as weights_3, in opaque pairs of bytes
    own_class_3,    ///< .keras: stage_c/vars/0, by the names that the user of a class of its own gave
    own_weights_3,  ///< .weights.h5 of such a network
};

/// For the names of tests.
void PrintTo(KerasLayout layout, std::ostream* out);

/// Writes the file in that layout with the libraries that Keras uses too (HDF5, zip).
void write_keras_file(const std::filesystem::path& file, KerasLayout layout, const KerasTensors& tensors,
                      const std::string& config = notebook_config());

/// Writes a zip archive of the given members, compressed.
void write_zip(const std::filesystem::path& file, const std::map<std::string, std::string>& members);

}  // namespace slidetype::testing
