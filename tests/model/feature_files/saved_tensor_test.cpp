// Saved tensors that no PyTorch would write: what is in them is laid out by hand, command by command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/half.h"
#include "model/bags/feature_file.h"
#include "tests/model/exchange/keras_files.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string text_value(const std::string& text) {
    return "X" + std::string(1, static_cast<char>(text.size())) + std::string(3, '\0') + text;
}

std::string whole_value(std::int32_t number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return "J" + bytes;
}

/// What a tensor of floats looks like to PyTorch; every number may be told wrongly.
struct MadeTensor {
    std::string type = "FloatStorage";
    std::int32_t stored = 6, offset = 0, rows = 3, width = 2, row_step = 2, step = 1;

    std::string commands() const {
        return "ctorch._utils\n_rebuild_tensor_v2\n((" + text_value("storage") + "ctorch\n" + type + "\n" +
               text_value("0") + text_value("cpu") + whole_value(stored) + "tQ" + whole_value(offset) +
               whole_value(rows) + whole_value(width) + "\x86" + whole_value(row_step) + whole_value(step) +
               "\x86\x89" + "ccollections\nOrderedDict\n)RtR";
    }
};

class SavedTensor : public ::testing::Test {
  protected:
    fs::path file() const { return folder_ / "a.pt"; }
    void write(const std::string& pickle, const std::vector<float>& numbers = {1, 2, 3, 4, 5, 6}) const {
        std::string bytes(numbers.size() * sizeof(float), '\0');
        std::memcpy(bytes.data(), numbers.data(), bytes.size());
        testing::write_zip(file(), {{"a/data.pkl", pickle}, {"a/data/0", bytes}});
    }
    std::string cause() const {
        try {
            (void)read_bag(file());
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
            return error.cause();
        }
        return "nothing";
    }
    std::string cause_of(const std::string& pickle) const {
        write(pickle);
        return cause();
    }
    std::string cause_of(const MadeTensor& tensor) const { return cause_of("\x80\x02" + tensor.commands() + "."); }

    testing::TemporaryFolder folder_;
};

TEST_F(SavedTensor, IsReadFromItsCommands) {
    write("\x80\x02" + MadeTensor().commands() + ".");
    const auto bag = read_bag(file());
    EXPECT_EQ(bag.tiles, 3U);
    EXPECT_EQ(bag.dimension, 2U);
    EXPECT_EQ(from_half(bag.features[5]), 6);
}

TEST_F(SavedTensor, MayBePartOfALargerOne) {
    MadeTensor tensor;
    tensor.offset = 1;
    tensor.rows = 2;
    tensor.row_step = 3;
    write("\x80\x02" + tensor.commands() + ".");
    const auto bag = read_bag(file());
    ASSERT_EQ(bag.features.size(), 4U);
    EXPECT_EQ(from_half(bag.features[0]), 2);
    EXPECT_EQ(from_half(bag.features[3]), 6);
}

TEST_F(SavedTensor, ThatClaimsMoreThanIsStoredIsRefused) {
    const std::string larger = "a tensor in it is larger than what is stored of it";
    MadeTensor tensor;
    tensor.rows = 4;
    EXPECT_THAT(cause_of(tensor), HasSubstr(larger));
    tensor = {};
    tensor.offset = 1;
    EXPECT_THAT(cause_of(tensor), HasSubstr(larger));
    tensor = {};
    tensor.stored = tensor.rows = 2'000'000'000;
    tensor.width = tensor.row_step = 1;
    EXPECT_THAT(cause_of(tensor), HasSubstr("the numbers of a tensor are missing"));
    tensor = {};
    tensor.offset = -1;
    EXPECT_THAT(cause_of(tensor), HasSubstr("an impossible shape"));
    tensor = {};
    tensor.rows = -3;
    EXPECT_THAT(cause_of(tensor), HasSubstr("an impossible shape"));
    tensor = {};
    tensor.row_step = 0;
    EXPECT_THAT(cause_of(tensor), HasSubstr("rows do not lie one after another"));
    tensor = {};
    tensor.type = "ByteStorage";
    EXPECT_THAT(cause_of(tensor), HasSubstr("torch.ByteStorage"));
}

TEST_F(SavedTensor, WithCodeIsRefusedAndTheCodeIsNotRun) {
    const auto mark = (folder_ / "ran").string();
    const auto call =
        "cposix\nsystem\n" + ("\x8c" + std::string(1, static_cast<char>(mark.size() + 6))) + "touch " + mark + "\x85R.";
    EXPECT_THAT(cause_of("\x80\x02" + call), HasSubstr("holds code: it asks for posix.system to be called. Nothing"));
    EXPECT_THAT(cause_of("\x80\x04\x8c\x05posix\x8c\x06system\x93."), HasSubstr("posix.system"));
    EXPECT_THAT(cause_of("cbuiltins\neval\n."), HasSubstr("builtins.eval"));
    EXPECT_THAT(cause_of(std::string("c\x1b[31m\nx\n.")), HasSubstr("?[31m.x"));
    EXPECT_FALSE(fs::exists(mark));
}

TEST_F(SavedTensor, WithAPickleThatIsNoneIsRefused) {
    const auto whole = "\x80\x02" + MadeTensor().commands() + ".";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_NE(cause_of(whole.substr(0, length)), "nothing") << length;
    }
    for (const std::string odd : {".", "t.", "(.", "R.", "Q.", "h\x07.", "s.", "(u.", "q\x01.", "\x85.", "(((((.", "i.",
                                  "ctorch\nFloatStorage\n."}) {
        EXPECT_NE(cause_of(odd), "nothing") << odd;
    }
}

TEST_F(SavedTensor, MayBeNestedDeeplyWithoutHarm) {
    EXPECT_THAT(cause_of("N" + std::string(200'000, '\x85') + "."), HasSubstr("no tensor of features"));
    EXPECT_THAT(cause_of(std::string(200'000, '(') + "."), HasSubstr("damaged"));
    EXPECT_THAT(cause_of(std::string(300'000, 'N') + "."), HasSubstr("larger than anything expected here"));
}

TEST_F(SavedTensor, ThatIsDamagedIsFoundByItsChecksum) {
    write("\x80\x02" + MadeTensor().commands() + ".", {1, 2, 3, 4, 1234.5F, 6});
    auto bytes = read_file(file());
    const std::string name = "a/data/0";  // the first is that before the numbers themselves, packed or not
    const auto place = bytes.find(name) + name.size() + 4;
    bytes[place] = static_cast<char>(bytes[place] ^ 4);
    write_file(file(), bytes);
    EXPECT_THAT(cause(), HasSubstr("damaged"));
}

TEST_F(SavedTensor, CutShortAnywhereIsRefused) {
    write("\x80\x02" + MadeTensor().commands() + ".");
    const auto whole = read_file(file());
    for (std::size_t length = 4; length < whole.size(); length += 7) {
        write_file(file(), whole.substr(0, length));
        EXPECT_NE(cause(), "nothing") << length;
    }
}

TEST_F(SavedTensor, OfAnotherOrderOfBytesIsRefused) {
    testing::write_zip(file(), {{"a/data.pkl", "\x80\x02" + MadeTensor().commands() + "."},
                                {"a/byteorder", "big"},
                                {"a/data/0", std::string(24, '\0')}});
    EXPECT_THAT(cause(), HasSubstr("order of bytes"));
}

TEST_F(SavedTensor, IsToldFromOtherArchives) {
    testing::write_zip(file(), {{"letter.txt", "hello"}});
    EXPECT_THAT(cause(), HasSubstr("holds no tensor that PyTorch saved"));
    write_file(file(), "\x80\x04N.");
    EXPECT_THAT(cause(), HasSubstr("a bare Python pickle, which may hold code; nothing of it was run"));
}

}  // namespace
}  // namespace slidetype
