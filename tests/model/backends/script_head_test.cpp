// Heads of others, made and run by libtorch, imported and run as a model of ours.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/half.h"
#include "model/backends/aggregators.h"
#include "model/backends/backend.h"
#include "model/backends/encoders.h"
#include "model/backends/self_test.h"
#include "model/exchange/mil_import.h"
#include "tests/model/tile_pictures.h"
#include "tests/model/torch/script_reference.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* kPooled =
    "    scores = torch.linear(x, self.dense)\n"
    "    weights = torch.softmax(scores[:, 0], 0)\n"
    "    pooled = torch.sum(torch.unsqueeze(weights, 1) * x, [0], True)\n"
    "    logits = 3 * torch.linear(pooled, self.dense[1:3])\n";

/// Over the features of a random network of ours.
class ScriptHeads : public ::testing::Test {
  protected:
    void SetUp() override {
        network = testing::write_random_model(folder / "encoder", "compact", 5);
        numbers = feature_count(find_architecture("compact"));
        tile_um = network.config.patch_size_px * network.config.spacing_um_px;
    }

    template <typename Function>
    static Function* function(const char* name) {
        static void* const module = ::dlopen(SLIDETYPE_SCRIPT_REFERENCE, RTLD_NOW | RTLD_LOCAL);
        if (module == nullptr) throw std::runtime_error(::dlerror());
        return reinterpret_cast<Function*>(::dlsym(module, name));
    }

    /// A folder as wsinfer-mil has it.
    fs::path theirs(const std::string& body, const std::string& classes = R"("LUAD", "LUSC")", double um = 0) const {
        fs::create_directories(folder / "theirs");
        const auto file = folder / "theirs/torchscript_model.pt";
        function<decltype(slidetype_save_script)>("slidetype_save_script")(
            file.c_str(), ("def forward(self, x):\n" + body).c_str(), static_cast<std::int64_t>(numbers), 3);
        write_file(folder / "theirs/config.json",
                   R"({"spec_version": "1.0", "type": "abmil", "feature_extractor": "ctranspath", "patch_size_um": )" +
                       std::to_string(um > 0 ? um : tile_um) + R"(, "num_classes": )" +
                       std::to_string(1 + std::ranges::count(classes, ',')) + R"(, "class_names": [)" + classes + "]}");
        return folder / "theirs";
    }

    ModelDirectory imported(const fs::path& from) const {
        fs::remove_all(folder / "ours");
        write_mil_model(read_mil_head(from), open_encoder((folder / "encoder").string()).info, "theirs",
                        folder / "ours");
        return read_model_directory(folder / "ours");
    }

    Error error_of(const std::function<void()>& work) const {
        try {
            work();
        } catch (const Error& error) {
            return error;
        }
        return {ErrorCode::internal, "", "nothing was thrown"};
    }

    Bag drawn_bag(std::size_t tiles) const {
        Bag bag;
        bag.tiles = tiles, bag.dimension = numbers;
        for (std::size_t i = 0; i < tiles * numbers; ++i) {
            bag.features.push_back(to_half(std::sin(static_cast<float>(i * i % 997))));
        }
        return bag;
    }

    testing::TemporaryFolder folder;
    ModelDirectory network;
    std::size_t numbers = 0;
    double tile_um = 0;
};

TEST_F(ScriptHeads, SayWhatLibtorchSays) {
    const auto folder_of_theirs = theirs(std::string(kPooled) + "    return (logits, torch.unsqueeze(weights, 0))\n");
    const auto model = imported(folder_of_theirs);
    EXPECT_TRUE(model.is_heads());
    const auto bag = drawn_bag(57);
    const auto opinion = open_aggregator(model)->aggregate(bag, 2);

    std::vector<float> features(bag.features.size());
    std::ranges::transform(bag.features, features.begin(), from_half);
    std::vector<double> logits(2), attention(bag.tiles);
    function<decltype(slidetype_run_head)>("slidetype_run_head")(
        (folder_of_theirs / "torchscript_model.pt").c_str(), features.data(), static_cast<std::int64_t>(bag.tiles),
        static_cast<std::int64_t>(numbers), logits.data(), attention.data());
    const double p = std::exp(logits[1]) / (std::exp(logits[0]) + std::exp(logits[1]));  // as wsinfer-mil has it
    EXPECT_NEAR(opinion.probabilities.back(), p, 1e-6);
    EXPECT_NEAR(opinion.logit, logits[1] - logits[0], 1e-5);
    EXPECT_GT(std::abs(p - 0.5), 1e-3);  // else nothing was compared
    ASSERT_EQ(opinion.attention.size(), bag.tiles);
    for (std::size_t i = 0; i < bag.tiles; ++i) EXPECT_NEAR(opinion.attention[i], attention[i], 1e-6);
    EXPECT_EQ(open_aggregator(model)->aggregate(bag, 1).logit, opinion.logit);
    EXPECT_EQ(opinion.head_logits.size(), 1U);

    // How much of a slide it looked at is not known, so slides have a mean, and are no bag together.
    const auto head = open_aggregator(model);
    std::vector<std::vector<BagPart>> slides = {opinion.parts, head->aggregate(drawn_bag(9), 1).parts};
    try {
        (void)head->unite(slides);
        ADD_FAILURE() << "united";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
        EXPECT_THAT(error.hint(), HasSubstr("mean-of-slides"));
    }
    for (auto& slide : slides) slide.front().log_weight = 0;
    EXPECT_NEAR(head->unite(slides).logit, (slides[0].front().mean + slides[1].front().mean) / 2, 1e-9);

    // A tile alone is a bag of one.
    auto alone = drawn_bag(1);
    const auto score = open_aggregator(model)->score(std::span(features).first(numbers), 1);
    EXPECT_NEAR(score.probabilities.back(), open_aggregator(model)->aggregate(alone, 1).probabilities.back(), 1e-6);
}

TEST_F(ScriptHeads, MayNameTheirClassesInTheOtherOrder) {
    const auto body = std::string(kPooled) + "    return (logits, weights)\n";
    const auto bag = drawn_bag(20);
    const double p = open_aggregator(imported(theirs(body)))->aggregate(bag, 1).probabilities.back();
    const auto turned = imported(theirs(body, R"("TCGA-LUSC", "lung adenocarcinoma")"));
    EXPECT_NEAR(open_aggregator(turned)->aggregate(bag, 1).probabilities.back(), 1 - p, 1e-9);
    EXPECT_EQ(turned.config.class_names, (std::vector<std::string>{"LUAD", "LUSC"}));
}

TEST_F(ScriptHeads, MayGiveTheirAttentionInOtherWays) {
    const auto bag = drawn_bag(20);
    const auto opinion = [&](const std::string& last) {
        return open_aggregator(imported(theirs(kPooled + last)))->aggregate(bag, 1);
    };
    const auto expected = opinion("    return (logits, weights)\n");
    EXPECT_NEAR(std::accumulate(expected.attention.begin(), expected.attention.end(), 0.0), 1, 1e-6);
    const auto expect_same = [&](const BagOpinion& other) {
        EXPECT_EQ(other.logit, expected.logit);
        ASSERT_EQ(other.attention.size(), expected.attention.size());
        for (std::size_t i = 0; i < bag.tiles; ++i) EXPECT_NEAR(other.attention[i], expected.attention[i], 1e-6);
    };
    expect_same(opinion("    return (logits[0], torch.unsqueeze(weights, 1))\n"));
    expect_same(opinion("    return {\"attention\": weights, \"logits\": logits}\n"));
    expect_same(
        opinion("    return (logits, torch.unsqueeze(scores[:, 0], 0), logits)\n"));  // before the softmax, as CLAM's
    // A branch for each class: that of the class which is called.
    const bool lusc = expected.probabilities.back() > 0.5;
    expect_same(opinion(lusc ? "    return (logits, torch.stack([-weights, weights]))\n"
                             : "    return (logits, torch.stack([weights, -weights]))\n"));
    const auto none = opinion("    return logits\n");
    EXPECT_EQ(none.logit, expected.logit);
    for (const float weight : none.attention) EXPECT_FLOAT_EQ(weight, 0.05F);
}

TEST_F(ScriptHeads, RunOnTilesAndAreVerified) {
    const auto model = imported(theirs(std::string(kPooled) + "    return (logits, weights)\n"));
    EXPECT_EQ(model.config.slidetype->heads->encoder.path, kEncoderFolder);
    const auto tiles = testing::noise_tiles(5, network.config.patch_size_px, 3);
    const auto scores = open_classifier(model)->classify(tiles, 5);
    ASSERT_EQ(scores.probabilities.size(), 10U);
    EXPECT_NEAR(scores.probabilities[0] + scores.probabilities[1], 1, 1e-6);
    attach_self_test(folder / "ours");
    EXPECT_TRUE(verify_model(folder / "ours").good());
    store_calibration(folder / "ours", 2.5, {.error = 0.1, .q = {0.25, 0.3}, .patients = {30, 40}});
    const auto calibrated = read_model_directory(folder / "ours");
    EXPECT_EQ(calibrated.config.slidetype->temperature, 2.5);
    EXPECT_EQ(calibrated.config.slidetype->heads->columns, model.config.slidetype->heads->columns);
    auto bytes = read_file(folder / "ours/head.pt");
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_file(folder / "ours/head.pt", bytes);
    EXPECT_EQ(error_of([&] { (void)read_model_directory(folder / "ours"); }).code(), ErrorCode::bad_model);
}

TEST_F(ScriptHeads, AreRefusedWhereTheyAreOfSomethingElse) {
    const auto body = std::string(kPooled) + "    return (logits, weights)\n";
    const auto mutation = error_of([&] { (void)read_mil_head(theirs(body, R"("wildtype", "mutant")")); });
    EXPECT_EQ(mutation.code(), ErrorCode::unsupported);
    EXPECT_THAT(mutation.what(), HasSubstr("wildtype, mutant"));
    EXPECT_EQ(error_of([&] { (void)read_mil_head(theirs(body, R"("LUAD", "LUSC", "normal")")); }).code(),
              ErrorCode::unsupported);
    EXPECT_EQ(error_of([&] { (void)read_mil_head(theirs(body, R"("LUAD", "TCGA-LUAD")")); }).code(),
              ErrorCode::unsupported);
    const auto size = error_of([&] { (void)imported(theirs(body, R"("LUAD", "LUSC")", 256)); });
    EXPECT_EQ(size.code(), ErrorCode::usage);
    EXPECT_THAT(size.what(), HasSubstr("256.0 µm"));
    EXPECT_EQ(error_of([&] { (void)read_mil_head(folder / "encoder"); }).code(), ErrorCode::bad_model);
    fs::remove(theirs(body) / "torchscript_model.pt");
    EXPECT_EQ(error_of([&] { (void)read_mil_head(folder / "theirs"); }).code(), ErrorCode::not_found);
}

TEST_F(ScriptHeads, AreTriedWhenTheyAreOpened) {
    const auto why = [&](const std::string& body) {
        const auto model = imported(theirs(body));
        const auto error = error_of([&] { (void)open_aggregator(model); });
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        return std::string(error.what());
    };
    EXPECT_THAT(why("    return (torch.linear(x, self.dense), x)\n"), HasSubstr("for logits, not [1, 2]"));
    EXPECT_THAT(why("    return (torch.linear(torch.mean(x, [0], True), self.dense[1:3]), x)\n"),
                HasSubstr("for the attention of"));
    EXPECT_THAT(why("    return torch.linear(x[:, 1:], self.dense)\n"), HasSubstr("the head fails on 1 tile of"));
    EXPECT_THAT(why("    return torch.linear(torch.mean(x, [0], True), self.dense[1:3]) / 0.0\n"),
                HasSubstr("no finite number"));
    EXPECT_THAT(why("    return \"LUSC\"\n"), HasSubstr("gives a String for logits"));
}

}  // namespace
}  // namespace slidetype
