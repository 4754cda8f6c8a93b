#include "tiler/dicom/dicom_image.h"

#include <algorithm>
#include <set>

#include "tiler/tiff/jpeg_colours.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kNoFrame = UINT64_MAX;
constexpr std::size_t kFramesToAsk = 3;  // of their colours

const TransferSyntax& syntax_of(const DicomObject& object) {
    return *find_transfer_syntax(object.head.transfer_syntax);
}

/// The one in the middle, by height, of which the sharpest is nearest as a rule.
std::optional<double> middle_plane(const std::set<double>& planes) {
    if (planes.empty()) return std::nullopt;
    return *std::next(planes.begin(), static_cast<std::ptrdiff_t>(planes.size() / 2));
}

std::string planes_note(std::size_t planes) {
    return "The slide has " + std::to_string(planes) + " focal planes, of which the middle one was read";
}

std::string paths_note(std::size_t paths, const std::string& first) {
    return "The slide has " + std::to_string(paths) + " optical paths, of which the first" +
           (first.empty() || first.size() > 16 ? "" : " (" + first + ")") + " was read";
}

}  // namespace

DicomImage::Part DicomImage::open_part(DicomObject object) {
    const auto name = object.path.string();
    const auto& instance = object.instance;
    auto file = ReadOnlyFile::open(object.path);
    if (!file) throw Error(ErrorCode::io, name, "cannot be opened for reading", "Check its permissions.");
    if (!object.head.pixels)
        throw Error(ErrorCode::corrupt, name, "is a DICOM slide without pixels: it was cut short, or never had them",
                    "Copy it again from where it came.");
    const auto frame_bytes = static_cast<std::uint64_t>(instance.columns * instance.rows * 3);
    FrameIndex index(*file, object.head, syntax_of(object).codec, static_cast<std::uint64_t>(instance.frames),
                     frame_bytes, name);
    const auto first = static_cast<std::uint64_t>(std::max<std::int64_t>(instance.first_frame, 0));
    return {std::move(object), std::move(*file), std::move(index), first};
}

DicomImage::DicomImage(std::vector<DicomObject> parts) {
    for (auto& part : parts) parts_.push_back(open_part(std::move(part)));
    place_parts();
    const auto& first = instance();
    const bool one_frame = first.frames == 1 && parts_.size() == 1;
    width_ = first.total_columns > 0 ? first.total_columns : one_frame ? first.columns : 0;
    height_ = first.total_rows > 0 ? first.total_rows : one_frame ? first.rows : 0;
    if (width_ == 0 || height_ == 0)
        throw Error(ErrorCode::corrupt, name(), "does not say how large its picture is (Total Pixel Matrix)");
    const auto tiles = [](std::int64_t length, std::int64_t tile) {
        return static_cast<std::uint64_t>((length + tile - 1) / tile);
    };
    columns_ = tiles(width_, first.columns), rows_ = tiles(height_, first.rows);
    format_ = {syntax_of(parts_.front().object).codec, static_cast<int>(first.columns), static_cast<int>(first.rows),
               first.photometric != "RGB", first.planar == 1};
    in_order_ = first.organisation == "TILED_FULL" || (first.organisation != "TILED_SPARSE" && first.places.empty());
    if (in_order_)
        place_frames_in_order();
    else
        place_frames_where_they_say();
    note_missing_tiles();
    if (format_.codec == FrameCodec::jpeg) look_at_colours();
}

/// Parts of a concatenation say which frames they have; where none does, the number of the part tells their order.
void DicomImage::place_parts() {
    std::ranges::stable_sort(parts_, [](const Part& a, const Part& b) {
        return std::pair(a.first_frame, a.object.instance.part) < std::pair(b.first_frame, b.object.instance.part);
    });
    const bool told = parts_.back().first_frame > 0;
    const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(instance().parts, 0, 1 << 20));
    std::uint64_t next = 0;
    for (auto& part : parts_) {
        if (!told) part.first_frame = next;
        lacks_parts_ = lacks_parts_ || part.first_frame > next;
        const auto frames = static_cast<std::uint64_t>(part.object.instance.frames);
        claimed_ += frames;
        next = part.first_frame + frames;
        const auto& one = part.object;
        if (one.instance.columns != instance().columns || one.instance.rows != instance().rows ||
            one.head.transfer_syntax != parts_.front().object.head.transfer_syntax ||
            one.instance.photometric != instance().photometric || one.instance.planar != instance().planar)
            throw Error(ErrorCode::corrupt, one.path.string(),
                        "is a part of a picture whose other parts are unlike it");
    }
    if (wanted > parts_.size()) lacks_parts_ = true;
    if (!lacks_parts_) return;
    const auto lacking = "of the " + (wanted > parts_.size() ? std::to_string(wanted) + " " : std::string()) +
                         "files of a picture of the slide only " + std::to_string(parts_.size()) +
                         (parts_.size() == 1 ? " is" : " are") + " there";
    if (!told && parts_.front().object.instance.part > 1)
        throw Error(ErrorCode::not_found, name(), lacking, "Copy all files of the slide into the same folder.");
    notes_.push_back("O" + lacking.substr(1) + ": tiles of the others fail");
}

/// Row by row, for each focal plane, for each optical path (PS3.3, C.7.6.17.3).
void DicomImage::place_frames_in_order() {
    const auto tiles = columns_ * rows_;
    const auto paths = std::max<std::uint64_t>(instance().optical_paths.size(), 1);
    const auto planes = static_cast<std::uint64_t>(std::clamp<std::int64_t>(instance().focal_planes, 1, 1 << 16));
    if (claimed_ <= tiles && (claimed_ == tiles || paths * planes == 1 || lacks_parts_)) return;
    if (claimed_ != tiles * paths * planes && !lacks_parts_)
        throw Error(ErrorCode::corrupt, name(),
                    "claims " + std::to_string(claimed_) + " frames for " + std::to_string(tiles) + " tiles",
                    "Copy it again from where it came, or have it exported anew.");
    first_tile_ = planes / 2 * tiles;
    if (planes > 1) notes_.push_back(planes_note(planes));
    if (paths > 1) notes_.push_back(paths_note(paths, instance().optical_paths.front()));
}

void DicomImage::place_frames_where_they_say() {
    if (lacks_parts_)
        throw Error(
            ErrorCode::not_found, name(),
            "is one file of a picture that has several, of which one is not there, and with it where its tiles lie",
            "Copy all files of the slide into the same folder.");
    std::vector<std::string> paths;
    std::set<double> planes;
    for (const auto& part : parts_) {
        const auto& places = part.object.instance.places;
        if (places.size() != static_cast<std::size_t>(part.object.instance.frames))
            throw Error(ErrorCode::corrupt, part.object.path.string(), "does not say where each of its frames lies");
        for (const auto& place : places) {
            if (std::ranges::find(paths, place.optical_path) == paths.end()) paths.push_back(place.optical_path);
            if (place.optical_path == paths.front() && place.z_um) planes.insert(*place.z_um);
        }
    }
    const auto plane = middle_plane(planes);
    for (const auto& part : parts_) {
        std::uint64_t frame = part.first_frame;
        for (const auto& place : part.object.instance.places) {
            const auto here = frame++;
            if (place.optical_path != paths.front() || (place.z_um && place.z_um != plane)) continue;
            if (place.column < 0 || place.row < 0 || place.column >= width_ || place.row >= height_) continue;
            if (place.column % format_.width != 0 || place.row % format_.height != 0)
                throw Error(ErrorCode::unsupported, part.object.path.string(),
                            "has frames that do not lie on a grid: one begins at " + std::to_string(place.column) +
                                ", " + std::to_string(place.row),
                            "Convert it to one whose frames lie side by side (TILED_FULL).");
            placed_.emplace_back(static_cast<std::uint64_t>(place.row / format_.height) * columns_ +
                                     static_cast<std::uint64_t>(place.column / format_.width),
                                 here);
        }
    }
    std::ranges::sort(placed_);
    // Of several frames at one place the first is taken.
    const auto one_place = [](const auto& a, const auto& b) { return a.first == b.first; };
    placed_.erase(std::unique(placed_.begin(), placed_.end(), one_place), placed_.end());
    if (planes.size() > 1) notes_.push_back(planes_note(planes.size()));
    if (paths.size() > 1) notes_.push_back(paths_note(paths.size(), paths.front()));
}

/// Frames that the file claims and does not hold are damage; tiles of which no frame is claimed, or an empty one, are
/// glass.
void DicomImage::note_missing_tiles() {
    std::uint64_t cut = 0, empty = 0;
    for (const auto& part : parts_) {
        const auto frames = part.index.frames();
        cut += static_cast<std::uint64_t>(part.object.instance.frames) - frames;
        for (std::size_t i = 0; i < frames; ++i) empty += part.index.about_bytes(i) == 0 ? 1 : 0;
    }
    if (cut + empty >= claimed_)
        throw Error(ErrorCode::corrupt, name(), "holds none of the tiles of its picture",
                    "It was not written to its end, or copied incompletely: copy it again.");
    if (cut > 0)
        notes_.push_back("The file is cut short: " + std::to_string(cut) + " of the " + std::to_string(claimed_) +
                         " frames of the picture are not in it, and their tiles fail");
    const auto tiles = columns_ * rows_;
    const auto placed = in_order_ ? std::min(claimed_, tiles) : placed_.size();
    const auto missing = lacks_parts_ ? 0 : tiles - placed + std::min<std::uint64_t>(empty, placed);
    if (missing > 0)
        notes_.push_back(
            std::to_string(missing) + " of the " + std::to_string(tiles) + " tiles of the finest picture " +
            (missing == 1 ? "is not in the file and counts as glass" : "are not in the file and count as glass"));
}

/// Bytes and number of the frames, fullest first.
std::vector<std::pair<std::uint64_t, std::uint64_t>> DicomImage::frames_by_size() const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> frames;
    for (const auto& part : parts_) {
        for (std::size_t i = 0; i < part.index.frames(); ++i) {
            if (const auto bytes = part.index.about_bytes(i); bytes > 0)
                frames.emplace_back(bytes, part.first_frame + i);
        }
    }
    std::ranges::sort(frames, [](const auto& a, const auto& b) {
        return std::pair(b.first, a.second) < std::pair(a.first, b.second);
    });
    return frames;
}

void DicomImage::look_at_colours() {
    const auto frames = frames_by_size();
    std::vector<std::vector<std::uint8_t>> fullest;
    for (std::size_t i = 0; i < std::min(kFramesToAsk, frames.size()); ++i)
        fullest.push_back(bytes_of(frames[i].second));
    const JpegTileFormat as_said{{}, format_.ycbcr, format_.width, format_.height};
    if (!contradict_tag(fullest, as_said, [&] { return bytes_of(frames.back().second); })) return;
    const std::string said = format_.ycbcr ? "YCbCr" : "RGB", held = format_.ycbcr ? "RGB" : "YCbCr";
    notes_.push_back("The file calls its colours " + said + ", but its JPEG frames hold " + held +
                     ": they were read as " + held);
    format_.ycbcr = !format_.ycbcr;
}

const DicomImage::Part* DicomImage::part_of(std::uint64_t frame) const {
    const auto after = std::ranges::upper_bound(parts_, frame, {}, &Part::first_frame);
    if (after == parts_.begin()) return nullptr;
    const auto& part = *std::prev(after);
    return frame - part.first_frame < static_cast<std::uint64_t>(part.object.instance.frames) ? &part : nullptr;
}

std::uint64_t DicomImage::frame_of_tile(std::uint64_t tile) const {
    if (in_order_) return first_tile_ + tile;
    const auto found = std::ranges::lower_bound(placed_, tile, {}, &std::pair<std::uint64_t, std::uint64_t>::first);
    return found == placed_.end() || found->first != tile ? kNoFrame : found->second;
}

/// Nothing where it cannot be read.
std::vector<std::uint8_t> DicomImage::bytes_of(std::uint64_t frame) const {
    std::vector<std::uint8_t> bytes;
    const auto* part = part_of(frame);
    if (part == nullptr || part->index.read(part->file, frame - part->first_frame, bytes) != FrameIndex::Found::whole)
        bytes.clear();
    return bytes;
}

DicomImage::Tile DicomImage::read_tile(std::int64_t column, std::int64_t row, int shrink,
                                       std::vector<std::uint8_t>& rgb) const {
    const auto frame = frame_of_tile(static_cast<std::uint64_t>(row) * columns_ + static_cast<std::uint64_t>(column));
    const auto* part = frame == kNoFrame ? nullptr : part_of(frame);
    const auto place = "tile " + std::to_string(column) + ", " + std::to_string(row);
    if (part == nullptr && lacks_parts_)
        throw Error(ErrorCode::corrupt, name(), place + " lies in a file of the slide that is not there");
    if (part == nullptr) return Tile::background;
    std::vector<std::uint8_t> bytes;
    const auto index = static_cast<std::size_t>(frame - part->first_frame);
    const auto found = part->index.read(part->file, index, bytes);
    if (found == FrameIndex::Found::empty) return Tile::background;
    if (found == FrameIndex::Found::damaged || !decode_frame(bytes, format_, shrink, rgb))
        throw Error(ErrorCode::corrupt, part->object.path.string(),
                    place + " (frame " + std::to_string(index + 1) + ") is damaged or not in the file");
    return Tile::decoded;
}

}  // namespace slidetype
