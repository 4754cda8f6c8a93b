// slidetype models, as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/atomic_file.h"
#include "model/backends/self_test.h"
#include "model/network/model_directory.h"
#include "tests/cli/program.h"
#include "tests/model/exchange/keras_files.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::slidetype;

TEST(Models, ImportedFromKerasAreShownVerifiedAndExported) {
    const testing::TemporaryFolder folder;
    const auto file = (folder / "lung.keras").string(), model = (folder / "lung").string(),
               exported = (folder / "export").string();
    testing::write_keras_file(file, testing::KerasLayout::archive_3, testing::notebook_tensors());
    const auto import = slidetype({"models", "import-keras", file, "-o", model});
    ASSERT_EQ(import.code, 0) << import.error;
    EXPECT_THAT(import.out, HasSubstr("1 = LUSC (lung_scc)"));
    EXPECT_THAT(import.out, HasSubstr("x / 255"));
    EXPECT_TRUE(fs::exists(folder / "lung" / "torchscript_model.pt"));

    const auto show = slidetype({"models", "show", model});
    EXPECT_THAT(show.out, HasSubstr("architecture  seed"));
    EXPECT_THAT(show.out, HasSubstr("pixels / 255"));
    EXPECT_THAT(show.out, HasSubstr("tumour gate   none"));
    EXPECT_THAT(show.out, HasSubstr("self-test     4 tiles"));
    EXPECT_THAT(show.out, HasSubstr("imported from Keras"));

    const auto verify = slidetype({"models", "verify", model});
    EXPECT_EQ(verify.code, 0) << verify.error << verify.out;

    const auto out = slidetype({"models", "export", "--torchscript", model, "-o", exported});
    EXPECT_EQ(out.code, 0) << out.error;
    EXPECT_TRUE(read_model_directory(exported).is_torchscript());
    EXPECT_EQ(slidetype({"models", "verify", exported}).code, 0);

    const auto again = slidetype({"models", "import-keras", file, "-o", model});
    EXPECT_EQ(again.code, 1);
    EXPECT_THAT(again.error, HasSubstr("holds a model already"));
}

TEST(Models, ImportNamesTheLayerThatDoesNotFit) {
    const testing::TemporaryFolder folder;
    const auto file = (folder / "other.keras").string();
    testing::write_keras_file(file, testing::KerasLayout::archive_3, testing::notebook_tensors(),
                              testing::notebook_config(R"("units": 128)", R"("units": 64)"));
    const auto import = slidetype({"models", "import-keras", file, "-o", (folder / "m").string()});
    EXPECT_EQ(import.code, 1);
    EXPECT_THAT(import.error, HasSubstr("layer dense is Dense 64 where Dense 128 is expected"));
    EXPECT_FALSE(fs::exists(folder / "m"));
}

TEST(Models, ImportOfAHeadThatDoesNotRunLeavesNoModel) {
    const testing::TemporaryFolder folder;
    fs::create_directories(folder / "theirs");
    write_file(folder / "theirs/torchscript_model.pt", "no zip archive");
    const auto config = [&](const std::string& second) {
        write_file(folder / "theirs/config.json",
                   R"({"spec_version": "1.0", "feature_extractor": "compact", "patch_size_um": 128, "num_classes": 2,
                       "class_names": ["LUAD", ")" +
                       second + "\"]}");
        return slidetype({"models", "import-mil", (folder / "theirs").string(), "--encoder", "compact", "-o",
                          (folder / "ours").string()});
    };
    const auto mutation = config("KRAS");
    EXPECT_EQ(mutation.code, 1);
    EXPECT_THAT(mutation.error, HasSubstr("is of the classes LUAD, KRAS"));
    EXPECT_FALSE(fs::exists(folder / "ours"));
    const auto broken = config("squamous");
    EXPECT_EQ(broken.code, 1);
    EXPECT_THAT(broken.error, HasSubstr("head.pt: is no TorchScript file"));
    EXPECT_FALSE(fs::exists(folder / "ours/config.json"));
}

TEST(Models, VerifyEndsWithOneAndSaysWhatIsWrong) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "good", "compact", 1);
    testing::write_random_model(folder / "bad", "compact", 2);
    attach_self_test(folder / "good");
    fs::copy_file(folder / "good" / "weights.safetensors", folder / "bad" / "weights.safetensors",
                  fs::copy_options::overwrite_existing);
    const auto verify = slidetype({"models", "verify", (folder / "good").string(), (folder / "bad").string()});
    EXPECT_EQ(verify.code, 1);
    EXPECT_THAT(verify.out, HasSubstr("WRONG"));
    EXPECT_THAT(verify.error, HasSubstr("bad: weights.safetensors does not have the SHA-256"));
    EXPECT_THAT(verify.error, ::testing::Not(HasSubstr("good:")));
}

TEST(Models, VerifyRenewsTheSelfTestAfterAChangeOfOnesOwn) {
    const testing::TemporaryFolder folder;
    const auto model = (folder / "m").string();
    testing::write_random_model(model, "compact", 3);
    attach_self_test(model);
    auto config = read_file(folder / "m" / "config.json");
    const auto name = config.find("random-compact");
    ASSERT_NE(name, std::string::npos);
    write_file(folder / "m" / "config.json", config.replace(name, 14, "our-own-choice"));
    EXPECT_EQ(slidetype({"models", "verify", model}).code, 1);
    EXPECT_EQ(slidetype({"models", "verify", "--renew", model}).code, 0);
    EXPECT_EQ(slidetype({"models", "verify", model}).code, 0);
}

TEST(Models, CalibrateLetsAModelBeRunWithIntegers) {
    const testing::TemporaryFolder folder;
    const auto model = (folder / "m").string(), pictures = (folder / "pictures").string();
    testing::write_random_model(model, "compact", 4);
    testing::write_striped_folders(pictures, 112, 6);
    const auto before = slidetype({"evaluate", model, pictures, "--backend", "onednn-int8"});
    EXPECT_EQ(before.code, 1);
    EXPECT_THAT(before.error, HasSubstr("models calibrate"));

    const auto calibrate = slidetype({"models", "calibrate", model, pictures});
    EXPECT_EQ(calibrate.code, 0) << calibrate.error;
    EXPECT_THAT(calibrate.out, HasSubstr("conv6"));
    const auto verified = slidetype({"models", "verify", model});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.error;
    const auto report = (folder / "report.html").string();
    EXPECT_EQ(slidetype({"evaluate", model, pictures, "--backend", "onednn-int8", "--report", report}).code, 0);
    EXPECT_THAT(read_file(report), HasSubstr("8-bit integers"));
}

TEST(Models, FamiliariseTellsAModelWhatItWasMadeFrom) {
    const testing::TemporaryFolder folder;
    const auto model = (folder / "m").string(), pictures = (folder / "pictures").string();
    testing::write_random_model(model, "compact", 4);
    testing::write_striped_folders(pictures, 112, 6);
    EXPECT_THAT(slidetype({"models", "show", model}).out, HasSubstr("does not know what it was made from"));
    for (const std::vector<std::string>& how : {std::vector<std::string>{}, {"--add"}}) {
        std::vector<std::string> arguments = {"models", "familiarise", model, pictures, "-q"};
        arguments.insert(arguments.end(), how.begin(), how.end());
        const auto familiarise = slidetype(arguments);
        EXPECT_EQ(familiarise.code, 0) << familiarise.error;
        EXPECT_THAT(familiarise.out, HasSubstr("The model knows slides like those of"));
        EXPECT_EQ(slidetype({"models", "verify", model}).code, 0);
    }
    EXPECT_THAT(slidetype({"models", "show", model}).out, HasSubstr("slides unlike those of its"));
}

TEST(Models, SayWhatTheyAreGoodForAsLongAsItIsTrue) {
    const testing::TemporaryFolder folder;
    const auto model = (folder / "m").string(), pictures = (folder / "pictures").string();
    testing::write_random_model(model, "compact", 4);
    EXPECT_THAT(slidetype({"models", "good-for", model}).out, HasSubstr("does not say"));
    EXPECT_EQ(slidetype({"models", "good-for", model, "Stripes, nothing else."}).code, 0);
    EXPECT_EQ(slidetype({"models", "good-for", model}).out, "Stripes, nothing else.\n");
    EXPECT_THAT(slidetype({"models", "show", model}).out, HasSubstr("good for      Stripes, nothing else."));
    EXPECT_EQ(slidetype({"models", "verify", model}).code, 0);
    EXPECT_EQ(slidetype({"models", "good-for", model, "two\nlines"}).code, 1);
    testing::write_striped_folders(pictures, 112, 6);
    const auto familiarise = slidetype({"models", "familiarise", model, pictures, "-q"});
    EXPECT_THAT(familiarise.out, HasSubstr("was taken away"));
    EXPECT_THAT(slidetype({"models", "good-for", model}).out, HasSubstr("does not say"));
    EXPECT_EQ(slidetype({"models", "verify", model}).code, 0);
}

TEST(Models, AreFoundByTheNameThatTheyHaveInResults) {
    EXPECT_THAT(slidetype({"models", "show", "slidetype-compact"}).out, HasSubstr("539489"));
}

TEST(Models, OfOursAreScoredWithoutLibtorch) {
    ::setenv("SLIDETYPE_TORCH_MODULE", "/nowhere/libslidetype_torch.so", 1);
    const auto automatic = slidetype({"models", "verify", "compact"});
    ::unsetenv("SLIDETYPE_TORCH_MODULE");
    EXPECT_EQ(automatic.code, 0) << automatic.error;
}

TEST(Models, VerifyTakesEveryInstalledModelWhenNoneIsNamed) {
    const auto verify = slidetype({"models", "verify"});
    EXPECT_EQ(verify.code, 0) << verify.error;
    EXPECT_THAT(verify.out, HasSubstr("compact"));
}

}  // namespace
}  // namespace slidetype
