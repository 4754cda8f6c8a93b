// A cohort whose features another program wrote teaches the same model, bit for bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/plugin/cohorts/made_features.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using testing::slidetype;

constexpr int kH5pyMissing = 77, kNoPythonHere = 127;

struct TaughtModel {
    std::string heads, held_out;
    bool operator==(const TaughtModel&) const = default;
};

TaughtModel taught_by(const testing::MadeStudy& study, const std::filesystem::path& features,
                      const std::filesystem::path& model) {
    const auto trained = slidetype({"train", study.table.string(), "-o", model.string(), "-q", "--features",
                                    features.string(), "--folds", "3", "--epochs", "3", "--threads", "2"});
    EXPECT_EQ(trained.code, 0) << trained.out << trained.error;
    return {read_file(model / "heads.safetensors"), read_file(model / "out_of_fold.csv")};
}

TEST(PythonCohort, OfClamAndTridentTeachesTheSameModelAsOurOwnFiles) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 12);
    const auto rewritten =
        testing::run_program("/usr/bin/python3", {std::string(SLIDETYPE_SOURCE_DIR) + "/tests/cli/cohort_by_python.py",
                                                  study.features.string(), (folder / "clam/h5_files").string(),
                                                  (folder / "20x_256px_0px_overlap/features_made").string()});
    if (rewritten.code == kH5pyMissing || rewritten.code == kNoPythonHere)
        GTEST_SKIP() << "cannot run here: " << rewritten.out << rewritten.error;
    ASSERT_EQ(rewritten.code, 0) << rewritten.out << rewritten.error;

    const auto ours = taught_by(study, study.features, folder / "ours");
    EXPECT_FALSE(ours.heads.empty());
    EXPECT_EQ(taught_by(study, folder / "clam", folder / "of_clam"), ours);
    EXPECT_EQ(taught_by(study, folder / "20x_256px_0px_overlap", folder / "of_trident"), ours);
}

}  // namespace
}  // namespace slidetype
