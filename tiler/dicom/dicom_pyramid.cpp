#include "tiler/dicom/dicom_pyramid.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "tiler/spacing/spacing_text.h"

namespace slidetype {
namespace {

using Picture = std::vector<DicomObject>;  // its parts

const DicomInstance& instance_of(const Picture& picture) {
    return picture.front().instance;
}

/// A picture of one frame need not say how large it is.
std::pair<std::int64_t, std::int64_t> size_of(const DicomInstance& instance) {
    const bool told = instance.total_columns > 0 && instance.total_rows > 0;
    return told ? std::pair(instance.total_columns, instance.total_rows) : std::pair(instance.columns, instance.rows);
}

std::vector<Picture> put_together(std::vector<DicomObject> pictures) {
    std::vector<Picture> whole;
    std::map<std::string, std::size_t> concatenations;
    for (auto& object : pictures) {
        const auto uid = object.instance.concatenation_uid;
        if (!uid.empty()) {
            const auto [known, fresh] = concatenations.emplace(uid, whole.size());
            if (!fresh) {
                whole[known->second].push_back(std::move(object));
                continue;
            }
        }
        whole.emplace_back();
        whole.back().push_back(std::move(object));
    }
    return whole;
}

constexpr double kSlack = 1.5;  // pixels by which the edge of a picture may lie elsewhere than in another

/// Whether a picture of size `b` may be the same tissue as one of size `a`, shrunk: a pixel may be cut off or added.
bool same_shape(std::pair<std::int64_t, std::int64_t> a, std::pair<std::int64_t, std::int64_t> b) {
    if (a < b) std::swap(a, b);
    const auto factors = [](std::int64_t fine, std::int64_t coarse) {
        const auto long_side = static_cast<double>(fine), short_side = static_cast<double>(coarse);
        return std::pair(long_side / (short_side + kSlack), long_side / std::max(short_side - kSlack, 1e-9));
    };
    const auto [least_x, most_x] = factors(a.first, b.first);
    const auto [least_y, most_y] = factors(a.second, b.second);
    return std::max(least_x, least_y) <= std::min(most_x, most_y);
}

/// `pixels`: that the smaller of the two pictures has along it.
bool same_extent(const std::optional<double>& a, const std::optional<double>& b, std::int64_t pixels) {
    const double tolerance = 0.02 + kSlack / static_cast<double>(std::max<std::int64_t>(pixels, 1));
    return !a || !b || *a <= 0 || *b <= 0 || std::abs(*a - *b) <= tolerance * std::max(*a, *b);
}

/// Of the pictures of one size. Their own places decide, not their order in the folder.
Picture one_of(std::vector<Picture> same) {
    const auto path_of = [](const Picture& picture) {
        const auto& paths = instance_of(picture).optical_paths;
        return paths.empty() ? std::string() : paths.front();
    };
    std::ranges::stable_sort(same, [&](const Picture& a, const Picture& b) {
        const auto& one = instance_of(a);
        const auto& other = instance_of(b);
        return std::tuple(path_of(a), one.z_um.value_or(0), one.instance_number, one.instance_uid) <
               std::tuple(path_of(b), other.z_um.value_or(0), other.instance_number, other.instance_uid);
    });
    const auto first_path = path_of(same.front());
    const auto planes = std::ranges::count_if(same, [&](const Picture& each) { return path_of(each) == first_path; });
    return std::move(same[static_cast<std::size_t>(planes / 2)]);
}

SpacingFinding finding(std::string place, double x_mm, double y_mm, std::string why_not) {
    SpacingFinding out;
    out.place = std::move(place);
    const double x = x_mm * 1000, y = y_mm * 1000;
    out.said = digits(x) + " x " + digits(y) + " um";
    out.why_not = std::move(why_not);
    if (out.why_not.empty()) out.value = Spacing{x, y, SpacingSource::slide_mpp, out.place};
    return out;
}

/// Overviews may be as coarse as they like: a model says itself that it needs finer pixels.
std::string fault(double x_mm, double y_mm) {
    constexpr double coarsest_mm = 0.1;
    if (x_mm == 0 || y_mm == 0) return "0 stands for unknown";
    const double x = x_mm * 1000, y = y_mm * 1000;
    const bool coarse = x > kMaxSpacingUmPx && y > kMaxSpacingUmPx && x_mm < coarsest_mm && y_mm < coarsest_mm;
    return coarse && std::max(x, y) < 2 * std::min(x, y) ? "" : fault_of_size(x, y);
}

}  // namespace

bool may_be_levels(const DicomInstance& one, const DicomInstance& other) {
    const auto smaller = std::min(size_of(one), size_of(other));
    return same_shape(size_of(one), size_of(other)) &&
           same_extent(one.volume_width_mm, other.volume_width_mm, smaller.first) &&
           same_extent(one.volume_height_mm, other.volume_height_mm, smaller.second);
}

DicomPyramid pyramid_of_pictures(std::vector<DicomObject> pictures) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Picture>, std::greater<>> by_size;
    for (auto& picture : put_together(std::move(pictures))) {
        const auto size = size_of(instance_of(picture));
        by_size[size].push_back(std::move(picture));
    }
    DicomPyramid pyramid;
    std::size_t shapeless = 0, unreadable = 0;
    for (auto& [size, same] : by_size) {
        const bool is_finest = pyramid.levels.empty();
        if (is_finest && same.size() > 1)
            pyramid.notes.push_back(
                "The slide has " + std::to_string(same.size()) +
                " pictures of its finest size (focal planes or optical paths), of which one was read");
        if (!is_finest && !may_be_levels(pyramid.levels.front().front().instance, instance_of(same.front()))) {
            ++shapeless;
            continue;
        }
        auto picture = one_of(std::move(same));
        for (const auto& part : picture) {
            auto refusal = why_not_readable(part);
            if (refusal && is_finest) throw *refusal;
            if (refusal) {
                ++unreadable;
                picture.clear();
                break;
            }
        }
        if (!picture.empty()) pyramid.levels.push_back(std::move(picture));
    }
    if (shapeless > 0)
        pyramid.notes.push_back(std::to_string(shapeless) +
                                " pictures beside it show another extent of tissue and were not taken for levels");
    if (unreadable > 0)
        pyramid.notes.push_back(std::to_string(unreadable) + " coarser pictures are of a kind that is not read here");
    return pyramid;
}

std::vector<SpacingFinding> dicom_spacings(const DicomInstance& finest) {
    std::vector<SpacingFinding> found;
    if (finest.spacing_x_mm && finest.spacing_y_mm)
        found.push_back(finding("PixelSpacing", *finest.spacing_x_mm, *finest.spacing_y_mm,
                                fault(*finest.spacing_x_mm, *finest.spacing_y_mm)));
    if (finest.volume_width_mm && finest.volume_height_mm && finest.total_columns > 0 && finest.total_rows > 0) {
        const double x = *finest.volume_width_mm / static_cast<double>(finest.total_columns);
        const double y = *finest.volume_height_mm / static_cast<double>(finest.total_rows);
        // Some programs write the size of a slide that they think of.
        constexpr double most_uneven = 1.02;
        const bool uneven = std::max(x, y) > most_uneven * std::min(x, y);
        found.push_back(finding("ImagedVolumeWidth", x, y, uneven ? "pixels would not be square" : fault(x, y)));
    }
    return found;
}

}  // namespace slidetype
