// What happens to TorchScript models of others that cannot be run here: they are tried when they are opened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/backend.h"
#include "model/backends/self_test.h"
#include "model/exchange/wsinfer_export.h"
#include "model/learning/evaluation.h"
#include "tests/model/backends/torchscript_files.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class ForeignModelThatFails : public ::testing::Test {
  protected:
    /// A model as others make them.
    ModelDirectory made(const std::function<void(ModelConfig&)>& change = {}) const {
        const auto ours = testing::write_random_model(folder / "ours", "compact", 12);
        auto config = ours.config;
        config.slidetype.reset();
        if (change) change(config);
        std::filesystem::create_directories(folder / "theirs");
        write_file(folder / "theirs" / "config.json", format_config(config));
        export_torchscript(ours, file());
        return read_model_directory(folder / "theirs");
    }
    std::filesystem::path file() const { return folder / "theirs" / "torchscript_model.pt"; }

    static Error error_of(const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& error) {
            return error;
        }
        return {ErrorCode::internal, "", "nothing was thrown"};
    }
    testing::TemporaryFolder folder;
};

TEST_F(ForeignModelThatFails, NamesAnOperatorThatThisLibtorchLacksInOneLineWithAWayOut) {
    const auto model = made();
    testing::change_torchscript(file(), "torch.relu(", "torch.relu_of_another_libtorch(");
    const auto error = error_of([&] { open_classifier(model); });
    EXPECT_EQ(error.code(), ErrorCode::bad_model);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("torchscript_model.pt"), HasSubstr("aten::relu_of_another_libtorch"),
                                    Not(HasSubstr("\n"))));
    EXPECT_THAT(error.hint(), AllOf(ContainsRegex("libtorch [1-9][0-9]*\\."), HasSubstr("older"), HasSubstr("newer")));
}

TEST_F(ForeignModelThatFails, IsTriedOnADrawnTileWhenItIsOpened) {
    const auto model = made();
    testing::change_torchscript(file(), "torch.zeros_like(", "torch.linear(x, ");
    const auto running = error_of([&] { open_classifier(model); });
    EXPECT_EQ(running.code(), ErrorCode::bad_model);
    EXPECT_THAT(running.what(), AllOf(HasSubstr("the model fails"), HasSubstr("RuntimeError"), Not(HasSubstr("\n"))));

    const auto three = made([](ModelConfig& config) { config.class_names = {"a", "b", "c"}; });
    EXPECT_THAT(error_of([&] { open_classifier(three); }).what(), HasSubstr("one column per class"));
    const auto nan = made([](ModelConfig& config) {
        config.transform = {Transform{}, {Transform::Kind::normalize, 0, {0, 0, 0}, {1e-300, 1e-300, 1e-300}}};
    });
    EXPECT_THAT(error_of([&] { open_classifier(nan); }).what(), HasSubstr("no finite number"));
}

TEST_F(ForeignModelThatFails, CannotBeRunRatherThanHavingWrongScores) {
    const auto model = made();
    EXPECT_EQ(verify_model(model.path).scores, CheckResult::absent);
    testing::change_torchscript(file(), "torch.relu(", "torch.relu_of_another_libtorch(");
    const auto check = verify_model(model.path);
    EXPECT_EQ(check.scores, CheckResult::cannot_run);
    EXPECT_FALSE(check.good());
    EXPECT_THAT(check.problems, ::testing::ElementsAre(HasSubstr("build slidetype with a newer libtorch")));
}

TEST_F(ForeignModelThatFails, IsRefusedBeforePicturesAreReadForIt) {
    const auto broken = made();
    testing::change_torchscript(file(), "torch.relu(", "torch.relu_of_another_libtorch(");
    EXPECT_EQ(error_of([&] { open_for_evaluation(broken, Backend::automatic); }).code(), ErrorCode::bad_model);
    const auto others = made([](ModelConfig& config) { config.class_names = {"tumour", "normal"}; });
    EXPECT_THAT(error_of([&] { open_for_evaluation(others, Backend::automatic); }).what(), HasSubstr("other classes"));
}

}  // namespace
}  // namespace slidetype
