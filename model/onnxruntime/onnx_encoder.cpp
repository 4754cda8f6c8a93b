#include "model/onnxruntime/onnx_encoder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/onnxruntime/onnx_session.h"
#include "model/onnxruntime/onnxruntime_library.h"

namespace slidetype {
namespace {

constexpr std::int64_t kLargestBatch = 64;

std::string names_of(const std::vector<OnnxPort>& ports) {
    std::string names;
    for (const auto& port : ports) names += (names.empty() ? "" : ", ") + port.shown;
    return names;
}

class OnnxEncoder final : public ForeignEncoder {
  public:
    explicit OnnxEncoder(ForeignFile file) : ForeignEncoder(std::move(file)), session_(source()) {
        require_one_output();
        require_pictures();
        if (const auto batch = session_.inputs().front().shape.front(); batch > 0) {
            fixed_batch_ = static_cast<std::size_t>(batch);
        }
    }

    std::string description() const override { return "ONNX Runtime " + onnxruntime().version + ", CPU"; }

  protected:
    std::size_t batch() const override { return fixed_batch_ == 0 ? kBatch : fixed_batch_; }

    void forward(std::span<float> pixels, std::size_t count, std::vector<float>& rows) override {
        const auto given = fixed_batch_ == 0 ? count : fixed_batch_;
        std::vector<float> filled;
        if (given != count) {  // what fills the batch up is not looked at
            filled.assign(pixels.begin(), pixels.end());
            filled.resize(pixels.size() / count * given);
            pixels = filled;
        }
        const std::array<std::int64_t, 4> shape = {static_cast<std::int64_t>(given), 3, edge(), edge()};
        const auto output = session_.run(pixels, shape);
        if (!is_rows(output.shape, given)) refuse_output(shape_text(output.shape), given);
        rows.insert(rows.end(), output.numbers.begin(),
                    output.numbers.begin() + static_cast<std::ptrdiff_t>(count * dimension()));
    }

  private:
    [[noreturn]] void refuse(const std::string& cause, const std::string& hint) const {
        throw Error(ErrorCode::bad_model, source(), cause, hint);
    }

    void require_one_output() const {
        const auto& outputs = session_.outputs();
        if (outputs.size() == 1) return;
        refuse("gives " + std::to_string(outputs.size()) + " outputs (" + names_of(outputs) + "), and an encoder one",
               "Export it with its features as the only output.");
    }

    /// The input must be a batch of pictures of our size: any edge that is not said may be ours.
    void require_pictures() const {
        const auto wanted = "[N, 3, " + std::to_string(edge()) + ", " + std::to_string(edge()) + "]";
        const auto hint = "An encoder takes one batch of pictures, " + wanted + " floats or halves, channels first.";
        const auto& inputs = session_.inputs();
        if (inputs.size() != 1) {
            refuse("takes " + std::to_string(inputs.size()) + " inputs (" + names_of(inputs) + "), and an encoder one",
                   hint);
        }
        const auto& input = inputs.front();
        if (!input.other.empty()) refuse("takes " + input.other + ", not floats", hint);
        const auto fits = [](std::int64_t said, std::int64_t ours) { return said < 0 || said == ours; };
        const auto& shape = input.shape;
        const bool pictures = shape.size() == 4 && shape[0] != 0 && fits(shape[1], 3);
        if (!pictures) refuse("takes " + shape_text(shape) + ", not " + wanted, hint);
        if (shape[0] > kLargestBatch) {
            refuse("takes " + std::to_string(shape[0]) + " tiles at once; " + std::to_string(kLargestBatch) +
                       " are the most",
                   "Export it with a batch of any size (dynamic_axes).");
        }
        if (!fits(shape[2], edge()) || !fits(shape[3], edge())) {
            refuse("takes " + shape_text(shape) + ", not " + wanted,
                   "`resize` of encoder.json says the edge of the pictures that it takes; without it that is "
                   "`patch_size_pixels`.");
        }
    }

    OnnxSession session_;
    std::size_t fixed_batch_ = 0;  ///< 0: any size
};

}  // namespace

std::unique_ptr<Encoder> make_onnx_encoder(ForeignFile file) {
    return std::make_unique<OnnxEncoder>(std::move(file));
}

}  // namespace slidetype
