#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugin/analysis/slide_result.h"
#include "plugin/batch/result_list.h"
#include "plugin/viewer/deep_zoom.h"
#include "plugin/viewer/kept.h"

namespace slidetype::viewer {

/// One slide of the list. Its name is that of the result folder or, before there is one, of the file.
struct ViewedSlide : ListedResult {
    std::string id;  ///< twelve hexadecimal digits of a hash of the source
};

/// When the file was last written, as text that changes with it: part of the keys of what is kept.
std::string change_time(const std::filesystem::path& file);

/// The slides that `view` shows: results of a run, slides without results, or both. Thread-safe.
class ViewedSlides {
  public:
    /// `path` is an output folder of `run`, one slide's folder in it, a slide, or a folder with slides; `output` is
    /// where results of slides are looked for and new ones go (empty: `path`, if that is an output folder, else
    /// "slidetype_results" in the working directory).
    /// Throws Error(not_found) where there is neither a result nor a slide.
    explicit ViewedSlides(const std::filesystem::path& path, std::filesystem::path output = {});

    /// A name for what is shown.
    const std::string& title() const { return title_; }
    const std::filesystem::path& output() const { return output_; }

    /// In the order of their names. Looks at the disk again, for a run may still be writing.
    std::vector<ViewedSlide> list() const;
    /// One that list() gave before; cheap. Where it had no result folder yet, the disk is looked at again if the output
    /// folder has changed.
    std::optional<ViewedSlide> find(const std::string& id) const;

    /// The stored result; the last few are kept until their files change. Throws what read_stored_result throws.
    std::shared_ptr<const SlideResult> result(const ViewedSlide& slide) const;
    /// The slide, opened; the last few are kept open. Throws what Slide throws.
    std::shared_ptr<const DeepZoom> pixels(const ViewedSlide& slide) const;

  private:
    void refresh() const;
    void read_outcome(ViewedSlide& slide) const;
    std::string patient_of(const std::filesystem::path& folder) const;

    std::string title_;
    std::filesystem::path output_;
    std::filesystem::path only_;                 ///< the one folder to show; empty: all of the output
    std::vector<std::filesystem::path> slides_;  ///< slides that were named; empty: those of the results
    mutable std::mutex mutex_;
    mutable std::string seen_;                               ///< when output_ had changed, as of the last look
    mutable std::vector<ViewedSlide> known_;                 ///< by name, as of the last look at all of them
    mutable std::map<std::string, ListedResult> failures_;   ///< by source
    mutable std::map<std::string, ListedResult> summaries_;  ///< by folder and time of its summary
    mutable std::map<std::string, std::string> patients_;    ///< by folder and time of its record
    mutable Kept<SlideResult> results_{3};
    mutable Kept<DeepZoom> pixels_{8};
};

}  // namespace slidetype::viewer
