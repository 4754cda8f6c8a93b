#include "model/training/training_fingerprint.h"

#include <gtest/gtest.h>

#include <functional>

namespace slidetype {
namespace {

/// What a training goes by, to be changed in one place.
struct Planned {
    Dataset dataset;
    Split split;
    TrainOptions options;

    Planned() {
        dataset.tiles.resize(3);
        int number = 0;
        for (auto& tile : dataset.tiles) {
            tile.file = "picture " + std::to_string(number) + ".png";
            tile.label = number;  // LUAD, LUSC, benign
            tile.group = std::to_string(++number);
        }
        split.train = {0, 1};
        split.validation = {2};
    }
    std::string fingerprint() const { return training_fingerprint(dataset, split, options); }
};

std::string with(const std::function<void(Planned&)>& change) {
    Planned planned;
    change(planned);
    return planned.fingerprint();
}

TEST(TrainingFingerprint, IsTheSameForTheSameAndForWhatDoesNotChangeTheState) {
    EXPECT_EQ(Planned().fingerprint(), Planned().fingerprint());
    EXPECT_EQ(with([](Planned& p) { p.options.threads = 7; }), Planned().fingerprint());
    EXPECT_EQ(with([](Planned& p) { p.options.turns = 4; }), Planned().fingerprint());
}

TEST(TrainingFingerprint, HoldsWhatEachPictureTeaches) {
    EXPECT_NE(with([](Planned& p) { p.dataset.tiles[1].gate_only = true; }), Planned().fingerprint());
    EXPECT_NE(with([](Planned& p) { p.dataset.tiles[1].label = 0; }), Planned().fingerprint());
    EXPECT_NE(with([](Planned& p) { p.dataset.tiles[1].group = "1"; }), Planned().fingerprint());
}

TEST(TrainingFingerprint, TakesNoPartOfAValueForOneOfTheNext) {
    const auto labelled = [](int label, const std::string& group) {
        return with([&](Planned& p) { p.dataset.tiles[0].label = label, p.dataset.tiles[0].group = group; });
    };
    EXPECT_NE(labelled(1, "12"), labelled(11, "2"));
    const auto named = [](const std::string& first, const std::string& second) {
        return with([&](Planned& p) { p.dataset.tiles[0].file = first, p.dataset.tiles[0].group = second; });
    };
    EXPECT_NE(named("a 0 0 1 b", "c"), named("a", "b 0 0 1 c"));
    const auto split = [](std::vector<std::size_t> train, std::vector<std::size_t> validation) {
        return with([&](Planned& p) { p.split.train = std::move(train), p.split.validation = std::move(validation); });
    };
    EXPECT_NE(split({0, 1}, {2}), split({0}, {1, 2}));
}

TEST(TrainingFingerprint, HoldsTheKernelThatPicturesAreResampledWith) {
    const Planned planned;
    const auto by = [&](int kernel) {
        return training_fingerprint(planned.dataset, planned.split, planned.options, kernel);
    };
    EXPECT_EQ(by(kResamplingKernel), planned.fingerprint());
    EXPECT_NE(by(kResamplingKernel + 1), planned.fingerprint());
}

}  // namespace
}  // namespace slidetype
