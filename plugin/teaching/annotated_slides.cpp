#include "plugin/teaching/annotated_slides.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "model/data/class_folders.h"
#include "model/data/table_files.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/result_list.h"
#include "plugin/batch/slide_list.h"
#include "plugin/results/result_folder.h"
#include "plugin/teaching/beside_slide.h"
#include "tiler/slides/file_kind.h"
#include "tiler/slides/slide.h"

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

/// Gathers slides with their annotations.
class Gatherer {
  public:
    /// Lists what is there, and names what is not.
    void add(AnnotatedSlide slide) {
        if (!fs::exists(slide.slide)) {
            found_.problems.push_back(slide.slide.string() + ": does not exist");
            return;
        }
        if (slide.annotations.empty() && !find_beside(slide)) return;
        if (!fs::exists(slide.annotations)) {
            found_.problems.push_back(slide.annotations.string() + ": does not exist");
            return;
        }
        if (slide.group.empty()) slide.group = full_name(slide.slide);
        found_.slides.push_back(std::move(slide));
    }

    void miss(std::string problem) { found_.problems.push_back(std::move(problem)); }

    AnnotatedSlides finish() {
        leave_out_shared();
        return std::move(found_);
    }

  private:
    bool find_beside(AnnotatedSlide& slide) {
        const auto beside = finder_.beside(slide.slide);
        slide.annotations = beside.file;
        if (beside.file.empty()) {
            found_.problems.push_back(slide.slide.string() + ": " + no_annotations_text(slide.slide, beside));
            return false;
        }
        if (auto text = choice_text(slide.slide, beside); !text.empty()) found_.notes.push_back(std::move(text));
        return true;
    }

    /// What was drawn on one slide is not true of another, and it cannot be told of which it is.
    void leave_out_shared() {
        std::map<std::string, std::set<std::string>> slides;
        for (const auto& each : found_.slides) slides[full_name(each.annotations)].insert(full_name(each.slide));
        std::erase_if(found_.slides, [&](const AnnotatedSlide& each) {
            const auto& sharers = slides[full_name(each.annotations)];
            if (sharers.size() < 2) return false;
            const auto& other =
                *sharers.begin() == full_name(each.slide) ? *std::next(sharers.begin()) : *sharers.begin();
            found_.problems.push_back(each.slide.string() + ": its annotations, " + each.annotations.string() +
                                      ", are given for another slide too: " + other);
            return true;
        });
    }

    AnnotatedSlides found_;
    AnnotationFinder finder_;
};

AnnotatedSlides read_slide_manifest(const fs::path& path, const fs::path& root) {
    const auto manifest =
        read_manifest(path, {"slide"}, {"annotations", "patient", "group", "spacing", "fold", "split"});
    TableFiles files(manifest, root.empty() ? path.parent_path() : root);
    const auto text = [&](const auto& row, const std::string& column) {
        return manifest.has(column) ? manifest.at(row, column) : std::string();
    };
    Gatherer gathered;
    std::size_t without_patient = 0;
    for (const auto& row : manifest.rows) {
        AnnotatedSlide slide;
        slide.slide = files.find(row, "slide");
        if (slide.slide.empty()) {
            gathered.miss(path.string() + ": " + manifest.place(row) + ": the field of the slide is empty");
            continue;
        }
        slide.annotations = files.find(row, "annotations");
        slide.group = manifest.has("patient") ? text(row, "patient") : text(row, "group");
        if (slide.group.empty()) ++without_patient;  // one of its own, see add()
        slide.spacing_um_px = manifest.number(row, "spacing");
        if (!text(row, "fold").empty()) slide.fold = manifest.integer(row, "fold");
        slide.part = read_part(manifest, row);
        gathered.add(std::move(slide));
    }
    auto out = gathered.finish();
    out.notes.insert(out.notes.begin(), manifest.notes.begin(), manifest.notes.end());
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
    Gatherer gathered;
    for (const auto& claimed : folders) {
        AnnotatedSlide slide;
        slide.slide = claimed.source;
        slide.annotations = claimed.folder / kViewerAnnotations;
        slide.spacing_um_px = given_spacing(claimed.folder / "summary.json");
        gathered.add(std::move(slide));
    }
    return gathered.finish();
}

}  // namespace

bool is_annotated_slides(const fs::path& path) {
    try {
        if (fs::is_directory(path)) {
            const bool has_classes = has_class_folder(path) || is_divided_into_parts(path);
            return !results_at(path).empty() || (!has_classes && has_slide(path));
        }
        if (!fs::is_regular_file(path)) return false;
        if (is_named_like_table(path)) return std::ranges::count(read_header(path), "slide") > 0;
        // A picture may also be given by mistake for the folder of class folders that it lies in.
        return is_slide(path) || (kind_of_file(path) == FileKind::picture && !annotations_beside(path).empty());
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
    Gatherer gathered;
    for (const auto& file : find_slides({&path, 1}).slides) {
        AnnotatedSlide slide;
        slide.slide = file;
        gathered.add(std::move(slide));
    }
    return gathered.finish();
}

}  // namespace slidetype
