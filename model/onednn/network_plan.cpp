// From a list of layers to two chains of primitives:
//
//   tile chain, one tile:    bytes → [prepare_tile] → convolution + ReLU → pooling → … ─┐ a row each
//   row chain, kTiles rows:  ┌──────────────────────────────────────────────────────────┘
//                            └→ dense + ReLU → … → features
//
// A dense layer is a 1 × 1 convolution over a picture of kTiles pixels, one for each tile. (oneDNN's inner product is
// no faster and, with AVX2, rounds the last rows of a batch in another way than the first.)
//
// oneDNN chooses the memory format of every convolution (format_tag::any); where two neighbours do not
// agree, a conversion is put between them.
//
// In floats, convolutions of 3 × 3 are computed by Winograd's minimal filtering F(4 × 4, 3 × 3), a quarter of the
// multiplications (Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016): oneDNN's where it
// has it, else ours (winograd.h), which reads and writes channels last.
#include "model/onednn/network_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "model/onednn/descriptor.h"
#include "model/onednn/integer_weights.h"
#include "model/onednn/large_buffer.h"

namespace slidetype {
namespace {

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

constexpr auto kRows = static_cast<memory::dim>(NetworkPlan::kTiles);

std::size_t type_bytes(Type type) {
    return type == Type::f32 ? 4 : 1;
}

class Planner {
  public:
    Planner(const dnnl::engine& engine, const Architecture& architecture, const Weights& weights,
            const Int8Config* int8)
        : engine_(engine), layers_(architecture.layers), weights_(weights), int8_(int8) {
        name_layers();
        memory::dim edge = architecture.patch_size_px;
        if (const auto step = step_of(0)) {
            // oneDNN pads with the byte 0, which is not the zero of values with both signs.
            plan_.bytes = ByteCode{*step, int8->zero};
            plan_.margin = std::get<ConvLayer>(layers_.front()).padding;
            edge += 2 * plan_.margin;
        }
        now_ = memory::desc({1, 3, edge, edge}, plan_.bytes ? Type::u8 : Type::f32, Tag::nhwc);
    }

    NetworkPlan plan() && {
        std::size_t last = layers_.size();
        while (!std::holds_alternative<DenseLayer>(layers_[last - 1])) --last;  // features are what enters this one
        for (at_ = 0; at_ + 1 < last; ++at_) {
            const auto& layer = layers_[at_];
            if (is_filtered(at_)) {
                add_filtering(std::get<ConvLayer>(layer));
            } else if (const auto* conv = std::get_if<ConvLayer>(&layer)) {
                add_convolution(*conv);
            }
            if (const auto* pool = std::get_if<MaxPoolLayer>(&layer)) add_max_pooling(*pool);
            if (std::holds_alternative<GlobalAveragePoolLayer>(layer)) add_average();
            if (const auto* dense = std::get_if<DenseLayer>(&layer)) add_dense(*dense);
        }
        end_in_features();
        return std::move(plan_);
    }

  private:
    void name_layers() {
        int convs = 0, denses = 0;
        for (const auto& layer : layers_) {
            std::string name;
            if (std::holds_alternative<ConvLayer>(layer)) name = "conv" + std::to_string(++convs);
            if (std::holds_alternative<DenseLayer>(layer)) name = "dense" + std::to_string(++denses);
            names_.push_back(std::move(name));
        }
    }

    /// The step of the bytes that a layer reads; nothing where it reads floats.
    std::optional<float> step_of(std::size_t layer) const {
        if (int8_ == nullptr) return std::nullopt;
        const auto found = int8_->steps.find(names_[layer]);
        if (found == int8_->steps.end()) return std::nullopt;
        return static_cast<float>(found->second);
    }

    /// That of the next layer with weights, where nothing lies between that makes other values.
    std::optional<float> step_after(std::size_t layer) const {
        for (++layer; layer < layers_.size(); ++layer) {
            if (std::holds_alternative<GlobalAveragePoolLayer>(layers_[layer])) return std::nullopt;
            if (!names_[layer].empty()) return step_of(layer);
        }
        return std::nullopt;
    }

    /// With scratch memory that we bring, so that threads can share the primitive.
    static dnnl::primitive_attr new_attributes() {
        dnnl::primitive_attr attributes;
        attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
        return attributes;
    }

    Chain& chain() { return in_rows_ ? plan_.rows : plan_.tile; }

    template <class PrimitiveDesc>
    Operation& append(std::string name, const PrimitiveDesc& desc, dnnl::primitive primitive) {
        Operation operation;
        operation.name = std::move(name);
        operation.implementation = desc.impl_info_str();
        operation.primitive = std::move(primitive);
        operation.source = desc.src_desc();
        operation.destination = desc.dst_desc();
        operation.scratchpad = desc.scratchpad_desc();
        now_ = operation.destination;
        chain().push_back(std::move(operation));
        return chain().back();
    }

    /// A conversion of what is there now.
    void convert_to(const std::string& name, const memory::desc& wanted, float scale) {
        auto attributes = new_attributes();
        if (scale != 1) scale_source(attributes, scale);
        const dnnl::reorder::primitive_desc desc(engine_, now_, engine_, wanted, attributes);
        auto& operation = append(name, desc, dnnl::reorder(desc));
        if (scale != 1) bring_scales(operation, kSourceScale, {scale});
    }

    /// Makes what is there now what a layer reads.
    void bring_to(const memory::desc& wanted, const std::optional<float>& step) {
        if (now_ == wanted) return;
        if (chain().empty() && !in_rows_ && type_of(wanted) == Type::f32 && is_plain(wanted)) {
            now_ = wanted;  // pixels can be put anywhere
            return;
        }
        convert_to(names_[at_] + " input", wanted, step && type_of(now_) == Type::f32 ? 1 / *step : 1);
    }

    /// Weights in memory, in oneDNN's format.
    memory pack(const void* values, const memory::desc& plain, const memory::desc& wanted) {
        plan_.buffers.push_back(make_large_buffer(wanted.get_size()));
        const memory from(plain, engine_, const_cast<void*>(values)), to(wanted, engine_, plan_.buffers.back().get());
        const dnnl::reorder::primitive_desc desc(engine_, plain, engine_, wanted, new_attributes());
        const auto scratch = make_large_buffer(desc.scratchpad_desc().get_size());
        dnnl::stream stream(engine_);
        dnnl::reorder(desc).execute(stream, {{DNNL_ARG_FROM, from},
                                             {DNNL_ARG_TO, to},
                                             {DNNL_ARG_SCRATCHPAD, {desc.scratchpad_desc(), engine_, scratch.get()}}});
        stream.wait();
        return to;
    }

    /// Where attributes do not hold the scales of a primitive, its arguments do.
    void bring_scales(Operation& operation, int argument, const std::vector<float>& scales) {
        if (!kScalesAtRunTime) return;
        const memory::desc desc({static_cast<memory::dim>(scales.size())}, Type::f32, Tag::x);
        operation.constants[argument] = pack(scales.data(), desc, desc);
    }

    static dnnl::primitive_attr attributes_for(const IntegerWeights& numbers, bool relu) {
        auto attributes = new_attributes();
        if (!numbers.scales.empty()) scale_outputs(attributes, numbers.scales);
        dnnl::post_ops after;
        if (relu) append_relu(after);
        attributes.set_post_ops(after);
        return attributes;
    }

    /// The fastest way that oneDNN has. Of Winograd's, its own first choice is F(2 × 2, 3 × 3) for a single small
    /// picture, which is slower. Fewer than 16 input channels would be filled up to 16.
    static dnnl::convolution_forward::primitive_desc choose(const ConvolutionRequest& request) {
        if (type_of(request.in) == Type::f32 && dims_of(request.in)[1] % 16 == 0) {
            if (auto winograd = winograd_convolution(request, "4x3")) return *std::move(winograd);
        }
        return direct_convolution(request);
    }

    /// Whether we filter the layer ourselves: its channels are to fill vectors, as all but those of the pixels do.
    bool is_filtered(std::size_t layer) const {
        const auto* conv = std::get_if<ConvLayer>(&layers_[layer]);
        return !kHasWinograd && conv != nullptr && !step_of(layer) && conv->kernel == 3 && conv->stride == 1 &&
               conv->padding <= 1 && conv->inputs % 16 == 0;
    }

    /// The layer at_, which is_filtered(), from what is there now.
    void add_filtering(const ConvLayer& conv) {
        const auto& name = names_[at_];
        const auto in = dims_of(now_);
        const auto size = [](memory::dim number) { return static_cast<std::size_t>(number); };
        const FilteringShape shape{.inputs = size(conv.inputs),
                                   .outputs = size(conv.outputs),
                                   .height = size(in[2]),
                                   .width = size(in[3]),
                                   .padding = size(conv.padding)};
        bring_to(memory::desc(in, Type::f32, Tag::nhwc), std::nullopt);
        Operation operation;
        operation.name = name;
        operation.implementation = "wino_4x3:" + std::string(to_string(widest_vectors()));
        operation.layer = true;
        operation.filtering = std::make_shared<WinogradConvolution>(shape, weights_.at(name + ".weight").values,
                                                                    weights_.at(name + ".bias").values, true);
        operation.source = now_;
        const auto dim = [](std::size_t number) { return static_cast<memory::dim>(number); };
        operation.destination =
            memory::desc({1, conv.outputs, dim(shape.out_height()), dim(shape.out_width())}, Type::f32, Tag::nhwc);
        operation.scratchpad = memory::desc({dim(operation.filtering->scratch_bytes())}, Type::u8, Tag::x);
        now_ = operation.destination;
        chain().push_back(std::move(operation));
    }

    /// The layer at_, from what is there now.
    void add_convolution(const memory::dims& weight_dims, const memory::dims& out_dims, int stride, int padding,
                         bool relu) {
        const auto& name = names_[at_];
        const auto& weights = weights_.at(name + ".weight");
        const auto& bias = weights_.at(name + ".bias").values;
        const auto in = step_of(at_), out = in ? step_after(at_) : std::nullopt;
        IntegerWeights numbers;
        if (in) numbers = to_integers(weights, bias, *in, at_ == 0 ? int8_->zero : 0, out.value_or(1));

        const auto any = [](const memory::dims& dims, Type type) { return memory::desc(dims, type, Tag::any); };
        const memory::desc bias_desc({out_dims[1]}, Type::f32, Tag::x);
        const auto desc = choose({.engine = engine_,
                                  .in = any(dims_of(now_), in ? Type::u8 : Type::f32),
                                  .weights = any(weight_dims, in ? Type::s8 : Type::f32),
                                  .bias = bias_desc,
                                  .out = any(out_dims, out ? Type::u8 : Type::f32),
                                  .strides = {stride, stride},
                                  .paddings = {padding, padding},
                                  .attributes = attributes_for(numbers, relu)});
        bring_to(desc.src_desc(), in);
        auto& operation = append(name, desc, dnnl::convolution_forward(desc));
        operation.layer = true;
        const memory::desc plain(weight_dims, in ? Type::s8 : Type::f32, in ? Tag::ohwi : Tag::oihw);
        const void* values = in ? static_cast<const void*>(numbers.weights.data()) : weights.values.data();
        operation.constants[DNNL_ARG_WEIGHTS] = pack(values, plain, desc.weights_desc());
        operation.constants[DNNL_ARG_BIAS] = pack((in ? numbers.bias : bias).data(), bias_desc, bias_desc);
        if (in) bring_scales(operation, kWeightScales, numbers.scales);
    }

    void add_convolution(const ConvLayer& conv) {
        const auto in = dims_of(now_);
        const int padding = at_ == 0 ? conv.padding - plan_.margin : conv.padding;
        const auto steps = [&](memory::dim edge) { return (edge + 2 * padding - conv.kernel) / conv.stride + 1; };
        add_convolution({conv.outputs, conv.inputs, conv.kernel, conv.kernel},
                        {1, conv.outputs, steps(in[2]), steps(in[3])}, conv.stride, padding, true);
    }

    void add_dense(const DenseLayer& dense) {
        if (!in_rows_) gather_rows();
        add_convolution({dense.outputs, dense.inputs, 1, 1}, {1, dense.outputs, 1, kRows}, 1, 0, dense.relu);
    }

    void add_pooling(dnnl::algorithm algorithm, const char* name, const memory::dims& kernel, const memory::dims& out) {
        const auto desc = pooling({.engine = engine_,
                                   .algorithm = algorithm,
                                   .in = now_,
                                   .out = memory::desc(out, type_of(now_), Tag::any),
                                   .kernel = kernel,
                                   .attributes = new_attributes()});
        append(name, desc, dnnl::pooling_forward(desc));
    }

    void add_max_pooling(const MaxPoolLayer& pool) {
        const auto in = dims_of(now_);
        add_pooling(dnnl::algorithm::pooling_max, "maximum", {pool.size, pool.size},
                    {in[0], in[1], in[2] / pool.size, in[3] / pool.size});
    }

    void add_average() {
        const auto in = dims_of(now_);
        add_pooling(dnnl::algorithm::pooling_avg_exclude_padding, "average", {in[2], in[3]}, {in[0], in[1], 1, 1});
    }

    /// Ends the tile chain in rows of flattened tiles, which dense layers read.
    void gather_rows() {
        const auto step = step_of(at_);
        const memory::dim elements =
            end_tiles("rows", step ? Type::u8 : Type::f32, step && type_of(now_) == Type::f32 ? 1 / *step : 1);
        in_rows_ = true;
        now_ = memory::desc({1, elements, 1, kRows}, step ? Type::u8 : Type::f32, Tag::nhwc);
    }

    /// Each tile's values in one row, channels first; returns how many they are.
    memory::dim end_tiles(const char* name, Type type, float scale) {
        const memory::desc row(dims_of(now_), type, Tag::nchw);
        convert_to(name, row, scale);
        plan_.row_bytes = row.get_size();
        return static_cast<memory::dim>(row.get_size() / type_bytes(type));
    }

    void end_in_features() {
        if (!in_rows_) {
            plan_.features = static_cast<std::size_t>(end_tiles("features", Type::f32, 1));
            return;
        }
        const memory::desc rows(dims_of(now_), Type::f32, Tag::nhwc);
        plan_.features = static_cast<std::size_t>(dims_of(now_)[1]);
        if (now_ != rows) convert_to("features", rows, 1);
    }

    const dnnl::engine& engine_;
    NetworkPlan plan_;
    const std::vector<Layer>& layers_;
    const Weights& weights_;
    const Int8Config* int8_;
    std::vector<std::string> names_;  ///< empty for layers without weights
    memory::desc now_;
    std::size_t at_ = 0;
    bool in_rows_ = false;
};

}  // namespace

NetworkPlan plan_network(const dnnl::engine& engine, const Architecture& architecture, const Weights& weights,
                         const Int8Config* int8) {
    return Planner(engine, architecture, weights, int8).plan();
}

}  // namespace slidetype
