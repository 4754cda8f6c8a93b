#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugin/viewer/assets.h"
#include "plugin/viewer/byte_cache.h"
#include "plugin/viewer/http_message.h"
#include "plugin/viewer/scoring_job.h"
#include "plugin/viewer/slide_json.h"
#include "plugin/viewer/viewed_slides.h"

namespace slidetype::viewer {

/// Answers what Access has let pass. The paths are listed in docs/viewer.md. Thread-safe.
class Site {
  public:
    /// Keeps references: both must outlive it. `may_run`: slides without a result may be scored from the page.
    Site(const ViewedSlides& slides, ScoringJobs& jobs, std::map<std::string, Asset> assets, bool may_run = true);

    /// Never throws for what a request holds: errors are answers too.
    HttpResponse answer(const HttpRequest& request);

  private:
    using Parts = std::vector<std::string>;  ///< of the path, behind /api/slides/{id}
    HttpResponse route(const HttpRequest& request);
    HttpResponse batch() const;
    HttpResponse read_slide(const ViewedSlide& slide, const Parts& parts, const HttpRequest& request);
    HttpResponse change_slide(const ViewedSlide& slide, const Parts& parts, const HttpRequest& request);
    HttpResponse describe(const ViewedSlide& slide) const;
    HttpResponse tiles(const ViewedSlide& slide, const HttpRequest& request);
    HttpResponse regions(const ViewedSlide& slide, const HttpRequest& request);
    HttpResponse zoom_tile(const ViewedSlide& slide, const Parts& parts, const HttpRequest& request);
    HttpResponse thumbnail(const ViewedSlide& slide, const HttpRequest& request);
    HttpResponse model_tile(const ViewedSlide& slide, const std::string& file) const;
    HttpResponse put_annotations(const ViewedSlide& slide, const HttpRequest& request);
    SlideExtras extras(const ViewedSlide& slide) const;
    std::optional<std::size_t> count_annotations(const std::filesystem::path& folder) const;

    const ViewedSlides& slides_;
    ScoringJobs& jobs_;
    std::map<std::string, Asset> assets_;
    bool may_run_;
    ByteCache cache_{std::size_t{256} << 20};
    mutable ByteCache counts_{std::size_t{1} << 20};
    std::mutex saving_;  ///< one save at a time, so that nothing comes between the check and the write
};

}  // namespace slidetype::viewer
