#include "model/onnxruntime/onnx_session.h"

#include <onnxruntime_c_api.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "base/half.h"
#include "base/words.h"
#include "model/onnxruntime/onnx_file.h"
#include "model/onnxruntime/onnxruntime_library.h"

namespace slidetype {
namespace {

template <typename Object>
using Handle = std::unique_ptr<Object, void (*)(Object*)>;

constexpr const char* kFails = "ONNX Runtime fails on it";
constexpr const char* kNotLoaded = "is no ONNX file that this ONNX Runtime can load";
constexpr const char* kNotRun = "the model fails";

std::string words_of(ONNXTensorElementDataType type) {
    static constexpr std::array<const char*, 12> kWords = {
        "no numbers",      "floats",          "unsigned 8-bit integers", "8-bit integers", "unsigned 16-bit integers",
        "16-bit integers", "32-bit integers", "64-bit integers",         "text",           "truth values",
        "halves",          "doubles"};
    const auto index = static_cast<std::size_t>(type);
    return index < kWords.size() ? kWords.at(index) : "numbers of another kind";
}

/// One line of a message, into which the file may have written what it likes.
std::string telling(std::string_view message) {
    constexpr std::size_t kLongest = 300;
    std::string line(trimmed(message.substr(0, kLongest)));
    std::ranges::replace_if(
        line, [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, ' ');
    while (line.ends_with('.')) line.pop_back();  // a hint follows
    return line;
}

std::string hint_for(std::string_view what) {
    if (what == kNotRun) return "Export the encoder anew, for a batch of any size (dynamic_axes).";
    if (what != kNotLoaded) return {};
    return "This is ONNX Runtime " + onnxruntime().version +
           ", without operators of others: export the encoder with an opset that it knows, or give a newer one "
           "(SLIDETYPE_ONNXRUNTIME).";
}

struct TensorType {
    ONNXTensorElementDataType numbers = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
    std::vector<std::int64_t> shape;
};

}  // namespace

struct OnnxSession::Runtime {
    explicit Runtime(std::filesystem::path path)
        : file(std::move(path)), session(load()), memory(made<OrtMemoryInfo>(api.ReleaseMemoryInfo, [&](auto** out) {
              return api.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, out);
          })) {}

    void require(OrtStatus* status, const char* what) const {
        if (status == nullptr) return;
        const auto message = telling(api.GetErrorMessage(status));
        api.ReleaseStatus(status);
        throw Error(ErrorCode::bad_model, file.string(), std::string(what) + ": " + message, hint_for(what));
    }

    /// What `make(&object)` makes.
    template <typename Object, typename Make>
    Handle<Object> made(void (*release)(Object*), Make make, const char* what = kFails) const {
        Object* object = nullptr;
        require(make(&object), what);
        return {object, release};
    }

    Handle<OrtSession> load() const {
        const auto bytes = read_onnx_file(file);
        const auto options = made<OrtSessionOptions>(api.ReleaseSessionOptions,
                                                     [&](auto** out) { return api.CreateSessionOptions(out); });
        // Threads are those of the caller.
        require(api.SetIntraOpNumThreads(options.get(), 1), kFails);
        require(api.SetInterOpNumThreads(options.get(), 1), kFails);
        // Not the other format that ONNX Runtime reads, which read_onnx_file() does not look through.
        require(api.AddSessionConfigEntry(options.get(), "session.load_model_format", "ONNX"), kFails);
        return made<OrtSession>(
            api.ReleaseSession,
            [&](auto** out) {
                return api.CreateSessionFromArray(onnxruntime().environment, bytes.data(), bytes.size(), options.get(),
                                                  out);
            },
            kNotLoaded);
    }

    TensorType type_of(const OrtTensorTypeAndShapeInfo* info) const {
        TensorType type;
        std::size_t edges = 0;
        require(api.GetTensorElementType(info, &type.numbers), kFails);
        require(api.GetDimensionsCount(info, &edges), kFails);
        type.shape.resize(edges);
        require(api.GetDimensions(info, type.shape.data(), edges), kFails);
        return type;
    }

    OnnxPort port(bool input, std::size_t index) const {
        OnnxPort port;
        OrtAllocator* allocator = nullptr;  // the one of the library, which needs no release
        char* name = nullptr;
        require(api.GetAllocatorWithDefaultOptions(&allocator), kFails);
        const auto get_name = input ? api.SessionGetInputName : api.SessionGetOutputName;
        require(get_name(session.get(), index, allocator, &name), kFails);
        port.name = name;
        port.shown = telling(port.name);
        require(api.AllocatorFree(allocator, name), kFails);

        const auto info = made<OrtTypeInfo>(api.ReleaseTypeInfo, [&](auto** out) {
            const auto get_type = input ? api.SessionGetInputTypeInfo : api.SessionGetOutputTypeInfo;
            return get_type(session.get(), index, out);
        });
        const OrtTensorTypeAndShapeInfo* tensor = nullptr;  // a part of `info`
        require(api.CastTypeInfoToTensorInfo(info.get(), &tensor), kFails);
        if (tensor == nullptr) {
            port.other = "no tensor";
            return port;
        }
        const auto type = type_of(tensor);
        port.shape = type.shape;
        port.half = type.numbers == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
        if (!port.half && type.numbers != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) port.other = words_of(type.numbers);
        return port;
    }

    template <typename Number>
    Handle<OrtValue> tensor(std::span<Number> numbers, std::span<const std::int64_t> shape,
                            ONNXTensorElementDataType type) const {
        return made<OrtValue>(api.ReleaseValue, [&](auto** out) {
            return api.CreateTensorWithDataAsOrtValue(memory.get(), numbers.data(), numbers.size_bytes(), shape.data(),
                                                      shape.size(), type, out);
        });
    }

    OnnxOutput output_of(OrtValue* value) const {
        int is_tensor = 0;
        require(api.IsTensor(value, &is_tensor), kFails);
        if (is_tensor == 0) throw Error(ErrorCode::bad_model, file.string(), "gives no tensor");
        const auto info = made<OrtTensorTypeAndShapeInfo>(
            api.ReleaseTensorTypeAndShapeInfo, [&](auto** out) { return api.GetTensorTypeAndShape(value, out); });
        const auto type = type_of(info.get());
        std::size_t count = 0;
        void* data = nullptr;
        require(api.GetTensorShapeElementCount(info.get(), &count), kFails);
        require(api.GetTensorMutableData(value, &data), kFails);
        OnnxOutput output{type.shape, std::vector<float>(count)};
        if (type.numbers == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) {
            std::copy_n(static_cast<const float*>(data), count, output.numbers.begin());
        } else if (type.numbers == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16) {
            std::transform(static_cast<const std::uint16_t*>(data), static_cast<const std::uint16_t*>(data) + count,
                           output.numbers.begin(), from_half);
        } else {
            throw Error(ErrorCode::bad_model, file.string(), "gives " + words_of(type.numbers) + ", not floats");
        }
        return output;
    }

    std::filesystem::path file;
    const OrtApi& api = *onnxruntime().api;
    Handle<OrtSession> session;
    Handle<OrtMemoryInfo> memory;
};

OnnxSession::OnnxSession(std::filesystem::path file) : runtime_(std::make_unique<Runtime>(std::move(file))) {
    const auto& api = runtime_->api;
    std::size_t inputs = 0, outputs = 0;
    runtime_->require(api.SessionGetInputCount(runtime_->session.get(), &inputs), kFails);
    runtime_->require(api.SessionGetOutputCount(runtime_->session.get(), &outputs), kFails);
    for (std::size_t i = 0; i < inputs; ++i) inputs_.push_back(runtime_->port(true, i));
    for (std::size_t i = 0; i < outputs; ++i) outputs_.push_back(runtime_->port(false, i));
}

OnnxSession::~OnnxSession() = default;

OnnxOutput OnnxSession::run(std::span<float> numbers, std::span<const std::int64_t> shape) {
    std::vector<std::uint16_t> halves;
    if (inputs_.front().half) {
        halves.resize(numbers.size());
        std::ranges::transform(numbers, halves.begin(), to_half);
    }
    const auto input = halves.empty()
                           ? runtime_->tensor(numbers, shape, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
                           : runtime_->tensor(std::span(halves), shape, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16);
    const OrtValue* const given = input.get();
    const char* const from = inputs_.front().name.c_str();
    const char* const to = outputs_.front().name.c_str();
    const auto output = runtime_->made<OrtValue>(
        runtime_->api.ReleaseValue,
        [&](auto** out) { return runtime_->api.Run(runtime_->session.get(), nullptr, &from, &given, 1, &to, 1, out); },
        kNotRun);
    return runtime_->output_of(output.get());
}

}  // namespace slidetype
