// A header (order of bytes, 42 or 43, offset of the first directory), then directories of entries (tag, type, count,
// and the values or where they stand) with the offset of the next. TIFF 6.0, section 2; BigTIFF:
// https://libtiff.gitlab.io/libtiff/specification/bigtiff.html
#include "base/pictures/tag_directory.h"

#include <algorithm>
#include <array>
#include <set>

namespace slidetype {
namespace {

constexpr std::size_t kMostDirectories = 1000;
constexpr std::uint64_t kMostEntries = 4096;
constexpr std::uint64_t kMostNumbers = 16;     // of an entry that are kept: offsets of strips are of no matter here
constexpr std::uint64_t kMostText = 1U << 20;  // OME-XML of a picture
constexpr std::array<std::size_t, 17> kBytes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};  // by type
constexpr std::uint64_t kKindOfDirectory = 254;                                                      // NewSubfileType
enum Type : std::uint64_t { kByte = 1, kText = 2, kShort = 3, kLong = 4, kRatio = 5, kLong8 = 16 };

}  // namespace

bool FilePart::read(std::uint64_t at, std::span<std::uint8_t> to) const {
    if (at > size || to.size() > size - at) return false;
    if (file != nullptr) return file->read(begin + at, to);
    if (begin + at > memory.size() || to.size() > memory.size() - begin - at) return false;
    std::ranges::copy(memory.substr(begin + at, to.size()), to.begin());
    return true;
}

std::vector<double> TagDirectory::numbers(int tag) const {
    const auto found = numbers_.find(tag);
    return found == numbers_.end() ? std::vector<double>{} : found->second;
}

double TagDirectory::number(int tag, double otherwise) const {
    const auto found = numbers_.find(tag);
    return found == numbers_.end() ? otherwise : found->second.front();
}

std::string TagDirectory::text(int tag) const {
    const auto found = texts_.find(tag);
    return found == texts_.end() ? std::string() : found->second;
}

std::optional<std::uint64_t> TagDirectories::number(std::uint64_t at, std::size_t bytes) const {
    std::array<std::uint8_t, 8> read{};
    if (!part_.read(at, std::span(read).first(bytes))) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | read.at(little_ ? bytes - 1 - i : i);
    return value;
}

void TagDirectories::read_entry(std::uint64_t at, TagDirectory& directory) {
    const std::size_t wide = big_ ? 8 : 4;
    const auto tag = number(at, 2), type = number(at + 2, 2), count = number(at + 4, wide);
    const bool wanted_here = directories_.empty() || tag == kKindOfDirectory;  // of later ones no more is of use
    if (!wanted_here || !tag || !type || !count || *type >= kBytes.size() || kBytes.at(*type) == 0 || *count == 0)
        return;
    const auto each = kBytes.at(*type);
    const bool is_text = *type == kText;
    const auto wanted = std::min(*count, is_text ? kMostText : kMostNumbers);
    auto place = at + 4 + wide;
    if (*count > wide / each) {
        const auto offset = number(place, wide);
        if (!offset) return;
        place = *offset;
    }
    if (wanted * each > part_.size) return;  // nothing is set aside for what cannot be there
    if (is_text) {
        std::vector<std::uint8_t> text(wanted);
        if (!part_.read(place, text)) return;
        directory.texts_[static_cast<int>(*tag)] = std::string(text.begin(), std::ranges::find(text, '\0'));
        return;
    }
    std::vector<double> values;
    for (std::uint64_t i = 0; i < wanted; ++i, place += each) {
        if (*type == kRatio) {
            const auto above = number(place, 4), below = number(place + 4, 4);
            if (!above || !below) return;
            values.push_back(*below == 0 ? 0 : static_cast<double>(*above) / static_cast<double>(*below));
        } else if (*type == kByte || *type == kShort || *type == kLong || *type == kLong8) {
            const auto value = number(place, each);
            if (!value) return;
            values.push_back(static_cast<double>(*value));
        } else {
            return;
        }
    }
    directory.numbers_[static_cast<int>(*tag)] = std::move(values);
}

/// Where the next one stands, 0 for none; nothing where this one is cut.
std::optional<std::uint64_t> TagDirectories::read_directory(std::uint64_t at) {
    const auto count = number(at, big_ ? 8 : 2);
    if (!count || *count == 0 || *count > kMostEntries) return std::nullopt;
    const std::uint64_t size = big_ ? 20 : 12;
    const auto begin = at + (big_ ? 8 : 2), end = begin + *count * size;
    if (end > part_.size) return std::nullopt;
    TagDirectory directory;
    for (std::uint64_t entry = begin; entry < end; entry += size) read_entry(entry, directory);
    directories_.push_back(std::move(directory));
    return number(end, big_ ? 8 : 4).value_or(0);
}

std::optional<TagDirectories> TagDirectories::open(FilePart part) {
    TagDirectories out(part);
    std::array<std::uint8_t, 2> order{};
    if (!part.read(0, order) || order[0] != order[1] || (order[0] != 'I' && order[0] != 'M')) return std::nullopt;
    out.little_ = order[0] == 'I';
    const auto version = out.number(2, 2);
    if (version != 42 && version != 43) return std::nullopt;
    out.big_ = version == 43;
    auto next = out.number(out.big_ ? 8 : 4, out.big_ ? 8 : 4);
    for (std::set<std::uint64_t> seen;
         next && *next != 0 && seen.insert(*next).second && out.directories_.size() < kMostDirectories;)
        next = out.read_directory(*next);
    return out.directories_.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace slidetype
