// Rows of whole bytes, each filled up to a multiple of four, the lowest first unless the height is negative; after the
// headers a palette of B, G, R, 0.
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/pictures/row_decoder.h"
#include "base/read_only_file.h"

namespace slidetype {
namespace {

struct BmpLayout {
    std::uint64_t pixels_at = 0, row_bytes = 0;
    std::int64_t width = 0, height = 0;
    bool from_top = false;
    std::vector<std::array<std::uint8_t, 3>> palette{};  ///< RGB; empty: 24 bits a pixel
};

class BmpRows : public RowDecoder {
  public:
    BmpRows(std::filesystem::path file, ReadOnlyFile open, BmpLayout layout)
        : file_(std::move(file)), open_(std::move(open)), layout_(std::move(layout)), row_(layout_.row_bytes) {}

    void next(std::uint8_t* rgb) override {
        const auto row = static_cast<std::uint64_t>(layout_.from_top ? at_ : layout_.height - 1 - at_);
        if (at_ >= layout_.height || !open_.read(layout_.pixels_at + row * layout_.row_bytes, row_))
            throw_damaged(file_);
        ++at_;
        const auto width = static_cast<std::size_t>(layout_.width);
        for (std::size_t x = 0; x < width; ++x, rgb += 3) {
            if (!layout_.palette.empty()) {
                std::memcpy(rgb, layout_.palette.at(row_[x]).data(), 3);
                continue;
            }
            for (std::size_t c = 0; c < 3; ++c) rgb[c] = row_[3 * x + 2 - c];
        }
    }
    bool jump_to(std::int64_t row) override {
        at_ = row;
        return true;
    }

  private:
    std::filesystem::path file_;
    ReadOnlyFile open_;
    BmpLayout layout_;
    std::vector<std::uint8_t> row_;
    std::int64_t at_ = 0;
};

std::uint32_t number(const std::array<std::uint8_t, 54>& head, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | head.at(at + i);
    return value;
}

/// Black for colours that the palette does not have.
std::vector<std::array<std::uint8_t, 3>> read_palette(const ReadOnlyFile& file, std::uint64_t at, std::size_t colours) {
    std::vector<std::array<std::uint8_t, 3>> palette(256);
    for (std::size_t i = 0; i < colours; ++i) {
        std::array<std::uint8_t, 4> bgr{};
        if (!file.read(at + 4 * i, bgr)) break;
        palette[i] = {bgr[2], bgr[1], bgr[0]};
    }
    return palette;
}

}  // namespace

std::unique_ptr<RowDecoder> bmp_rows(const std::filesystem::path& file, const PictureFacts&) {
    auto open = ReadOnlyFile::open(file);
    std::array<std::uint8_t, 54> head{};
    if (!open || !open->read(0, head)) throw_damaged(file);
    const auto header = number(head, 14, 4), depth = number(head, 28, 2), compression = number(head, 30, 4);
    if (header < 40 || compression != 0 || (depth != 24 && depth != 8)) return nullptr;
    BmpLayout layout;
    layout.pixels_at = number(head, 10, 4);
    layout.width = static_cast<std::int32_t>(number(head, 18, 4));
    const auto height = static_cast<std::int32_t>(number(head, 22, 4));
    layout.from_top = height < 0;
    layout.height = height < 0 ? -std::int64_t{height} : height;
    if (layout.width <= 0 || layout.height <= 0) throw_damaged(file);
    layout.row_bytes = (static_cast<std::uint64_t>(layout.width) * depth + 31) / 32 * 4;
    const auto colours = number(head, 46, 4);
    if (depth == 8) layout.palette = read_palette(*open, 14 + header, colours == 0 || colours > 256 ? 256 : colours);
    return std::make_unique<BmpRows>(file, std::move(*open), std::move(layout));
}

}  // namespace slidetype
