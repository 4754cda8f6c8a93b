#include "model/scoring/encoded_classifier.h"

#include <string>
#include <utility>

#include "base/error.h"

namespace slidetype {
namespace {

class EncodedClassifier final : public Classifier {
  public:
    EncodedClassifier(std::unique_ptr<Encoder> encoder, std::unique_ptr<TileScorer> scorer)
        : encoder_(std::move(encoder)), scorer_(std::move(scorer)) {
        if (encoder_->dimension() != scorer_->dimension()) {
            throw Error(ErrorCode::internal, encoder_->description(), "gives features of another length than is read");
        }
    }

    std::string description() const override { return encoder_->description(); }

    TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) override {
        return scorer_->score(encoder_->encode(tiles, count), count);
    }

  private:
    std::unique_ptr<Encoder> encoder_;
    std::unique_ptr<TileScorer> scorer_;
};

}  // namespace

std::unique_ptr<Classifier> make_encoded_classifier(std::unique_ptr<Encoder> encoder,
                                                    std::unique_ptr<TileScorer> scorer) {
    return std::make_unique<EncodedClassifier>(std::move(encoder), std::move(scorer));
}

}  // namespace slidetype
