#include "tiler/dicom/dicom_folder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "base/dicom_mark.h"
#include "tiler/dicom/dicom_pyramid.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// The DICOM files that lie in a folder, by name.
std::vector<fs::path> dicom_files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::directory_iterator entries(folder.empty() ? fs::path(".") : folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        std::error_code ignored;
        if (!entries->is_regular_file(ignored)) continue;
        auto file = folder.empty() ? entries->path().filename() : entries->path();
        if (is_dicom_file(file)) files.push_back(std::move(file));
    }
    if (error)
        throw Error(ErrorCode::io, folder.string(), "is a folder that cannot be read: " + error.message(),
                    "Check its permissions, and that its disk is connected.");
    std::ranges::sort(files);
    return files;
}

using Pictures = std::vector<DicomObject>;

/// What tells pyramids apart for sure. Objects without a series are slides of their own.
std::string pyramid_of(const DicomObject& object) {
    const auto& instance = object.instance;
    if (instance.series_uid.empty()) return "\n" + object.path.string();
    return instance.series_uid + "\n" + instance.pyramid_uid;
}

/// Whether pictures of several frames of reference could be levels of one slide: they are of different sizes, and each
/// may be the largest, made smaller.
bool could_be_one(const std::map<std::string, Pictures>& by_frame) {
    const DicomInstance* largest = nullptr;
    std::map<std::pair<std::int64_t, std::int64_t>, std::string> frame_of_size;
    for (const auto& [frame, pictures] : by_frame) {
        for (const auto& picture : pictures) {
            const auto& instance = picture.instance;
            const std::pair size(instance.total_columns, instance.total_rows);
            if (frame_of_size.emplace(size, frame).first->second != frame) return false;
            if (largest == nullptr || size > std::pair(largest->total_columns, largest->total_rows))
                largest = &instance;
        }
    }
    for (const auto& [frame, pictures] : by_frame) {
        for (const auto& picture : pictures) {
            if (!may_be_levels(*largest, picture.instance)) return false;
        }
    }
    return true;
}

/// The pictures of each slide. Copies of one object are one.
std::vector<Pictures> pyramids_of(std::vector<DicomObject> pictures) {
    std::map<std::string, std::map<std::string, Pictures>> by_frame;
    std::set<std::string> uids;
    for (auto& picture : pictures) {
        const auto& instance = picture.instance;
        if (!instance.instance_uid.empty() && !uids.insert(instance.instance_uid).second) continue;
        by_frame[pyramid_of(picture)][instance.frame_of_reference_uid].push_back(std::move(picture));
    }
    std::vector<Pictures> pyramids;
    for (auto& [key, frames] : by_frame) {
        const bool one = could_be_one(frames);
        for (auto& [frame, of_frame] : frames) {
            if (!one || &of_frame == &frames.begin()->second) pyramids.emplace_back();
            std::ranges::move(of_frame, std::back_inserter(pyramids.back()));
        }
        if (one) std::ranges::sort(pyramids.back(), {}, &DicomObject::path);
    }
    return pyramids;
}

/// Of the file's series alone, where one is given: others are not read beyond where they say theirs.
struct Found {
    std::vector<Pictures> pyramids;
    std::vector<DicomObject> others;  ///< labels and the like, and objects of other kinds
    std::vector<fs::path> unreadable;
};

Found look_at(std::span<const fs::path> files, const std::optional<std::string>& series) {
    Found found;
    Pictures pictures;
    for (const auto& path : files) {
        try {
            if (series) {
                const auto file = ReadOnlyFile::open(path);
                if (file && read_dicom_head(*file, path.string()).series_uid != *series) continue;
            }
            auto object = read_dicom_object(path);
            if (role_of(object.instance) == DicomRole::level)
                pictures.push_back(std::move(object));
            else
                found.others.push_back(std::move(object));
        } catch (const Error&) {
            found.unreadable.push_back(path);
        }
    }
    found.pyramids = pyramids_of(std::move(pictures));
    return found;
}

std::vector<std::string> names_of(std::span<const fs::path> files) {
    std::vector<std::string> names;
    for (const auto& file : files) names.push_back(file.filename().string());
    return names;
}

DicomSlideObjects slide_in_folder(const fs::path& folder) {
    const auto files = dicom_files_in(folder);
    auto found = look_at(files, std::nullopt);
    if (found.pyramids.size() > 1)
        throw Error(ErrorCode::unsupported, folder.string(),
                    "is a folder with " + std::to_string(found.pyramids.size()) + " DICOM slides",
                    "Name a file of the one that is meant. `slidetype run` takes all slides of a folder.");
    if (!found.pyramids.empty()) return {std::move(found.pyramids.front()), names_of(found.unreadable)};
    if (!found.unreadable.empty()) (void)read_dicom_object(found.unreadable.front());  // which throws why
    for (const auto& other : found.others) {
        if (auto refusal = why_not_readable(other); refusal && role_of(other.instance) == DicomRole::other)
            throw *refusal;
    }
    throw Error(
        ErrorCode::unsupported, folder.string(),
        "is a folder without a picture of tissue: its DICOM files are labels, overviews or thumbnails of a slide",
        "Copy all files of the slide into it.");
}

[[noreturn]] void throw_beside(const DicomObject& object, std::size_t pyramids) {
    const auto name = object.path.string();
    if (pyramids > 1)
        throw Error(ErrorCode::unsupported, name,
                    "is the label, an overview or a thumbnail of " + std::to_string(pyramids) + " slides",
                    "Name a file with the pixels of the one that is meant.");
    throw Error(ErrorCode::unsupported, name,
                "is the label, an overview or a thumbnail of a slide, whose other files are not beside it",
                "Copy all files of the slide into the same folder.");
}

DicomSlideObjects slide_of_file(const fs::path& file) {
    auto object = read_dicom_object(file);
    const auto role = role_of(object.instance);
    if (role == DicomRole::other) throw why_not_readable(object).value();
    const auto series = object.instance.series_uid;
    Found found;
    if (!series.empty()) {
        auto files = dicom_files_in(file.parent_path());
        // Of copies of one object the one that was named is taken.
        std::stable_partition(files.begin(), files.end(), [&](const fs::path& each) { return each == file; });
        found = look_at(files, series);
    }
    if (role == DicomRole::beside) {
        if (found.pyramids.size() != 1) throw_beside(object, found.pyramids.size());
        return {std::move(found.pyramids.front()), names_of(found.unreadable)};
    }
    for (auto& pictures : found.pyramids) {
        if (std::ranges::any_of(pictures, [&](const DicomObject& each) {
                return each.path == object.path || each.instance.instance_uid == object.instance.instance_uid;
            }))
            return {std::move(pictures), names_of(found.unreadable)};
    }
    Pictures alone;  // without a series, or moved meanwhile
    alone.push_back(std::move(object));
    return {std::move(alone), names_of(found.unreadable)};
}

/// The file that a slide is opened by.
const fs::path& first_file(const std::vector<DicomObject>& pictures) {
    return std::ranges::max_element(pictures,
                                    [](const DicomObject& a, const DicomObject& b) {
                                        // Of the same size the first name is the largest.
                                        const auto size = [](const DicomObject& each) {
                                            return std::pair(each.instance.total_columns, each.instance.total_rows);
                                        };
                                        return size(a) != size(b) ? size(a) < size(b) : b.path < a.path;
                                    })
        ->path;
}

}  // namespace

DicomSlideObjects dicom_slide_at(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error) ? slide_in_folder(path) : slide_of_file(path);
}

std::vector<fs::path> files_of_dicom_slide(const fs::path& path) {
    std::vector<fs::path> files;
    for (const auto& picture : dicom_slide_at(path).pictures) files.push_back(picture.path);
    return files;
}

DicomListing list_dicom_files(std::span<const fs::path> files) {
    auto found = look_at(files, std::nullopt);
    DicomListing listing;
    for (const auto& pictures : found.pyramids) listing.slides.push_back(first_file(pictures));
    listing.suspects = std::move(found.unreadable);
    std::ranges::sort(listing.slides);
    std::set<std::string> series;
    for (const auto& pictures : found.pyramids) series.insert(pictures.front().instance.series_uid);
    for (const auto& other : found.others) {
        const bool of_a_slide =
            role_of(other.instance) == DicomRole::beside && series.contains(other.instance.series_uid);
        if (!of_a_slide) listing.others.push_back(other.path);
    }
    return listing;
}

}  // namespace slidetype
