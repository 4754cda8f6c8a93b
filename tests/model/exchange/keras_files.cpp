#include "tests/model/exchange/keras_files.h"

#include <hdf5.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <numeric>
#include <ostream>
#include <stdexcept>

#include "base/atomic_file.h"

namespace slidetype::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kLayers = {"conv2d", "conv2d_1", "conv2d_2", "dense", "dense_1"};
const std::vector<std::string> kAllLayers = {"conv2d",   "max_pooling2d",   "conv2d_1", "max_pooling2d_1",
                                             "conv2d_2", "max_pooling2d_2", "flatten",  "dense",
                                             "dropout",  "dense_1"};

void require(bool good, const char* what) {
    if (!good) throw std::runtime_error(std::string("cannot write HDF5: ") + what);
}

void write_dataset(hid_t file, const std::string& path, const std::vector<std::int64_t>& shape,
                   const std::vector<float>& values) {
    const std::vector<hsize_t> edges(shape.begin(), shape.end());
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t space = H5Screate_simple(static_cast<int>(edges.size()), edges.data(), nullptr);
    const hid_t set = H5Dcreate2(file, path.c_str(), H5T_IEEE_F32LE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    require(set >= 0 && H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0, "dataset");
    H5Dclose(set), H5Sclose(space), H5Pclose(links);
}

/// Creates the group and those above it where they are missing.
void make_group(hid_t file, const std::string& path) {
    if (path.empty() || H5Lexists(file, path.c_str(), H5P_DEFAULT) > 0) return;
    const hid_t group = H5Gcreate2(file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    require(group >= 0, "group");
    H5Gclose(group);
}

/// As numpy's arrays of bytes: texts of one length, padded with zeros; an empty list is one of numbers.
void write_texts(hid_t file, const std::string& group, const char* name, const std::vector<std::string>& texts) {
    std::size_t size = 1;
    for (const auto& text : texts) size = std::max(size, text.size());
    std::string bytes;
    for (const auto& text : texts) bytes += text + std::string(size - text.size(), '\0');
    const hid_t type = texts.empty() ? H5Tcopy(H5T_IEEE_F64LE) : H5Tcopy(H5T_C_S1);
    if (!texts.empty()) H5Tset_size(type, size), H5Tset_strpad(type, H5T_STR_NULLPAD);
    const hsize_t count = texts.size();
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t attribute = H5Acreate_by_name(file, group.empty() ? "/" : group.c_str(), name, type, space, H5P_DEFAULT,
                                              H5P_DEFAULT, H5P_DEFAULT);
    require(attribute >= 0 && (texts.empty() || H5Awrite(attribute, type, bytes.data()) >= 0), "attribute");
    H5Aclose(attribute), H5Sclose(space), H5Tclose(type);
}

/// As Python's own bytes: a text of variable length.
void write_text(hid_t file, const char* name, const std::string& text) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const char* pointer = text.c_str();
    require(attribute >= 0 && H5Awrite(attribute, type, &pointer) >= 0, "attribute");
    H5Aclose(attribute), H5Sclose(space), H5Tclose(type);
}

/// As numpy's bfloat16, of which HDF5 knows nothing but the size, with the attribute by which Keras finds it again.
void write_bfloat16(hid_t file, const std::string& path, const std::vector<std::int64_t>& shape,
                    const std::vector<float>& values) {
    std::vector<std::uint16_t> upper;
    upper.reserve(values.size());
    for (const float value : values)
        upper.push_back(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16));
    const std::vector<hsize_t> edges(shape.begin(), shape.end());
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t type = H5Tcreate(H5T_OPAQUE, 2);
    const hid_t space = H5Screate_simple(static_cast<int>(edges.size()), edges.data(), nullptr);
    const hid_t set = H5Dcreate2(file, path.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    require(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, upper.data()) >= 0, "dataset");
    write_text(set, "dtype", "bfloat16");
    H5Dclose(set), H5Sclose(space), H5Tclose(type), H5Pclose(links);
}

/// By names of which the alphabet's order is not the network's, one of them a layer within a layer.
void write_own_class(hid_t file, const KerasTensors& tensors) {
    const std::map<std::string, std::string> names = {{"conv2d", "stage_c"},
                                                      {"conv2d_1", "stage_b"},
                                                      {"conv2d_2", "stage_a"},
                                                      {"dense", "head/hidden"},
                                                      {"dense_1", "classifier"}};
    for (const auto& [layer, name] : names) {
        write_dataset(file, name + "/vars/0", tensors.shapes.at(layer + "/kernel"),
                      tensors.values.at(layer + "/kernel"));
        write_dataset(file, name + "/vars/1", tensors.shapes.at(layer + "/bias"), tensors.values.at(layer + "/bias"));
    }
    make_group(file, "pool"), make_group(file, "pool/vars"), make_group(file, "vars");
    write_dataset(file, "dropout/seed_generator/vars/0", {2}, {7, 0});
    write_dataset(file, "optimizer/vars/0", {1}, {12});
}

void write_counted(hid_t file, const std::string& root, const KerasTensors& tensors,
                   decltype(write_dataset)& write = write_dataset) {
    make_group(file, root);
    for (const auto& layer : kAllLayers) {
        make_group(file, root + "/" + layer);
        make_group(file, root + "/" + layer + "/vars");
    }
    for (const auto& layer : kLayers) {
        int number = 0;
        for (const char* part : {"/kernel", "/bias"}) {
            write(file, root + "/" + layer + "/vars/" + std::to_string(number++), tensors.shapes.at(layer + part),
                  tensors.values.at(layer + part));
        }
    }
}

/// `prefix` and `suffix` make up weight names: "" and ":0" in Keras 2, "sequential/" and "" in Keras 3.
void write_named(hid_t file, const std::string& root, const KerasTensors& tensors, const std::string& prefix,
                 const std::string& suffix) {
    make_group(file, root);
    write_texts(file, root, "layer_names", kAllLayers);
    for (const auto& layer : kAllLayers) {
        const auto group = root.empty() ? layer : root + "/" + layer;
        make_group(file, group);
        std::vector<std::string> names;
        for (const std::string part : {"/kernel", "/bias"}) {
            const auto tensor = layer + part;
            if (!tensors.shapes.contains(tensor)) continue;
            names.push_back(prefix + tensor + suffix);
            write_dataset(file, group + "/" + names.back(), tensors.shapes.at(tensor), tensors.values.at(tensor));
        }
        write_texts(file, group, "weight_names", names);
    }
}

void write_hdf5(const fs::path& file, const std::function<void(hid_t)>& content) {
    const hid_t id = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    require(id >= 0, "file");
    content(id);
    H5Fclose(id);
}

void write_archive(const fs::path& file, const std::function<void(hid_t)>& content, const std::string& config,
                   const std::string& version) {
    const fs::path weights = file.string() + ".h5";
    write_hdf5(weights, content);
    write_zip(file,
              {{"config.json", config},
               {"metadata.json", "{\"keras_version\": \"" + version + "\", \"date_saved\": \"2024-05-01@10:00:00\"}"},
               {"model.weights.h5", read_file(weights)}});
    fs::remove(weights);
}

}  // namespace

float& KerasTensors::at(const std::string& tensor, const std::vector<std::int64_t>& place) {
    const auto& shape = shapes.at(tensor);
    std::int64_t index = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) index = index * shape[axis] + place.at(axis);
    return values.at(tensor).at(static_cast<std::size_t>(index));
}

KerasTensors notebook_tensors() {
    KerasTensors tensors;
    tensors.shapes = {{"conv2d/kernel", {3, 3, 3, 32}},     {"conv2d/bias", {32}},
                      {"conv2d_1/kernel", {3, 3, 32, 64}},  {"conv2d_1/bias", {64}},
                      {"conv2d_2/kernel", {3, 3, 64, 128}}, {"conv2d_2/bias", {128}},
                      {"dense/kernel", {115200, 128}},      {"dense/bias", {128}},
                      {"dense_1/kernel", {128, 1}},         {"dense_1/bias", {1}}};
    for (const auto& [name, shape] : tensors.shapes) {
        const auto count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
        tensors.values[name].assign(static_cast<std::size_t>(count), 0.0F);
    }
    return tensors;
}

std::string notebook_config(const std::string& from, const std::string& to) {
    std::string config = R"({"class_name": "Sequential", "config": {"name": "sequential", "layers": [
{"class_name": "InputLayer", "config": {"batch_shape": [null, 256, 256, 3], "dtype": "float32", "name": "input_layer"}},
{"class_name": "Conv2D", "config": {"name": "conv2d", "filters": 32, "kernel_size": [3, 3], "strides": [1, 1],
  "padding": "valid", "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "relu",
  "use_bias": true}},
{"class_name": "MaxPooling2D", "config": {"name": "max_pooling2d", "pool_size": [2, 2], "padding": "valid",
  "strides": [2, 2]}},
{"class_name": "Conv2D", "config": {"name": "conv2d_1", "filters": 64, "kernel_size": [3, 3], "strides": [1, 1],
  "padding": "valid", "activation": "relu", "use_bias": true}},
{"class_name": "MaxPooling2D", "config": {"name": "max_pooling2d_1", "pool_size": [2, 2], "padding": "valid",
  "strides": null}},
{"class_name": "Conv2D", "config": {"name": "conv2d_2", "filters": 128, "kernel_size": [3, 3], "strides": [1, 1],
  "padding": "valid", "activation": "linear", "use_bias": true}},
{"class_name": "Activation", "config": {"name": "activation", "activation": "relu"}},
{"class_name": "MaxPooling2D", "config": {"name": "max_pooling2d_2", "pool_size": [2, 2], "padding": "valid",
  "strides": [2, 2]}},
{"class_name": "Flatten", "config": {"name": "flatten"}},
{"class_name": "Dense", "config": {"name": "dense", "units": 128, "activation": "relu", "use_bias": true}},
{"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.2}},
{"class_name": "Dense", "config": {"name": "dense_1", "units": 1, "activation": "sigmoid", "use_bias": true}}]}})";
    if (from.empty()) return config;
    const auto place = config.find(from);
    if (place == std::string::npos) throw std::invalid_argument("the configuration has no " + from);
    return config.replace(place, from.size(), to);
}

void write_zip(const fs::path& file, const std::map<std::string, std::string>& members) {
    int code = 0;
    zip_t* zip = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (zip == nullptr) throw std::runtime_error("cannot write zip");
    for (const auto& [name, bytes] : members) {
        zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
        if (zip_file_add(zip, name.c_str(), source, 0) < 0) throw std::runtime_error("cannot write zip");
    }
    if (zip_close(zip) != 0) throw std::runtime_error("cannot write zip");
}

void PrintTo(KerasLayout layout, std::ostream* out) {
    constexpr std::array kNames = {"archive_3", "archive_2_12", "weights_3",   "model_2",      "model_3",
                                   "weights_2", "bfloat16_3",   "own_class_3", "own_weights_3"};
    *out << kNames.at(static_cast<std::size_t>(layout));
}

void write_keras_file(const fs::path& file, KerasLayout layout, const KerasTensors& tensors,
                      const std::string& config) {
    switch (layout) {
        case KerasLayout::archive_3:
            return write_archive(
                file, [&](hid_t id) { write_counted(id, "layers", tensors); }, config, "3.3.3");
        case KerasLayout::archive_2_12:
            return write_archive(
                file, [&](hid_t id) { write_counted(id, "_layer_checkpoint_dependencies", tensors); }, config,
                "2.12.0");
        case KerasLayout::weights_3:
            return write_hdf5(file, [&](hid_t id) { write_counted(id, "layers", tensors); });
        case KerasLayout::model_2:
            return write_hdf5(file, [&](hid_t id) {
                write_text(id, "keras_version", "2.9.0");
                write_text(id, "model_config", config);
                write_named(id, "model_weights", tensors, "", ":0");
            });
        case KerasLayout::model_3:
            return write_hdf5(file, [&](hid_t id) {
                write_text(id, "keras_version", "3.3.3");
                write_text(id, "model_config", config);
                write_named(id, "model_weights", tensors, "sequential/", "");
            });
        case KerasLayout::weights_2:
            return write_hdf5(file, [&](hid_t id) { write_named(id, "", tensors, "", ":0"); });
        case KerasLayout::bfloat16_3:
            return write_hdf5(file, [&](hid_t id) { write_counted(id, "layers", tensors, write_bfloat16); });
        case KerasLayout::own_class_3:
            return write_archive(
                file, [&](hid_t id) { write_own_class(id, tensors); }, kOwnClassConfig, "3.3.3");
        case KerasLayout::own_weights_3:
            return write_hdf5(file, [&](hid_t id) { write_own_class(id, tensors); });
    }
}

}  // namespace slidetype::testing
