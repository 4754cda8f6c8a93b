#include "plugin/teaching/annotated_slides.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "model/data/table_files.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/result_list.h"
#include "plugin/batch/slide_list.h"
#include "plugin/results/result_folder.h"
#include "tiler/slide.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

bool has_class_folder(const fs::path& folder) {
    return std::ranges::any_of(fs::directory_iterator(folder), [](const fs::directory_entry& entry) {
        return entry.is_directory() && class_index(entry.path().filename().string()) >= 0;
    });
}

bool has_slide(const fs::path& folder) {
    const auto options = fs::directory_options::skip_permission_denied;
    return std::ranges::any_of(fs::recursive_directory_iterator(folder, options),
                               [](const auto& entry) { return entry.is_regular_file() && is_slide(entry.path()); });
}

std::string no_annotations(const fs::path& slide) {
    return slide.string() + ": has no annotations beside it (" + slide.filename().string() + ".geojson or " +
           slide.stem().string() + ".geojson)";
}

/// Lists what is there, and names what is not.
void add(AnnotatedSlide slide, AnnotatedSlides& out) {
    if (!fs::exists(slide.slide)) {
        out.problems.push_back(slide.slide.string() + ": does not exist");
        return;
    }
    if (slide.annotations.empty()) slide.annotations = annotations_beside(slide.slide);
    if (slide.annotations.empty()) {
        out.problems.push_back(no_annotations(slide.slide));
    } else if (!fs::exists(slide.annotations)) {
        out.problems.push_back(slide.annotations.string() + ": does not exist");
    } else {
        if (slide.group.empty()) slide.group = full_name(slide.slide);
        out.slides.push_back(std::move(slide));
    }
}

AnnotatedSlides read_slide_manifest(const fs::path& path, const fs::path& root) {
    const auto manifest =
        read_manifest(path, {"slide"}, {"annotations", "patient", "group", "spacing", "fold", "split"});
    TableFiles files(manifest, root.empty() ? path.parent_path() : root);
    const auto text = [&](const auto& row, const std::string& column) {
        return manifest.has(column) ? manifest.at(row, column) : std::string();
    };
    AnnotatedSlides out;
    std::size_t without_patient = 0;
    for (const auto& row : manifest.rows) {
        AnnotatedSlide slide;
        slide.slide = files.find(row, "slide");
        if (slide.slide.empty()) {
            out.problems.push_back(path.string() + ": " + manifest.place(row) + ": the field of the slide is empty");
            continue;
        }
        slide.annotations = files.find(row, "annotations");
        slide.group = manifest.has("patient") ? text(row, "patient") : text(row, "group");
        if (slide.group.empty()) ++without_patient;  // one of its own, see add()
        slide.spacing_um_px = manifest.number(row, "spacing");
        if (!text(row, "fold").empty()) slide.fold = manifest.integer(row, "fold");
        slide.part = read_part(manifest, row);
        add(std::move(slide), out);
    }
    out.notes = manifest.notes;
    std::ranges::move(files.notes(), std::back_inserter(out.notes));
    if ((manifest.has("patient") || manifest.has("group")) && without_patient > 0) {
        out.notes.push_back(manifest.source + ": " + counted(without_patient, "slide") +
                            (without_patient == 1 ? " has" : " have") +
                            " no patient: each counts as a patient of its own");
    }
    for (const auto& column : manifest.unknown) {
        out.notes.push_back(manifest.source + ": the column \"" + column + "\" means nothing here and is ignored");
    }
    return out;
}

/// The result folders at `path`: itself, or those directly below it.
std::vector<ClaimedFolder> results_at(const fs::path& path) {
    if (!fs::exists(path / kSourceFile)) return claimed_folders(path);
    const auto whole = fs::absolute(path / kSourceFile).lexically_normal().parent_path();
    auto folders = claimed_folders(whole.parent_path());
    std::erase_if(folders, [&](const ClaimedFolder& claimed) { return claimed.folder != whole; });
    return folders;
}

/// Those of them whose slides were drawn on.
std::vector<ClaimedFolder> drawn_results(const fs::path& path) {
    auto folders = results_at(path);
    std::erase_if(folders,
                  [](const ClaimedFolder& claimed) { return !fs::exists(claimed.folder / kViewerAnnotations); });
    return folders;
}

/// The spacing that the user gave where the slide names none; nothing where the slide's own was used.
std::optional<double> given_spacing(const fs::path& summary_file) {
    try {
        const auto summary = nlohmann::json::parse(read_file(summary_file, kLargestSummary));
        if (summary.at("spacing_source") != "user") return std::nullopt;
        return summary.at("spacing_um_px").at(0).get<double>();
    } catch (const std::exception&) {
        return std::nullopt;  // not scored, so nothing was given
    }
}

AnnotatedSlides read_drawn_results(const std::vector<ClaimedFolder>& folders) {
    AnnotatedSlides out;
    for (const auto& claimed : folders) {
        AnnotatedSlide slide;
        slide.slide = claimed.source;
        slide.annotations = claimed.folder / kViewerAnnotations;
        slide.spacing_um_px = given_spacing(claimed.folder / "summary.json");
        add(std::move(slide), out);
    }
    return out;
}

}  // namespace

fs::path annotations_beside(const fs::path& slide) {
    auto whole_name = slide, stem = slide;
    whole_name += ".geojson";
    stem.replace_extension(".geojson");
    for (const auto& file : {whole_name, stem}) {
        if (fs::is_regular_file(file)) return file;
    }
    return {};
}

bool is_annotated_slides(const fs::path& path) {
    try {
        if (fs::is_directory(path)) {
            return !results_at(path).empty() || (!has_class_folder(path) && has_slide(path));
        }
        if (!fs::is_regular_file(path)) return false;
        return is_named_like_table(path) ? std::ranges::count(read_header(path), "slide") > 0 : is_slide(path);
    } catch (const std::exception&) {
        return false;
    }
}

AnnotatedSlides find_annotated_slides(const fs::path& path, const fs::path& root) {
    if (!fs::exists(path)) throw Error(ErrorCode::not_found, path.string(), "does not exist");
    if (is_named_like_table(path)) return read_slide_manifest(path, root);
    if (const auto drawn = drawn_results(path); !drawn.empty()) return read_drawn_results(drawn);
    if (!results_at(path).empty() && !has_slide(path)) {
        throw Error(ErrorCode::bad_data, path.string(), "holds results, but nothing was drawn on their slides",
                    "Draw what is right in `slidetype view " + path.string() + "`, save it, and train again.");
    }
    AnnotatedSlides out;
    for (const auto& file : find_slides({&path, 1}).slides) {
        AnnotatedSlide slide;
        slide.slide = file;
        add(std::move(slide), out);
    }
    return out;
}

}  // namespace slidetype
