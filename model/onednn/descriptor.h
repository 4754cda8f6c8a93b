#pragma once

#include <dnnl.hpp>
#include <optional>
#include <string_view>
#include <vector>

// What oneDNN 2 and 3 spell in different ways, or do in another order: everything else is written once, for both.
// Pure functions of their arguments; they throw dnnl::error where oneDNN does.

namespace slidetype {

/// A convolution to be made: memory formats may be left to oneDNN (format_tag::any).
struct ConvolutionRequest {
    const dnnl::engine& engine;
    dnnl::memory::desc in, weights, bias, out;
    dnnl::memory::dims strides, paddings;
    dnnl::primitive_attr attributes;
};

/// Pooling in squares that do not overlap, of what has the format `in`.
struct PoolingRequest {
    const dnnl::engine& engine;
    dnnl::algorithm algorithm;
    dnnl::memory::desc in, out;
    dnnl::memory::dims kernel;
    dnnl::primitive_attr attributes;
};

#if DNNL_VERSION_MAJOR >= 3

/// Whether there is Winograd's filtering. 3 has none for processors.
inline constexpr bool kHasWinograd = false;
/// Whether what a primitive gives is scaled before the bias is added. Else sum and bias are scaled together.
inline constexpr bool kBiasAfterScaling = true;
/// Whether scales are arguments of a primitive, below the names that follow. Else its attributes hold them.
inline constexpr bool kScalesAtRunTime = true;
inline constexpr int kSourceScale = DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC;
inline constexpr int kWeightScales = DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS;

inline dnnl::memory::dims dims_of(const dnnl::memory::desc& desc) {
    return desc.get_dims();
}

inline dnnl::memory::data_type type_of(const dnnl::memory::desc& desc) {
    return desc.get_data_type();
}

/// In elements, from one value of a dimension to the next; of a plain format.
inline dnnl::memory::dim stride_of(const dnnl::memory::desc& desc, int dimension) {
    return desc.get_strides()[static_cast<std::size_t>(dimension)];
}

inline bool is_plain(const dnnl::memory::desc& desc) {
    return desc.get_format_kind() == dnnl::memory::format_kind::blocked && desc.get_inner_nblks() == 0;
}

/// What a conversion reads is multiplied by `scale`.
inline void scale_source(dnnl::primitive_attr& attributes, float /*scale*/) {
    attributes.set_scales_mask(DNNL_ARG_SRC, 0);
}

/// The sums of each output channel are multiplied by a scale of their own.
inline void scale_outputs(dnnl::primitive_attr& attributes, const std::vector<float>& /*scales*/) {
    attributes.set_scales_mask(DNNL_ARG_WEIGHTS, 1 << 0);
}

inline void append_relu(dnnl::post_ops& after) {
    after.append_eltwise(dnnl::algorithm::eltwise_relu, 0, 0);
}

/// The convolution that oneDNN takes by itself.
inline dnnl::convolution_forward::primitive_desc direct_convolution(const ConvolutionRequest& request) {
    return {request.engine,
            dnnl::prop_kind::forward_inference,
            dnnl::algorithm::convolution_direct,
            request.in,
            request.weights,
            request.bias,
            request.out,
            request.strides,
            request.paddings,
            request.paddings,
            request.attributes};
}

/// Winograd's filtering by the implementation whose name holds `name`; nothing where oneDNN has none.
inline std::optional<dnnl::convolution_forward::primitive_desc> winograd_convolution(const ConvolutionRequest&,
                                                                                     std::string_view /*name*/) {
    return std::nullopt;
}

inline dnnl::pooling_forward::primitive_desc pooling(const PoolingRequest& request) {
    const dnnl::memory::dims none = {0, 0};
    return {request.engine,
            dnnl::prop_kind::forward_inference,
            request.algorithm,
            request.in,
            request.out,
            request.kernel,
            request.kernel,
            none,
            none,
            none,
            request.attributes};
}

#else

inline constexpr bool kHasWinograd = true;
inline constexpr bool kBiasAfterScaling = false;
inline constexpr bool kScalesAtRunTime = false;
inline constexpr int kSourceScale = 0;
inline constexpr int kWeightScales = 0;

inline dnnl::memory::dims dims_of(const dnnl::memory::desc& desc) {
    return desc.dims();
}

inline dnnl::memory::data_type type_of(const dnnl::memory::desc& desc) {
    return desc.data_type();
}

inline dnnl::memory::dim stride_of(const dnnl::memory::desc& desc, int dimension) {
    return desc.data.format_desc.blocking.strides[dimension];
}

inline bool is_plain(const dnnl::memory::desc& desc) {
    return desc.data.format_kind == dnnl_blocked && desc.data.format_desc.blocking.inner_nblks == 0;
}

inline void scale_source(dnnl::primitive_attr& attributes, float scale) {
    attributes.set_output_scales(0, {scale});
}

inline void scale_outputs(dnnl::primitive_attr& attributes, const std::vector<float>& scales) {
    attributes.set_output_scales(1 << 1, scales);
}

inline void append_relu(dnnl::post_ops& after) {
    after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
}

inline dnnl::pooling_forward::primitive_desc pooling(const PoolingRequest& request) {
    const dnnl::memory::dims none = {0, 0};
    return {{dnnl::prop_kind::forward_inference, request.algorithm, request.in, request.out, request.kernel,
             request.kernel, none, none},
            request.attributes,
            request.engine};
}

namespace detail {
inline dnnl::convolution_forward::desc operation(const ConvolutionRequest& request, dnnl::algorithm algorithm) {
    return {dnnl::prop_kind::forward_inference,
            algorithm,
            request.in,
            request.weights,
            request.bias,
            request.out,
            request.strides,
            request.paddings,
            request.paddings};
}
}  // namespace detail

inline dnnl::convolution_forward::primitive_desc direct_convolution(const ConvolutionRequest& request) {
    return {detail::operation(request, dnnl::algorithm::convolution_direct), request.attributes, request.engine};
}

inline std::optional<dnnl::convolution_forward::primitive_desc> winograd_convolution(const ConvolutionRequest& request,
                                                                                     std::string_view name) {
    const auto wanted =
        detail::operation(request, dnnl::algorithm::convolution_winograd);  // next_impl() reads it again
    constexpr bool kMayBeEmpty = true;
    dnnl::convolution_forward::primitive_desc found(wanted, request.attributes, request.engine, kMayBeEmpty);
    for (bool more = found.get(true) != nullptr; more; more = found.next_impl()) {
        if (std::string_view(found.impl_info_str()).find(name) != std::string_view::npos) return found;
    }
    return std::nullopt;
}

#endif

}  // namespace slidetype
