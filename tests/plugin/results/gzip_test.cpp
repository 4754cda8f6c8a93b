#include "plugin/results/gzip.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "unpack.h"

namespace slidetype {
namespace {

std::string packed(const std::string& text) {
    std::ostringstream sink;
    GzipStream gzip(sink);
    gzip << text;
    gzip.finish();
    return sink.str();
}

TEST(Gzip, UnpacksToWhatWentIn) {
    std::mt19937 random(1);
    std::string noise(300'000, ' ');
    for (char& c : noise) c = static_cast<char>(random());
    for (const std::string& text : {std::string(), std::string("x"), std::string(1'000'000, 'a'), noise}) {
        EXPECT_EQ(testing::unpacked(packed(text)), text);
    }
}

TEST(Gzip, TextInManyPiecesGivesTheBytesOfTextInOne) {
    std::string text;
    std::ostringstream sink;
    GzipStream gzip(sink);
    for (int k = 0; k < 50'000; ++k) {
        gzip << k << ',';
        text += std::to_string(k) + ",";
    }
    gzip.finish();
    EXPECT_EQ(sink.str(), packed(text));
}

TEST(Gzip, TheHeaderNamesNeitherTimeNorFile) {
    const std::string bytes = packed("x");
    EXPECT_EQ(bytes.substr(0, 3), std::string("\x1f\x8b\x08"));
    EXPECT_EQ(bytes.substr(3, 5), std::string(5, '\0'));
}

}  // namespace
}  // namespace slidetype
