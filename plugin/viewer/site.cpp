#include "plugin/viewer/site.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/results/result_folder.h"
#include "plugin/teaching/beside_slide.h"
#include "plugin/viewer/annotation_file.h"
#include "plugin/viewer/answers.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

constexpr int kThumbnailEdge = 256;

/// All of `text` as a whole number that is not negative.
std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// "12.jpg" → "12"
std::optional<std::string_view> stem_of_jpeg(std::string_view file) {
    if (!file.ends_with(".jpg")) return std::nullopt;
    file.remove_suffix(4);
    return file;
}

/// The offset that annotations lack, whatever --keep-offset said of the results: what QuPath and `train` take for it.
Rect offset_of(const ViewedSlides& slides, const ViewedSlide& slide) {
    try {
        const auto bounds = slides.pixels(slide)->slide().bounds();
        return bounds ? Rect{bounds->x, bounds->y, 0, 0} : Rect{};
    } catch (const Error&) {
        // The slide is gone or damaged; its result remembers.
        return slide.state == ViewedSlide::State::scored ? slides.result(slide)->slide.offset : Rect{};
    }
}

/// What else lies beside a slide that is not shown, and why; empty where there is nothing to say.
std::string annotations_note(const ViewedSlide& slide) {
    if (!slide.folder.empty() && fs::exists(AnnotationFile(slide.folder, {}, {}).file())) return "";
    const auto beside = AnnotationFinder().beside(slide.source);
    if (!beside.file.empty()) return choice_text(slide.source, beside);
    if (beside.near.empty() && beside.shared.empty()) return "";
    return slide.source.filename().string() + " " + no_annotations_text(slide.source, beside);
}

AnnotationFile annotations_of(const ViewedSlides& slides, const ViewedSlide& slide, const fs::path& folder) {
    return {folder, annotations_beside(slide.source), offset_of(slides, slide)};
}

}  // namespace

Site::Site(const ViewedSlides& slides, ScoringJobs& jobs, std::map<std::string, Asset> assets, bool may_run)
    : slides_(slides), jobs_(jobs), assets_(std::move(assets)), may_run_(may_run) {}

HttpResponse Site::answer(const HttpRequest& request) {
    return answered([&] { return route(request); });
}

HttpResponse Site::route(const HttpRequest& request) {
    if (auto asset = asset_answer(assets_, request)) return std::move(*asset);
    const bool reads = is_reading(request);
    auto parts = path_parts(request.path);
    if (parts.size() < 2 || parts[0] != "api") return not_found();
    if (reads && parts.size() == 2 && parts[1] == "batch") return batch();
    if (parts.size() < 3 || parts[1] != "slides") return not_found();
    const auto slide = slides_.find(parts[2]);
    if (!slide) return not_found();
    parts.erase(parts.begin(), parts.begin() + 3);
    return reads ? read_slide(*slide, parts, request) : change_slide(*slide, parts, request);
}

HttpResponse Site::read_slide(const ViewedSlide& slide, const Parts& parts, const HttpRequest& request) {
    if (parts.empty()) return describe(slide);
    const auto& what = parts[0];
    if (what == "dz" && parts.size() == 3) return zoom_tile(slide, parts, request);
    if (what == "tiles" && parts.size() == 2) return model_tile(slide, parts[1]);
    if (parts.size() != 1) return not_found();
    if (what == "tiles") return tiles(slide, request);
    if (what == "regions") return regions(slide, request);
    if (what == "thumbnail.jpg") return thumbnail(slide, request);
    if (what == "annotations") {
        const auto file = annotations_of(slides_, slide, slide.folder);
        auto response = respond(file.read());
        response.etag = file.etag();
        return response;
    }
    if (what == "progress") {
        const auto progress = jobs_.progress(slide.id);
        return progress ? respond(progress_json(*progress)) : not_found();
    }
    return not_found();
}

HttpResponse Site::change_slide(const ViewedSlide& slide, const Parts& parts, const HttpRequest& request) {
    if (parts.size() != 1) return not_found();
    if (request.method == "PUT" && parts[0] == "annotations") return put_annotations(slide, request);
    if (request.method != "POST") return refuse(405, "This cannot be done here.");
    if (parts[0] == "run" && may_run_) {
        jobs_.start(slide.id, slide.source);
    } else if (parts[0] == "cancel") {
        jobs_.cancel(slide.id);
    } else {
        return not_found();
    }
    auto response = respond("{}");
    response.status = 202;
    return response;
}

SlideExtras Site::extras(const ViewedSlide& slide) const {
    SlideExtras extras;
    extras.running = jobs_.is_active(slide.id);
    extras.has_pixels = fs::exists(slide.source);
    if (!slide.folder.empty()) extras.annotations = count_annotations(slide.folder);
    return extras;
}

/// Each file is read once, for lists are asked for again and again.
std::optional<std::size_t> Site::count_annotations(const fs::path& folder) const {
    const AnnotationFile file(folder, {}, {});
    if (!fs::exists(file.file())) return 0;
    const auto key = file.file().string() + change_time(file.file());
    if (const auto known = counts_.find(key)) return whole_number(*known);
    const auto count = file.count();
    counts_.put(key, std::make_shared<const std::string>(count ? std::to_string(*count) : "unknown"));
    return count;
}

HttpResponse Site::batch() const {
    const auto slides = slides_.list();
    std::vector<SlideExtras> all;
    all.reserve(slides.size());
    for (const auto& slide : slides) all.push_back(extras(slide));
    return respond(batch_json(slides_.title(), slides, all, read_patients(slides_.output())));
}

HttpResponse Site::describe(const ViewedSlide& slide) const {
    SlideFacts facts;
    try {
        facts.pixels = slides_.pixels(slide);
    } catch (const Error& error) {
        facts.pixels_error = error.what();
    }
    facts.extras = extras(slide);
    if (slide.state == ViewedSlide::State::scored) {
        facts.summary = read_file(slide.folder / "summary.json", kLargestSummary);
    }
    if (facts.extras.running) facts.class_names = jobs_.class_names();
    facts.spacing_um_px = jobs_.spacing_um_px();
    facts.annotation_offset = offset_of(slides_, slide);
    facts.annotations_note = annotations_note(slide);
    facts.can_run = may_run_ && facts.pixels != nullptr;
    return respond(slide_json(slide, facts));
}

HttpResponse Site::tiles(const ViewedSlide& slide, const HttpRequest& request) {
    if (const auto partial = jobs_.partial(slide.id)) return respond(tiles_json(*partial));
    if (slide.state != ViewedSlide::State::scored) return not_found();
    const auto key = "tiles\n" + slide.folder.string() + change_time(slide.folder / "summary.json");
    return cached_answer(cache_, key, request, kJsonType,
                         [&] { return std::optional(tiles_json(*slides_.result(slide))); });
}

HttpResponse Site::regions(const ViewedSlide& slide, const HttpRequest& request) {
    if (slide.state != ViewedSlide::State::scored) return not_found();
    const auto key = "regions\n" + slide.folder.string() + change_time(slide.folder / "summary.json");
    return cached_answer(cache_, key, request, kJsonType,
                         [&] { return std::optional(regions_json(*slides_.result(slide))); });
}

HttpResponse Site::zoom_tile(const ViewedSlide& slide, const Parts& parts, const HttpRequest& request) {
    const auto level = whole_number(parts[1]);
    const auto name = stem_of_jpeg(parts[2]);
    if (!level || *level > 64 || !name) return not_found();
    const auto bar = name->find('_');
    if (bar == std::string_view::npos) return not_found();
    const auto column = whole_number(name->substr(0, bar)), row = whole_number(name->substr(bar + 1));
    if (!column || !row) return not_found();
    const auto key = "dz\n" + slide.source.string() + change_time(slide.source) + '\n' + parts[1] + '/' + parts[2];
    auto response = cached_answer(cache_, key, request, kJpegType, [&]() -> std::optional<std::string> {
        const auto tile = slides_.pixels(slide)->tile(static_cast<int>(*level), *column, *row);
        return tile ? std::optional(jpeg_text(*tile)) : std::nullopt;
    });
    if (response.status == 200) response.cache_control = "private, max-age=3600";
    return response;
}

HttpResponse Site::thumbnail(const ViewedSlide& slide, const HttpRequest& request) {
    const auto key = "thumbnail\n" + slide.source.string() + change_time(slide.source);
    return cached_answer(cache_, key, request, kJpegType, [&]() -> std::optional<std::string> {
        const auto picture = slides_.pixels(slide)->thumbnail(kThumbnailEdge);
        return picture ? std::optional(jpeg_text(*picture)) : std::nullopt;
    });
}

/// A tile as it was, or will be, given to the model.
HttpResponse Site::model_tile(const ViewedSlide& slide, const std::string& file) const {
    const auto name = stem_of_jpeg(file);
    const auto index = name ? whole_number(*name) : std::nullopt;
    if (!index) return not_found();
    const auto partial = jobs_.partial(slide.id);
    if (!partial && slide.state != ViewedSlide::State::scored) return not_found();
    const auto result = partial ? nullptr : slides_.result(slide);
    const auto& grid = partial ? partial->grid : result->grid;
    const auto tile = static_cast<std::size_t>(*index);
    if (tile >= grid.tiles.size()) return not_found();
    const auto pixels = slides_.pixels(slide);
    auto read = TileReader(pixels->slide(), grid).read({{tile}, grid.tiles[tile].rect});
    if (read.tiles.empty()) return refuse(500, "This tile cannot be read: " + read.failures.at(0).reason);
    RgbImage picture;
    picture.width = picture.height = grid.patch_size_px;
    picture.pixels = std::move(read.pixels);
    return respond(jpeg_text(picture, 92), kJpegType);
}

HttpResponse Site::put_annotations(const ViewedSlide& slide, const HttpRequest& request) {
    const std::lock_guard lock(saving_);
    auto folder = slide.folder;
    if (folder.empty()) {
        std::error_code error;
        fs::create_directories(slides_.output(), error);  // what is wrong with it, the claim will say
        folder = slides_.output() / ResultFolders(slides_.output()).claim(slide.source);
    }
    const auto file = annotations_of(slides_, slide, folder);
    if (!request.if_match.empty() && request.if_match != file.etag()) {
        return refuse(412, "The annotations of this slide were changed elsewhere meanwhile.",
                      "Reload them; what you drew since then has to be drawn again.");
    }
    if (const auto why = file.unreadable()) {
        return refuse(409, "Nothing was saved over annotations that cannot be read: " + *why,
                      "Mend that file, or move it elsewhere, and reload the page.");
    }
    const auto saved = file.write(request.body);
    const nlohmann::json json = {{"saved", saved}, {"file", file.file().string()}};
    auto response = respond(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    response.etag = annotations_of(slides_, slide, folder).etag();
    if (slide.folder.empty()) (void)slides_.list();  // the folder is known from now on
    return response;
}

}  // namespace slidetype::viewer
