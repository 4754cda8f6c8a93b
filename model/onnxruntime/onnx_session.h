#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// What an ONNX file says of an input or output. It need not be so.
struct OnnxPort {
    std::string name;                 ///< as the file has it
    std::string shown;                ///< the same in printable ASCII, of no great length
    bool half = false;                ///< its numbers are halves; else floats, or what `other` says
    std::string other;                ///< what it is where it is no tensor of floats or halves
    std::vector<std::int64_t> shape;  ///< negative where any size goes
};

struct OnnxOutput {
    std::vector<std::int64_t> shape;
    std::vector<float> numbers;
};

/// An ONNX file in ONNX Runtime. Thread-safe; each call computes on the calling thread alone. All errors are
/// Error(bad_model) about the file, but for Error(unsupported) where there is no ONNX Runtime.
class OnnxSession {
  public:
    explicit OnnxSession(std::filesystem::path file);
    ~OnnxSession();
    OnnxSession(const OnnxSession&) = delete;
    OnnxSession& operator=(const OnnxSession&) = delete;

    const std::vector<OnnxPort>& inputs() const { return inputs_; }
    const std::vector<OnnxPort>& outputs() const { return outputs_; }

    /// The first output for the first input, which must be floats or halves; numbers are turned to what it is.
    OnnxOutput run(std::span<float> numbers, std::span<const std::int64_t> shape);

  private:
    struct Runtime;  ///< what is ONNX Runtime's own
    std::unique_ptr<Runtime> runtime_;
    std::vector<OnnxPort> inputs_, outputs_;
};

}  // namespace slidetype
