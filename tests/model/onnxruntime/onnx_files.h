#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace slidetype::testing {

/// A message of Protocol Buffers, field after field.
class ProtoMessage {
  public:
    ProtoMessage& number(std::uint64_t field, std::uint64_t value);
    ProtoMessage& bytes(std::uint64_t field, const std::string& value);
    const std::string& text() const { return text_; }

  private:
    void varint(std::uint64_t value);
    std::string text_;
};

/// An encoder as an ONNX file, written without any library: convolution (7 x 7, step 2, margin 3) of an RGB picture,
/// ReLU, mean, dense layer. Weights are drawn, always the same.
struct DrawnOnnx {
    static constexpr int kFilters = 8, kKernel = 7;

    int edge = 32;
    std::size_t dimension = 1024;
    std::optional<int> batch = {};  ///< absent: any
    bool halves = false;            ///< what it takes and gives
    bool pooled_maps = false;       ///< gives N x D x 1 x 1
    bool infinite = false;          ///< its last layer overflows
    bool less_mean = false;         ///< gives each tile less the mean of the batch
    bool flat_input = false;        ///< takes N x (3 * edge * edge)
    bool two_outputs = false;       ///< gives what enters the dense layer, too
    std::string input = "pictures";
    std::string dense_operator = "Gemm";  ///< another is unknown
    std::string dense_elsewhere = {};     ///< a file that is said to hold the weights of the dense layer

    std::vector<float> filters, dense, bias;  ///< kFilters x 3 x 7 x 7, D x kFilters, D; draw() fills them

    void draw();
    std::string file() const;

    /// What it must give for one tile of edge x edge x 3 bytes, computed in plain C++ with doubles, where a byte enters
    /// as (byte / 255 - mean) / deviation.
    std::vector<double> features(const std::uint8_t* rgb, const std::vector<double>& mean,
                                 const std::vector<double>& deviation) const;
};

}  // namespace slidetype::testing
