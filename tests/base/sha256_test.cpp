#include "base/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256_blocks.h"
#include "tests/support.h"

namespace slidetype {
namespace {

// The vectors of NIST's "SHA-256 examples" and FIPS 180-4.
TEST(Sha256, AgreesWithNistVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PadsEveryLengthAroundABlockDifferently) {
    std::string previous;
    for (std::size_t length = 50; length < 130; ++length) {
        const auto now = sha256_hex(std::string(length, '\0'));
        EXPECT_EQ(now.size(), 64U);
        EXPECT_NE(now, previous);
        previous = now;
    }
}

TEST(Sha256, IsThatOfTheBytesForFiles) {
    const testing::TemporaryFolder folder;
    const auto file = folder / "file";
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{3}, std::size_t{1} << 20, (std::size_t{2} << 20) + 57}) {
        const std::string bytes(length, 'x');
        write_file(file, bytes);
        EXPECT_EQ(sha256_hex_of_file(file), sha256_hex(bytes)) << length;
    }
    EXPECT_THROW((void)sha256_hex_of_file(folder / "none"), Error);
    EXPECT_THROW((void)sha256_hex_of_file(folder.path()), Error);
}

TEST(Sha256, IsTheSameWithAndWithoutTheInstructionsOfTheProcessor) {
    if (!has_sha_instructions()) GTEST_SKIP() << "this processor has no instructions for SHA-256";
    std::vector<unsigned char> bytes(64 * 9);
    std::uint32_t seed = 7;
    for (auto& byte : bytes) byte = static_cast<unsigned char>((seed = seed * 1664525 + 1013904223) >> 24);
    for (std::size_t count = 0; count < 10; ++count) {
        Sha256State plain = {1, 0xffffffff, 3, 4, 5, 6, 7, 8}, quick = plain;
        sha256_blocks(plain, bytes.data(), count);
        sha256_blocks_by_instructions(quick, bytes.data(), count);
        EXPECT_EQ(plain, quick) << count;
    }
}

}  // namespace
}  // namespace slidetype
