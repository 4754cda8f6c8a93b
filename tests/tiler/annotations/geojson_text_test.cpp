#include "tiler/annotations/geojson_text.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "base/atomic_file.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/annotations/compressed_text.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::HasSubstr;

std::string gzipped(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string little(std::size_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i, value >>= 8U) out += static_cast<char>(value & 0xffU);
    return out;
}

/// An archive of stored files; `flags` and `method` are what their headers claim.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files, int flags = 0, int method = 0) {
    std::string data, directory;
    for (const auto& [name, text] : files) {
        const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size());
        const auto head = little(20, 2) + little(static_cast<std::size_t>(flags), 2) +
                          little(static_cast<std::size_t>(method), 2) + little(0, 4) + little(crc, 4) +
                          little(text.size(), 4) + little(text.size(), 4) + little(name.size(), 2);
        directory += "PK\1\2" + little(20, 2) + head + little(0, 12) + little(data.size(), 4) + name;
        data += "PK\3\4" + head + little(0, 2) + name + text;
    }
    return data + directory + "PK\5\6" + little(0, 4) + little(files.size(), 2) + little(files.size(), 2) +
           little(directory.size(), 4) + little(data.size(), 4) + little(3, 2) + "end";
}

std::string unpacked_cause(const std::string& bytes, std::size_t limit = 1000) {
    return error_of([&] { unpacked(bytes, "x.zip", limit); }).cause();
}

TEST(GeojsonText, IsReadByItsBytesWhateverTheNameSays) {
    const TemporaryFolder folder;
    write_file(folder / "a.geojson", gzipped("[1]"));
    write_file(folder / "b.gz", "[2]");
    write_file(folder / "c", zip_of({{"x", "[3]"}}));
    EXPECT_EQ(read_geojson_text(folder / "a.geojson"), "[1]");
    EXPECT_EQ(read_geojson_text(folder / "b.gz"), "[2]");
    EXPECT_EQ(read_geojson_text(folder / "c"), "[3]");
    EXPECT_EQ(code_of([&] { read_geojson_text(folder / "absent.geojson.gz"); }), ErrorCode::not_found);
}

TEST(GeojsonText, HasNullForNumbersThatJsonCannotWrite) {
    EXPECT_EQ(with_json_numbers(R"({"a":NaN,"b":[-Infinity,Infinity,nan,-inf],"c":true})"),
              R"({"a":null,"b":[null,null,null,null],"c":true})");
    EXPECT_EQ(with_json_numbers(R"({"NaN":"a \"NaN\\","b":"Infinity"})"), R"({"NaN":"a \"NaN\\","b":"Infinity"})");
    for (const auto* text : {"", "NaNa", "\"NaN", "\"\\", "[1e5,-2,null,false]"})
        EXPECT_EQ(with_json_numbers(text), text);
    EXPECT_EQ(with_json_numbers("-NaN"), "null");
}

TEST(GeojsonText, OfAllMembersOfAGzipFileComesInOne) {
    EXPECT_EQ(geojson_text(gzipped("[1,") + gzipped("2]") + std::string(512, '\0'), "x"), "[1,2]");
    const std::string long_text(3'000'000, ' ');
    EXPECT_EQ(geojson_text(gzipped(long_text), "x"), long_text);
}

TEST(CompressedText, ThatIsDamagedIsRefused) {
    const auto good = gzipped("[1,2,3,4]");
    for (std::size_t cut = 2; cut < good.size(); ++cut)
        EXPECT_EQ(code_of([&] { unpacked(good.substr(0, cut), "x", 1000); }), ErrorCode::corrupt) << cut;
    EXPECT_EQ(code_of([&] { unpacked(good + "more", "x", 1000); }), ErrorCode::corrupt);
    auto wrong = good;
    wrong[wrong.size() - 6] ^= 1;
    EXPECT_EQ(code_of([&] { unpacked(wrong, "x", 1000); }), ErrorCode::corrupt);

    const auto archive = zip_of({{"a.geojson", "[1]"}});
    EXPECT_EQ(unpacked(archive, "x", 1000), "[1]");
    for (std::size_t cut = 4; cut < archive.size(); ++cut)
        EXPECT_EQ(code_of([&] { unpacked(archive.substr(0, cut), "x", 1000); }), ErrorCode::corrupt) << cut;
    wrong = archive;
    wrong[wrong.find("[1]") + 1] = '2';
    EXPECT_THAT(unpacked_cause(wrong), HasSubstr("damaged"));
}

TEST(CompressedText, ThatIsMoreThanItMayBeIsRefused) {
    EXPECT_THAT(unpacked_cause(gzipped(std::string(300'000, ' '))), HasSubstr("more than"));
    EXPECT_THAT(unpacked_cause(zip_of({{"a", std::string(2000, ' ')}})), HasSubstr("more than"));
}

TEST(CompressedText, OfAnArchiveIsThatOfItsOneGeojsonFile) {
    EXPECT_EQ(unpacked(zip_of({{"folder/", ""}, {"folder/a.GeoJSON", "[1]"}, {"__MACOSX/._a.geojson", "x"}}), "x", 9),
              "[1]");
    EXPECT_EQ(unpacked(zip_of({{"readme.txt", "x"}, {"a.json", "[1]"}}), "x", 9), "[1]");
    EXPECT_THAT(unpacked_cause(zip_of({{"a.json", "[1]"}, {"b.json", "[1]"}})),
                HasSubstr(R"(2 GeoJSON files ("a.json", "b.json"))"));
    EXPECT_THAT(unpacked_cause(zip_of({{"a.txt", "x"}, {"b.txt", "x"}})), HasSubstr("without a GeoJSON file"));
    EXPECT_THAT(unpacked_cause(zip_of({})), HasSubstr("no file in it"));
    EXPECT_THAT(unpacked_cause(zip_of({{"a.json", "[1]"}}, 1)), HasSubstr("password"));
    EXPECT_THAT(unpacked_cause(zip_of({{"a.json", "[1]"}}, 0, 14)), HasSubstr("does not know"));
}

}  // namespace
}  // namespace slidetype
