#include "tiler/slides/slide.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "base/pictures/picture_facts.h"
#include "tiler/slides/companions.h"
#include "tiler/slides/dicom_source.h"
#include "tiler/slides/file_kind.h"
#include "tiler/slides/openslide_source.h"
#include "tiler/slides/picture_source.h"
#include "tiler/slides/slide_folder.h"
#include "tiler/slides/slide_properties.h"
#include "tiler/slides/slide_source.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMaxReadPixels = std::int64_t{1} << 31;

/// What an axis would have if the level had one pixel more, which was cut off because it was not whole.
double least_downsample(double downsample, std::int64_t length) {
    return downsample * static_cast<double>(length) / static_cast<double>(length + 1);
}

/// A part of a slide of several files may be a picture, too (Hamamatsu's .vms, MIRAX' .mrxs), and .ndpi files are TIFFs
/// in strips: none of them stands for a slide alone.
bool may_be_picture(const std::filesystem::path& path) {
    if (is_named_like_slide(path) && !is_named_like_picture(path)) return false;
    const auto companions = companions_of(path);
    return companions.main == path && companions.missing.empty();
}

/// DICOM comes first, since not every OpenSlide reads it; then OpenSlide: what it takes for a slide is one.
std::unique_ptr<SlideSource> open_source(const std::filesystem::path& path, PixelPath way,
                                         std::optional<std::uint64_t> memory_bytes) {
    if (way != PixelPath::openslide_only && (is_slide_part(path) || is_slide_folder(path)))
        return std::make_unique<DicomSource>(path);
    if (!is_slide(path) && may_be_picture(path)) {
        if (const auto picture = picture_in(path)) return std::make_unique<PictureSource>(path, *picture, memory_bytes);
    }
    return std::make_unique<OpenSlideSource>(path, way);
}

}  // namespace

struct Slide::Impl {
    std::filesystem::path path;
    std::unique_ptr<SlideSource> source;
    const SlideFacts& facts() const { return source->facts(); }
};

Slide::Slide(std::filesystem::path path, PixelPath way, std::optional<std::uint64_t> memory_bytes)
    : impl_(std::make_unique<Impl>()) {
    impl_->path = std::move(path);
    impl_->source = open_source(impl_->path, way, memory_bytes);
}

Slide::~Slide() = default;
Slide::Slide(Slide&&) noexcept = default;
Slide& Slide::operator=(Slide&&) noexcept = default;

const std::filesystem::path& Slide::path() const {
    return impl_->path;
}
const std::string& Slide::vendor() const {
    return impl_->facts().vendor;
}
const std::string& Slide::quickhash() const {
    return impl_->facts().quickhash;
}
const std::vector<SlideLevel>& Slide::levels() const {
    return impl_->facts().levels;
}
Spacing Slide::spacing(std::optional<double> user_um_px) const {
    return resolve_spacing(impl_->facts().spacings, user_um_px, impl_->path.string(), impl_->facts().spacing_hint);
}
std::optional<std::string> Slide::property(std::string_view name) const {
    const auto& properties = impl_->facts().properties;
    const auto found = properties.find(std::string(name));
    return found == properties.end() ? std::nullopt : std::optional(found->second);
}
std::map<std::string, std::string> Slide::shown_properties() const {
    return impl_->facts().properties;
}

const std::vector<std::string>& Slide::notes() const {
    return impl_->facts().notes;
}
std::uint32_t Slide::icc_profile_bytes() const {
    return impl_->facts().icc_bytes;
}

std::uint64_t Slide::bytes_held() const {
    return impl_->source->bytes_held();
}

std::optional<Rect> Slide::bounds() const {
    return bounds_from([this](std::string_view name) { return property(name); }, width(), height());
}

int Slide::best_level(double downsample) const {
    const auto& means = impl_->facts().mean_downsamples;
    const double most = downsample * 1.01;
    int best = 0;
    for (std::size_t i = 1; i < levels().size(); ++i) {
        const auto& level = levels()[i];
        const bool fine_enough = means[i] <= most && least_downsample(level.downsample_x, level.width) <= most &&
                                 least_downsample(level.downsample_y, level.height) <= most;
        if (impl_->facts().trusted[i] && fine_enough && means[i] >= means[static_cast<std::size_t>(best)])
            best = static_cast<int>(i);
    }
    return best;
}

RgbImage Slide::read(int level, const Rect& rect) const {
    return read_shrunk(level, rect, 1);
}

RgbImage Slide::read_shrunk(int level, const Rect& rect, int shrink) const {
    if (level < 0 || static_cast<std::size_t>(level) >= levels().size())
        throw Error(ErrorCode::internal, path().string(), "has no level " + std::to_string(level));
    constexpr auto far = std::int64_t{1} << 40;
    if (rect.width < 0 || rect.height < 0 || std::abs(rect.x) > far || std::abs(rect.y) > far ||
        rect.width > kMaxReadPixels || rect.height > kMaxReadPixels ||
        (rect.height > 0 && rect.width > (kMaxReadPixels - 1) / rect.height))
        throw Error(ErrorCode::internal, path().string(), "a read of an impossible size was asked for");
    const bool possible = shrink == 1 || shrink == 2 || shrink == 4 || shrink == 8;
    if (!possible || rect.x % shrink != 0 || rect.y % shrink != 0 || rect.width % shrink != 0 ||
        rect.height % shrink != 0)
        throw Error(ErrorCode::internal, path().string(), "a read between the pixels of a shrunk level was asked for");
    return impl_->source->read(level, rect, shrink);
}

bool Slide::shrinks_while_decoding(int level) const {
    return level >= 0 && static_cast<std::size_t>(level) < levels().size() &&
           impl_->source->shrinks_while_decoding(level);
}

}  // namespace slidetype
