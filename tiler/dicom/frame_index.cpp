// Encapsulated pixels (PS3.5, A.4): items (FFFE,E000) length(4) bytes up to the delimiter (FFFE,E0DD) 0(4). The first
// item is the basic offset table, of 4 bytes a frame, or empty; all others are fragments of frames. Offsets, and those
// of 8 bytes in the extended table, are counted from the item after it. Offsets of 4 bytes do not reach beyond 4 GiB,
// where some writers let them begin anew.
#include "tiler/dicom/frame_index.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kItemHead = 8;
constexpr std::uint64_t kMostFrameBytes = std::uint64_t{256} << 20;
constexpr std::uint32_t kItemTag = 0xE000FFFE, kEndTag = 0xE0DDFFFE;  // as four bytes of little endian

std::uint64_t little_endian(const std::uint8_t* bytes, int count) {
    std::uint64_t value = 0;
    for (int i = count - 1; i >= 0; --i) value = value << 8 | bytes[i];
    return value;
}

/// An item as its head says; `bytes` may reach beyond the file. Of another `tag` where none is there.
struct Item {
    std::uint32_t tag = 0, bytes = 0;
};

Item item_at(const ReadOnlyFile& file, std::uint64_t at) {
    std::array<std::uint8_t, kItemHead> head{};
    if (at > file.size() || file.size() - at < kItemHead || !file.read(at, head)) return {};
    return {static_cast<std::uint32_t>(little_endian(head.data(), 4)),
            static_cast<std::uint32_t>(little_endian(head.data() + 4, 4))};
}

/// Whether a fragment begins a picture of the codec.
bool begins_picture(const ReadOnlyFile& file, std::uint64_t item, FrameCodec codec) {
    std::array<std::uint8_t, 2> bytes{};
    if (!file.read(item + kItemHead, bytes) || bytes[0] != 0xFF) return false;
    return bytes[1] == (codec == FrameCodec::jpeg ? 0xD8 : 0x4F);
}

}  // namespace

FrameIndex::FrameIndex(const ReadOnlyFile& file, const DicomHead& head, FrameCodec codec, std::uint64_t frames,
                       std::uint64_t frame_bytes, const std::string& name) {
    const auto& pixels = head.pixels.value();
    if (head.encapsulated == (codec == FrameCodec::plain))
        throw Error(ErrorCode::corrupt, name, "is a DICOM file whose pixels are not coded as it says");
    if (codec == FrameCodec::plain) {
        first_ = pixels.offset, end_ = std::min(file.size(), pixels.offset + pixels.bytes);
        plain_bytes_ = frame_bytes;
        plain_frames_ = static_cast<std::size_t>(std::min(frames, (end_ - first_) / frame_bytes));
        return;
    }
    const auto table = item_at(file, pixels.offset);
    first_ = pixels.offset + kItemHead + table.bytes, end_ = file.size();
    if (table.tag != kItemTag || first_ > end_)
        throw Error(ErrorCode::corrupt, name, "is a DICOM file that is cut short before its pixels, or damaged there",
                    "Copy it again from where it came.");
    if (head.offset_table && take_offsets(file, *head.offset_table, 8, frames)) return;
    if (take_offsets(file, {pixels.offset + kItemHead, table.bytes}, 4, frames)) return;
    step_through_items(file, codec, frames, name);
}

/// False where the table cannot be right: it must have all frames, by ascending place, from the first item on.
bool FrameIndex::take_offsets(const ReadOnlyFile& file, const FileStretch& table, int width, std::uint64_t frames) {
    const auto entry = static_cast<std::uint64_t>(width);
    if (frames == 0 || table.bytes / entry != frames || table.offset > file.size() ||
        table.bytes > file.size() - table.offset)
        return false;
    std::vector<std::uint8_t> bytes(table.bytes);
    if (!file.read(table.offset, bytes)) return false;
    std::vector<std::uint64_t> starts;
    starts.reserve(frames);
    for (std::uint64_t i = 0; i < frames; ++i) {
        const auto offset = little_endian(bytes.data() + i * entry, width);
        if (offset > UINT64_MAX / 2 || (i == 0 && offset != 0)) return false;
        if (!starts.empty() && first_ + offset <= starts.back()) return false;
        starts.push_back(first_ + offset);
    }
    if (item_at(file, first_).tag != kItemTag) return false;
    while (!starts.empty() && starts.back() >= end_) starts.pop_back();  // the file is cut short
    starts_ = std::move(starts);
    return true;
}

void FrameIndex::step_through_items(const ReadOnlyFile& file, FrameCodec codec, std::uint64_t frames,
                                    const std::string& name) {
    std::vector<std::uint64_t> items;
    auto at = first_;
    for (Item item = item_at(file, at); item.tag == kItemTag; item = item_at(file, at)) {
        items.push_back(at);
        at += kItemHead + item.bytes;
    }
    const bool whole = item_at(file, at).tag == kEndTag;
    if (whole) end_ = at;
    if (items.size() == frames) {
        starts_ = std::move(items);
        return;
    }
    if (frames == 1 && !items.empty()) {
        starts_ = {items.front()};
        return;
    }
    std::vector<std::uint64_t> beginnings;
    std::ranges::copy_if(items, std::back_inserter(beginnings),
                         [&](std::uint64_t item) { return begins_picture(file, item, codec); });
    const bool cut = !whole && beginnings.size() < frames && !items.empty() && begins_picture(file, first_, codec);
    if (beginnings.size() != frames && !cut)
        throw Error(ErrorCode::corrupt, name,
                    "claims " + std::to_string(frames) + " frames, but holds " + std::to_string(beginnings.size()) +
                        " pictures",
                    "Copy it again from where it came, or have it exported anew.");
    starts_ = std::move(beginnings);
}

std::uint64_t FrameIndex::about_bytes(std::size_t frame) const {
    if (frame >= frames()) return 0;
    if (plain_bytes_ > 0) return plain_bytes_;
    const auto next = frame + 1 < starts_.size() ? starts_[frame + 1] : std::max(end_, starts_[frame]);
    return next - starts_[frame] > kItemHead ? next - starts_[frame] - kItemHead : 0;
}

FrameIndex::Found FrameIndex::read(const ReadOnlyFile& file, std::size_t frame,
                                   std::vector<std::uint8_t>& bytes) const {
    bytes.clear();
    if (frame >= frames()) return Found::damaged;
    if (plain_bytes_ > 0) {
        bytes.resize(plain_bytes_);
        return file.read(first_ + frame * plain_bytes_, bytes) ? Found::whole : Found::damaged;
    }
    const auto end = frame + 1 < starts_.size() ? starts_[frame + 1] : end_;
    for (auto at = starts_[frame]; at < end;) {
        const auto item = item_at(file, at);
        if (item.tag == kEndTag && frame + 1 == starts_.size()) break;
        at += kItemHead;
        if (item.tag != kItemTag || at > end || item.bytes > end - at || bytes.size() + item.bytes > kMostFrameBytes)
            return Found::damaged;
        const auto before = bytes.size();
        bytes.resize(before + item.bytes);
        if (!file.read(at, std::span(bytes).subspan(before))) return Found::damaged;
        at += item.bytes;
    }
    return bytes.empty() ? Found::empty : Found::whole;
}

}  // namespace slidetype
