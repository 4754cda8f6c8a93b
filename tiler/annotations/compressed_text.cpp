// A zip archive, as far as it is read here (PKWARE's APPNOTE 6.3; all numbers little-endian):
//
//   for each member  a header of 30 bytes, its name, an extra field, then its data
//   the directory    for each member 46 bytes (flags at 8, method 10, CRC 16, packed size 20, size 24, lengths of name,
//                    extra field and comment at 28, 30 and 32, where its header stands at 42), its name and the rest
//   the end          22 bytes (number of members at 10, size of the directory 12, where it stands 16) and a comment
//
// Sizes are taken from the directory, which has them also where a member's header leaves them out. zlib unpacks; libzip
// would bring a library of cryptography into every start of the program.
#include "tiler/annotations/compressed_text.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/words.h"

namespace slidetype {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;
constexpr int kGzip = 16 + MAX_WBITS, kBareDeflate = -MAX_WBITS;

[[noreturn]] void refuse_packed(const std::string& source, const std::string& cause) {
    throw Error(ErrorCode::corrupt, source, "cannot be unpacked: " + cause,
                "It is damaged or was cut short: copy or export it again.");
}

[[noreturn]] void refuse(const std::string& source, const std::string& cause) {
    throw Error(ErrorCode::unsupported, source, cause, "Unpack it, and give the GeoJSON file that is meant.");
}

/// One deflated stream after the other from the same input.
class Inflater {
  public:
    Inflater(std::string_view input, int format, const std::string& source) : source_(source) {
        stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
        left_ = input.size();
        if (inflateInit2(&stream_, format) != Z_OK) throw Error(ErrorCode::memory, source, "cannot be unpacked");
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Appends what one stream holds, at most `limit` bytes in all of `out`.
    void append_stream(std::string& out, std::size_t limit) {
        int state = Z_OK;
        while (state != Z_STREAM_END) {
            const auto before = out.size();
            out.resize(before + kChunk);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
            stream_.avail_out = kChunk;
            state = step();
            out.resize(before + kChunk - stream_.avail_out);
            if (out.size() > limit) refuse_packed(source_, "it holds more than can be annotations");
            const bool stuck = state == Z_BUF_ERROR || (stream_.avail_in == 0 && left_ == 0 && stream_.avail_out != 0);
            if (state != Z_STREAM_END && stuck) refuse_packed(source_, "it ends too soon");
            if (state != Z_STREAM_END && state != Z_OK) refuse_packed(source_, "its data are damaged");
        }
    }

    void next_stream() { inflateReset(&stream_); }

    std::string_view rest() const { return {reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in + left_}; }

  private:
    /// zlib counts in 32 bits.
    int step() {
        const auto more = std::min<std::size_t>(left_, std::size_t{1} << 30);
        if (stream_.avail_in == 0) stream_.avail_in = static_cast<uInt>(more), left_ -= more;
        return inflate(&stream_, Z_NO_FLUSH);
    }

    const std::string& source_;
    z_stream stream_{};
    std::size_t left_ = 0;
};

bool is_gzip(std::string_view bytes) {
    return bytes.starts_with("\x1f\x8b");
}

std::string gunzipped(std::string_view bytes, const std::string& source, std::size_t limit) {
    Inflater inflater(bytes, kGzip, source);
    std::string text;
    inflater.append_stream(text, limit);
    while (is_gzip(inflater.rest())) {
        inflater.next_stream();
        inflater.append_stream(text, limit);
    }
    // Tapes and some programs fill up with zeros.
    if (inflater.rest().find_first_not_of('\0') != std::string_view::npos)
        refuse_packed(source, "its data are damaged");
    return text;
}

/// Numbers of an archive; reading beyond its end is an error.
class Bytes {
  public:
    Bytes(std::string_view bytes, const std::string& source) : bytes_(bytes), source_(source) {}

    std::size_t size() const { return bytes_.size(); }
    std::string_view part(std::size_t at, std::size_t length) const {
        if (at > bytes_.size() || length > bytes_.size() - at) refuse_packed(source_, "its directory is damaged");
        return bytes_.substr(at, length);
    }
    std::size_t number(std::size_t at, std::size_t length) const {
        std::size_t value = 0;
        const auto digits = part(at, length);
        for (std::size_t i = length; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(digits[i]);
        return value;
    }

  private:
    std::string_view bytes_;
    const std::string& source_;
};

struct Member {
    std::string name;
    std::size_t flags = 0, method = 0, crc = 0, packed = 0, size = 0, header = 0;
};

std::size_t find_end(const Bytes& archive, const std::string& source) {
    constexpr std::size_t kEnd = 22, kLongestComment = 0xffff;
    if (archive.size() < kEnd) refuse_packed(source, "it ends too soon");
    const auto last = archive.size() - kEnd;
    for (std::size_t at = last + 1; at-- > (last > kLongestComment ? last - kLongestComment : 0);) {
        if (archive.part(at, 4) == "PK\5\6" && archive.number(at + 20, 2) == last - at) return at;
    }
    refuse_packed(source, "it ends too soon");
}

std::vector<Member> members_of(const Bytes& archive, const std::string& source) {
    const auto end = find_end(archive, source);
    std::vector<Member> members;
    auto at = archive.number(end + 16, 4);
    for (auto left = archive.number(end + 10, 2); left > 0; --left) {
        if (archive.part(at, 4) != "PK\1\2") refuse_packed(source, "its directory is damaged");
        const auto name = archive.number(at + 28, 2);
        members.push_back({.name = std::string(archive.part(at + 46, name)),
                           .flags = archive.number(at + 8, 2),
                           .method = archive.number(at + 10, 2),
                           .crc = archive.number(at + 16, 4),
                           .packed = archive.number(at + 20, 4),
                           .size = archive.number(at + 24, 4),
                           .header = archive.number(at + 42, 4)});
        at += 46 + name + archive.number(at + 30, 2) + archive.number(at + 32, 2);
    }
    return members;
}

/// Folders, and what macOS puts beside every file.
bool is_no_file(const Member& member) {
    const auto& name = member.name;
    const auto base = name.substr(name.find_last_of('/') + 1);
    return base.empty() || base.starts_with("._") || base == ".DS_Store" || name.starts_with("__MACOSX/");
}

bool is_geojson_name(const Member& member) {
    const auto name = in_lower_case(member.name);
    return name.ends_with(".geojson") || name.ends_with(".json");
}

Member the_one_of(std::vector<Member> members, const std::string& source) {
    std::erase_if(members, is_no_file);
    if (members.empty()) refuse(source, "is a zip archive with no file in it");
    // A single file may be called what it likes.
    if (members.size() > 1) std::erase_if(members, [](const Member& member) { return !is_geojson_name(member); });
    if (members.empty()) refuse(source, "is a zip archive without a GeoJSON file");
    if (members.size() == 1) return members.front();
    refuse(source, "is a zip archive of " + counted(members.size(), "GeoJSON file") + " (\"" + members[0].name +
                       "\", \"" + members[1].name + "\"" + (members.size() > 2 ? ", …" : "") +
                       "), and it cannot be told which is meant");
}

std::string unzipped(std::string_view bytes, const std::string& source, std::size_t limit) {
    constexpr std::size_t kStored = 0, kDeflated = 8;
    const Bytes archive(bytes, source);
    const auto member = the_one_of(members_of(archive, source), source);
    if ((member.flags & 1) != 0) refuse(source, "is a zip archive with a password");
    if (member.method != kStored && member.method != kDeflated)
        refuse(source, "is a zip archive that was packed in a way which slidetype does not know");
    if (member.size > limit) refuse_packed(source, "it holds more than can be annotations");
    if (archive.part(member.header, 4) != "PK\3\4") refuse_packed(source, "its directory is damaged");
    const auto data =
        archive.part(member.header + 30 + archive.number(member.header + 26, 2) + archive.number(member.header + 28, 2),
                     member.packed);
    std::string text;
    if (member.method == kStored)
        text = data;
    else
        Inflater(data, kBareDeflate, source).append_stream(text, limit);
    const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size());
    if (text.size() != member.size || crc != member.crc) refuse_packed(source, "its data are damaged");
    return text;
}

}  // namespace

std::string unpacked(std::string bytes, const std::string& source, std::size_t limit) {
    if (is_gzip(bytes)) return gunzipped(bytes, source, limit);
    if (bytes.starts_with("PK\3\4") || bytes.starts_with("PK\5\6")) return unzipped(bytes, source, limit);
    return bytes;
}

}  // namespace slidetype
