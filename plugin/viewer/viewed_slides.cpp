#include "plugin/viewer/viewed_slides.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/error.h"
#include "base/sha256.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/slide_list.h"
#include "plugin/records/slide_record.h"
#include "plugin/results/result_folder.h"
#include "plugin/results/stored_result.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

bool is_output_folder(const fs::path& path) {
    return fs::is_directory(path) && (fs::exists(path / "run.json") || !claimed_folders(path).empty());
}

/// Slides whose files differ only in their endings, or lie in different folders, are named so that they can be told
/// apart.
void tell_apart(std::vector<ViewedSlide>& slides) {
    using Name = std::function<std::string(const fs::path&)>;
    const std::array<Name, 3> longer = {
        [](const fs::path& file) { return file.filename().string(); },
        [](const fs::path& file) { return (file.parent_path().filename() / file.filename()).string(); },
        [](const fs::path& file) { return file.string(); }};
    Name now = [](const fs::path& file) { return name_of_slide(file); };
    for (const auto& next : longer) {
        std::map<std::string, int> count;
        for (const auto& slide : slides) ++count[now(slide.source)];
        for (auto& slide : slides) {
            if (count[now(slide.source)] > 1) slide.name = next(slide.source);
        }
        now = next;
    }
}

}  // namespace

std::string change_time(const fs::path& file) {
    std::error_code error;
    return std::to_string(fs::last_write_time(file, error).time_since_epoch().count());
}

ViewedSlides::ViewedSlides(const fs::path& path, fs::path output) : output_(std::move(output)) {
    if (!fs::exists(path)) throw Error(ErrorCode::not_found, path.string(), "does not exist");
    const auto whole = fs::absolute(path).lexically_normal();
    title_ = (whole.filename().empty() ? whole.parent_path() : whole).filename().string();
    if (fs::exists(whole / kSourceFile)) {
        const auto folder = whole.filename().empty() ? whole.parent_path() : whole;
        only_ = folder;
        output_ = folder.parent_path();
    } else if (is_output_folder(whole)) {
        output_ = whole;
    } else {
        slides_ = find_slides({&whole, 1}).slides;
        if (slides_.empty()) {
            throw Error(ErrorCode::not_found, path.string(), "holds neither results of slidetype nor slides",
                        "Give the folder that was given to `slidetype run … -o`, a slide, or a folder with slides.");
        }
        if (output_.empty()) output_ = fs::current_path() / "slidetype_results";
    }
    refresh();
}

/// Every slide with its folder, whatever became of it.
void ViewedSlides::refresh() const {
    const auto seen = change_time(output_);
    std::map<std::string, fs::path> folders;
    for (auto& claimed : claimed_folders(output_)) folders[claimed.source] = std::move(claimed.folder);
    std::vector<ViewedSlide> slides;
    const auto add = [&slides](const std::string& source, fs::path folder) {
        ViewedSlide slide;
        slide.source = source;
        slide.id = sha256_hex(source).substr(0, 12);
        slide.name = folder.empty() ? name_of_slide(slide.source) : folder.filename().string();
        slide.folder = std::move(folder);
        slides.push_back(std::move(slide));
    };
    for (const auto& slide : slides_) {
        const auto source = full_name(slide);
        const auto found = folders.find(source);
        add(source, found == folders.end() ? fs::path() : found->second);
    }
    for (const auto& [source, folder] : folders) {
        if (slides_.empty() && (only_.empty() || folder == only_)) add(source, folder);
    }
    tell_apart(slides);
    std::ranges::sort(slides, {}, &ViewedSlide::name);
    auto failures = read_run_failures(output_);
    const std::lock_guard lock(mutex_);
    seen_ = seen;
    known_ = std::move(slides);
    failures_ = std::move(failures);
}

/// From the slide's record, which is there before and after its result.
std::string ViewedSlides::patient_of(const fs::path& folder) const {
    if (folder.empty()) return {};
    const auto key = folder.string() + '\n' + change_time(folder / kStateFile);
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = patients_.find(key); known != patients_.end()) return known->second;
    }
    const auto record = read_record(folder);
    const std::lock_guard lock(mutex_);
    return patients_[key] = record ? record->patient : std::string();
}

void ViewedSlides::read_outcome(ViewedSlide& slide) const {
    slide.patient = patient_of(slide.folder);
    const auto summary = slide.folder / "summary.json";
    if (slide.folder.empty() || !fs::exists(summary)) {
        const std::lock_guard lock(mutex_);
        if (const auto failed = failures_.find(slide.source.string()); failed != failures_.end()) {
            slide.state = failed->second.state;
            slide.error = failed->second.error;
            slide.hint = failed->second.hint;
        }
        return;
    }
    const auto key = slide.folder.string() + '\n' + change_time(summary);
    std::optional<ListedResult> line;
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = summaries_.find(key); known != summaries_.end()) line = known->second;
    }
    if (!line) {
        line = read_result_line(summary);
        const std::lock_guard lock(mutex_);
        summaries_[key] = *line;
    }
    line->name = slide.name, line->source = slide.source, line->folder = slide.folder;
    line->patient = slide.patient;
    static_cast<ListedResult&>(slide) = std::move(*line);
}

std::vector<ViewedSlide> ViewedSlides::list() const {
    refresh();
    std::vector<ViewedSlide> slides;
    {
        const std::lock_guard lock(mutex_);
        slides = known_;
    }
    for (auto& slide : slides) read_outcome(slide);
    return slides;
}

std::optional<ViewedSlide> ViewedSlides::find(const std::string& id) const {
    const auto look = [&]() -> std::optional<ViewedSlide> {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(known_, id, &ViewedSlide::id);
        return found == known_.end() ? std::nullopt : std::optional(*found);
    };
    const auto is_new = [&] {
        const std::lock_guard lock(mutex_);
        return seen_ != change_time(output_);
    };
    auto slide = look();
    if (slide && slide->folder.empty() && is_new()) {
        refresh();
        slide = look();
    }
    if (slide) read_outcome(*slide);
    return slide;
}

std::shared_ptr<const SlideResult> ViewedSlides::result(const ViewedSlide& slide) const {
    const auto key = slide.folder.string() + '\n' + change_time(slide.folder / "summary.json");
    return results_.get(key, [&] { return std::make_shared<const SlideResult>(read_stored_result(slide.folder)); });
}

std::shared_ptr<const DeepZoom> ViewedSlides::pixels(const ViewedSlide& slide) const {
    const auto key = slide.source.string() + '\n' + change_time(slide.source);
    constexpr std::uint64_t kMostPictureBytes = std::uint64_t{1} << 30;  // several are kept
    return pixels_.get(key, [&] {
        return std::make_shared<const DeepZoom>(
            std::make_shared<const Slide>(slide.source, PixelPath::fastest, kMostPictureBytes));
    });
}

}  // namespace slidetype::viewer
