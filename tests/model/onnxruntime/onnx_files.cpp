// Field numbers are those of onnx.proto.
#include "tests/model/onnxruntime/onnx_files.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace slidetype::testing {
namespace {

constexpr std::uint64_t kFloat = 1, kHalf = 10;

std::string tensor(const std::string& name, const std::vector<std::size_t>& edges, const std::vector<float>& values,
                   const std::string& elsewhere = {}) {
    ProtoMessage message;
    for (const auto edge : edges) message.number(1, edge);
    message.number(2, kFloat).bytes(8, name);
    if (!elsewhere.empty()) {
        message.bytes(13, ProtoMessage().bytes(1, "location").bytes(2, elsewhere).text()).number(14, 1);
        return message.text();
    }
    std::string raw(values.size() * sizeof(float), '\0');
    std::memcpy(raw.data(), values.data(), raw.size());
    return message.bytes(9, raw).text();
}

std::string port(const std::string& name, std::uint64_t type, const std::vector<int>& edges) {
    ProtoMessage shape;
    for (const int edge : edges) {
        ProtoMessage dimension;
        if (edge < 0)
            dimension.bytes(2, "N");
        else
            dimension.number(1, static_cast<std::uint64_t>(edge));
        shape.bytes(1, dimension.text());
    }
    const auto of_tensor = ProtoMessage().number(1, type).bytes(2, shape.text()).text();
    return ProtoMessage().bytes(1, name).bytes(2, ProtoMessage().bytes(1, of_tensor).text()).text();
}

std::string whole_numbers(const std::string& name, const std::vector<std::uint64_t>& values) {
    ProtoMessage message;
    message.bytes(1, name).number(20, 7);
    for (const auto value : values) message.number(8, value);
    return message.text();
}

std::string whole_number(const std::string& name, std::uint64_t value) {
    return ProtoMessage().bytes(1, name).number(20, 2).number(3, value).text();
}

std::string node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
                 const std::vector<std::string>& attributes = {}) {
    ProtoMessage message;
    for (const auto& input : inputs) message.bytes(1, input);
    message.bytes(2, output).bytes(4, type);
    for (const auto& attribute : attributes) message.bytes(5, attribute);
    return message.text();
}

}  // namespace

void ProtoMessage::varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>((value & 0x7F) | 0x80);
    text_ += static_cast<char>(value);
}

ProtoMessage& ProtoMessage::number(std::uint64_t field, std::uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
}

ProtoMessage& ProtoMessage::bytes(std::uint64_t field, const std::string& value) {
    varint(field << 3 | 2);
    varint(value.size());
    text_ += value;
    return *this;
}

void DrawnOnnx::draw() {
    std::mt19937 generator(17);
    const auto drawn = [&](std::size_t count, float deviation) {
        std::normal_distribution<float> normal(0, deviation);
        std::vector<float> values(count);
        for (auto& value : values) value = normal(generator);
        return values;
    };
    filters = drawn(std::size_t{kFilters} * 3 * kKernel * kKernel, 0.1F);
    dense = drawn(dimension * kFilters, infinite ? 1e38F : 1.0F);
    bias = drawn(dimension, 0.5F);
}

std::string DrawnOnnx::file() const {
    ProtoMessage graph;
    const auto add = [&graph](const std::string& text) { graph.bytes(1, text); };
    std::string at = input;
    if (halves) add(node("Cast", {input}, at = "floats", {whole_number("to", kFloat)}));
    add(node("Conv", {at, "filters"}, "seen", {whole_numbers("strides", {2, 2}), whole_numbers("pads", {3, 3, 3, 3})}));
    add(node("Relu", {"seen"}, "positive"));
    add(node("GlobalAveragePool", {"positive"}, "pooled"));
    add(node("Flatten", {"pooled"}, "flat"));
    add(node(dense_operator, {"flat", "dense", "bias"}, at = "rows", {whole_number("transB", 1)}));
    if (less_mean) {
        add(node("ReduceMean", {at}, "mean", {whole_numbers("axes", {0})}));
        add(node("Sub", {at, "mean"}, "left"));
        at = "left";
    }
    if (pooled_maps) {
        add(node("Unsqueeze", {at}, "maps", {whole_numbers("axes", {2, 3})}));
        at = "maps";
    }
    add(node("Cast", {at}, "features", {whole_number("to", halves ? kHalf : kFloat)}));
    graph.bytes(2, "drawn");
    const auto outputs = static_cast<std::size_t>(dimension);
    graph.bytes(5, tensor("filters", {kFilters, 3, kKernel, kKernel}, filters));
    graph.bytes(5, tensor("dense", {outputs, kFilters}, dense, dense_elsewhere))
        .bytes(5, tensor("bias", {outputs}, bias));
    const auto type = halves ? kHalf : kFloat;
    const int any = batch.value_or(-1);
    graph.bytes(11, flat_input ? port(input, type, {any, 3 * edge * edge}) : port(input, type, {any, 3, edge, edge}));
    if (two_outputs) graph.bytes(12, port("flat", kFloat, {any, kFilters}));
    std::vector<int> given = {any, static_cast<int>(dimension)};
    if (pooled_maps) given.insert(given.end(), {1, 1});
    graph.bytes(12, port("features", type, given));
    const auto opset = ProtoMessage().bytes(1, "").number(2, 11).text();
    return ProtoMessage().number(1, 7).bytes(7, graph.text()).bytes(8, opset).text();
}

std::vector<double> DrawnOnnx::features(const std::uint8_t* rgb, const std::vector<double>& mean,
                                        const std::vector<double>& deviation) const {
    const auto pixel = [&](int channel, int y, int x) {
        if (y < 0 || x < 0 || y >= edge || x >= edge) return 0.0;
        const auto c = static_cast<std::size_t>(channel);
        return (rgb[(y * edge + x) * 3 + channel] / 255.0 - mean[c]) / deviation[c];
    };
    const int steps = (edge - 1) / 2 + 1;
    std::vector<double> pooled(kFilters, 0.0), out(bias.begin(), bias.end());
    for (int filter = 0; filter < kFilters; ++filter) {
        for (int place = 0; place < steps * steps; ++place) {
            double sum = 0;
            for (int i = 0; i < 3 * kKernel * kKernel; ++i) {
                const int channel = i / (kKernel * kKernel), row = i / kKernel % kKernel, column = i % kKernel;
                sum += double{filters[static_cast<std::size_t>(filter * 3 * kKernel * kKernel + i)]} *
                       pixel(channel, place / steps * 2 + row - 3, place % steps * 2 + column - 3);
            }
            pooled[static_cast<std::size_t>(filter)] += std::max(sum, 0.0) / (steps * steps);
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (std::size_t f = 0; f < pooled.size(); ++f) out[i] += pooled[f] * double{dense[i * pooled.size() + f]};
    }
    return out;
}

}  // namespace slidetype::testing
