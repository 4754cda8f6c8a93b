// A file of DICOM (PS3.10, 7; PS3.5, 7 and annex A):
//
//   128 bytes, "DICM"
//   elements of group 0002 in explicit VR, little endian; among them the transfer syntax, in which follow
//   elements by ascending tag:   explicit VR   group(2) element(2) VR(2) length(2) value
//                                              group(2) element(2) VR(2) 0(2) length(4) value    of some VRs
//                                implicit VR   group(2) element(2) length(4) value
//
// A length of FFFFFFFF: the value is items up to a delimiter, (FFFE,E000) length(4) … (FFFE,E0DD) 0(4), and an item's
// length may be FFFFFFFF, too: elements up to (FFFE,E00D) 0(4).
#include "tiler/dicom/dicom_head.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "tiler/dicom/transfer_syntax.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kMostHeadBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kPreamble = 132;
constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr std::uint64_t kDelimiter = 8;  // bytes
constexpr std::uint64_t kMostGroupBytes = std::uint64_t{16} << 20;
constexpr int kDeepest = 16;

constexpr std::uint32_t kTransferSyntax = 0x00020010, kFrameGroups = 0x52009230, kSeries = 0x0020000E,
                        kPixelData = 0x7FE00010, kExtendedOffsets = 0x7FE00001, kItem = 0xFFFEE000,
                        kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD;

/// By ascending tag: what is handed on of a data set (see data_set.cpp).
constexpr std::array<std::uint32_t, 36> kWanted = {
    0x00080008, 0x00080016, 0x00080018, 0x00080019, 0x00080070, 0x00081090, 0x0020000E, 0x00200013, 0x00200052,
    0x00209161, 0x00209162, 0x00209163, 0x00209228, 0x00209311, 0x00280002, 0x00280004, 0x00280006, 0x00280008,
    0x00280010, 0x00280011, 0x00280030, 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00280301, 0x00480001,
    0x00480002, 0x00480006, 0x00480007, 0x00480008, 0x00480010, 0x00480105, 0x00480302, 0x00480303, 0x52009229};

bool is_wanted(std::uint32_t tag) {
    return std::ranges::binary_search(kWanted, tag);
}

struct Element {
    std::uint32_t tag = 0, length = 0;
    std::array<char, 2> vr{};            ///< zeros where it is not said
    std::uint64_t begin = 0, value = 0;  ///< offsets of the element and of its value
    bool is(std::string_view name) const { return std::string_view(vr.data(), 2) == name; }
};

class Walk {
  public:
    Walk(const ReadOnlyFile& file, const std::string& name) : file_(file), name_(name) {}

    DicomHead run() {
        if (file_.size() < kPreamble || text(kPreamble - 4, 4) != "DICM") fail("is no DICOM file");
        auto at = meta_group();
        head_.implicit_vr = head_.transfer_syntax == kImplicitLittleEndian;
        std::uint64_t kept = 0;
        while (at < file_.size()) {
            const auto element = header(at, head_.implicit_vr);
            if (element.tag == kPixelData) {
                note_pixels(element);
                break;
            }
            if (element.tag == kFrameGroups) {
                at = end_of_frame_groups(element);
                continue;
            }
            const bool wanted = is_wanted(element.tag);
            at = end_of(element, head_.implicit_vr, wanted);
            if (element.tag == kSeries) head_.series_uid = uid(element);
            if (element.tag == kExtendedOffsets && element.length != kUndefined)
                head_.offset_table = FileStretch{element.value, element.length};
            if (!wanted) continue;
            head_.elements.push_back({element.begin, at - element.begin});
            kept += at - element.begin;
            if (kept > kMostHeadBytes)
                throw Error(ErrorCode::unsupported, name_, "tells more of itself than can be kept in memory");
        }
        return std::move(head_);
    }

  private:
    [[noreturn]] void fail(const std::string& cause) const {
        throw Error(ErrorCode::corrupt, name_, cause, "Copy it again from where it came.");
    }

    [[noreturn]] void fail_cut() const { fail("is a DICOM file that breaks the format's rules, or is cut short"); }

    /// Bytes of the file through a window, since most are looked at one after another.
    std::uint8_t byte(std::uint64_t at) {
        if (at < window_at_ || at >= window_at_ + window_.size()) {
            if (at >= file_.size()) fail_cut();
            constexpr std::uint64_t most = 1 << 13;
            window_.resize(std::min(most, file_.size() - at));
            window_at_ = at;
            if (!file_.read(at, window_)) throw Error(ErrorCode::io, name_, "cannot be read");
        }
        return window_[at - window_at_];
    }
    std::uint32_t two(std::uint64_t at) { return byte(at) | std::uint32_t{byte(at + 1)} << 8; }
    std::uint32_t four(std::uint64_t at) { return two(at) | two(at + 2) << 16; }
    std::string text(std::uint64_t at, std::uint64_t count) {
        std::string out;
        for (std::uint64_t i = 0; i < count; ++i) out += static_cast<char>(byte(at + i));
        return out;
    }

    std::string uid(const Element& element) {
        constexpr std::uint32_t longest = 64;
        auto out = text(element.value, std::min(element.length, longest + 2));
        while (!out.empty() && (out.back() == '\0' || out.back() == ' ')) out.pop_back();
        return out;
    }

    Element header(std::uint64_t at, bool implicit) {
        Element element;
        element.begin = at;
        element.tag = two(at) << 16 | two(at + 2);
        element.value = at + 8;
        if (implicit || element.tag >> 16 == 0xFFFE) {
            element.length = four(at + 4);
            return element;
        }
        element.vr = {static_cast<char>(byte(at + 4)), static_cast<char>(byte(at + 5))};
        const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (!capital(element.vr[0]) || !capital(element.vr[1])) fail_cut();
        static constexpr std::array<std::string_view, 21> short_ones = {"AE", "AS", "AT", "CS", "DA", "DS", "DT",
                                                                        "FL", "FD", "IS", "LO", "LT", "PN", "SH",
                                                                        "SL", "SS", "ST", "TM", "UI", "UL", "US"};
        if (std::ranges::any_of(short_ones, [&](std::string_view name) { return element.is(name); })) {
            element.length = two(at + 6);
        } else {
            element.length = four(at + 8);
            element.value = at + 12;
        }
        return element;
    }

    std::uint64_t meta_group() {
        auto at = kPreamble;
        while (at + 8 <= file_.size()) {
            if (two(at) != 0x0002) break;
            const auto element = header(at, false);
            if (element.tag == kTransferSyntax) head_.transfer_syntax = uid(element);
            at = end_of(element, false, false);
        }
        if (head_.transfer_syntax.empty()) fail("is a DICOM file that does not say how it is coded");
        if (const auto refusal = why_not_stepped_through(head_.transfer_syntax); !refusal.empty())
            throw Error(ErrorCode::unsupported, name_, refusal, kHowToConvertDicom);
        return at;
    }

    void note_pixels(const Element& element) {
        head_.encapsulated = element.length == kUndefined;
        head_.pixels = FileStretch{element.value, head_.encapsulated ? 0 : element.length};
    }

    std::uint64_t end_of_frame_groups(const Element& element) {
        const bool known = element.length != kUndefined;
        const auto end = known ? element.value + element.length : file_.size();
        if (end > file_.size()) fail_cut();
        auto at = element.value;
        while (!known || at < end) {
            const auto item = header(at, true);
            if (item.tag == kSequenceEnd && item.length == 0) return item.value;
            if (item.tag != kItem) fail_cut();
            at = end_of_item(item, end, head_.implicit_vr, 1);
            const auto bytes = item.length == kUndefined ? at - item.value - kDelimiter : at - item.value;
            if (bytes > kMostGroupBytes) fail_cut();
            head_.frame_groups.push_back({item.value, bytes});
        }
        return at;
    }

    /// `deeply`: what the value holds is looked at, too, since it will be read.
    std::uint64_t end_of(const Element& element, bool implicit, bool deeply, int depth = 0) {
        if (element.length == kUndefined) {
            if (element.is("OB") || element.is("OW")) return end_of_fragments(element.value);
            // What is of an unknown representation is coded implicitly (PS3.5, 6.2.2).
            return end_of_items(element.value, file_.size(), false, implicit || element.is("UN"), depth + 1);
        }
        const auto end = element.value + element.length;
        if (end > file_.size()) fail_cut();
        const bool sequence = implicit ? element.length >= 8 && two(element.value) == 0xFFFE : element.is("SQ");
        if (deeply && sequence) end_of_items(element.value, end, true, implicit, depth + 1);
        return end;
    }

    /// Of compressed pixels within a sequence (an icon).
    std::uint64_t end_of_fragments(std::uint64_t at) {
        for (;;) {
            const auto item = header(at, true);
            if (item.tag == kSequenceEnd && item.length == 0) return item.value;
            if (item.tag != kItem || item.length == kUndefined) fail_cut();
            at = item.value + item.length;
        }
    }

    /// Of the items from `at` on, which end at `end` where that is known, else with their delimiter.
    std::uint64_t end_of_items(std::uint64_t at, std::uint64_t end, bool known, bool implicit, int depth) {
        if (depth > kDeepest) fail("is a DICOM file whose sequences nest too deeply");
        while (!known || at < end) {
            const auto item = header(at, true);
            if (item.tag == kSequenceEnd && item.length == 0) return item.value;
            if (item.tag != kItem) fail_cut();
            at = end_of_item(item, end, implicit, depth);
        }
        if (at != end) fail_cut();
        return at;
    }

    std::uint64_t end_of_item(const Element& item, std::uint64_t limit, bool implicit, int depth) {
        const bool known = item.length != kUndefined;
        const auto end = known ? item.value + item.length : limit;
        if (end > limit) fail_cut();
        auto at = item.value;
        while (!known || at < end) {
            const auto element = header(at, implicit);
            if (element.tag == kItemEnd && element.length == 0) {
                at = element.value;
                if (known && at != end) fail_cut();
                return at;
            }
            at = end_of(element, implicit, true, depth);
        }
        if (at != end) fail_cut();
        return at;
    }

    const ReadOnlyFile& file_;
    const std::string& name_;
    DicomHead head_;
    std::vector<std::uint8_t> window_;
    std::uint64_t window_at_ = 0;
};

}  // namespace

DicomHead read_dicom_head(const ReadOnlyFile& file, const std::string& name) {
    return Walk(file, name).run();
}

std::vector<std::uint8_t> read_stretches(const ReadOnlyFile& file, std::span<const FileStretch> stretches,
                                         const std::string& name) {
    std::uint64_t bytes = 0;
    for (const auto& stretch : stretches) bytes += stretch.bytes;
    std::vector<std::uint8_t> out(bytes);
    std::uint64_t at = 0;
    for (const auto& stretch : stretches) {
        if (!file.read(stretch.offset, std::span(out).subspan(at, stretch.bytes)))
            throw Error(ErrorCode::io, name, "cannot be read");
        at += stretch.bytes;
    }
    return out;
}

}  // namespace slidetype
