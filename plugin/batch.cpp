#include "plugin/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <set>
#include <utility>

#include "base/atomic_file.h"
#include "plugin/result_folder.h"
#include "plugin/run_record.h"
#include "tiler/slide.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

void list_folder(const fs::path& folder, SlideList& list) {
    std::vector<fs::path> files;
    const auto options = fs::directory_options::skip_permission_denied;
    for (const auto& entry : fs::recursive_directory_iterator(folder, options)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (auto& file : files) (is_slide(file) ? list.slides : list.ignored).push_back(std::move(file));
}

void fill_in(SlideRecord& record, const SlideResult& result) {
    record.call = std::string(to_string(result.call.label));
    record.reason = result.call.reason;
    if (!result.note.empty()) record.reason += " " + result.note + ".";
    record.prob_lusc = result.call.prob_lusc;
    record.scored_mm2 = result.call.scored_area_mm2;
    record.voting_mm2 = result.call.voting_area_mm2;
    const auto counts = result.status_counts();
    for (std::size_t s = 0; s < counts.size(); ++s) {
        record.tiles[std::string(to_string(static_cast<TileStatus>(s)))] = counts[s];
    }
}

void fail(SlideRecord& record, ErrorCode code, const std::string& message, const std::string& hint) {
    record.state = code == ErrorCode::cancelled ? SlideRecord::State::cancelled : SlideRecord::State::failed;
    record.error_code = std::string(to_string(code));
    record.error = message;
    record.hint = hint;
}

class Batch {
  public:
    Batch(const Engine& engine, std::span<const fs::path> slides, const BatchOptions& options,
          const BatchCallbacks& callbacks)
        : engine_(engine), options_(options), callbacks_(callbacks), folders_(options.output) {
        for (const auto& slide : slides) report_.slides.emplace_back().source = slide;
    }

    BatchReport run() {
        std::error_code error;
        fs::create_directories(options_.output, error);
        if (error) {
            throw Error(ErrorCode::io, options_.output.string(), "cannot be created: " + error.message(),
                        "Choose an output folder that you may write to.");
        }
        save();
        for (std::size_t i = 0; i < report_.slides.size() && !report_.interrupted; ++i) {
            auto& record = report_.slides[i];
            const auto begin = Clock::now();
            try_slide(i, record);
            record.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
            report_.interrupted = record.state == SlideRecord::State::cancelled;
            save();
            if (callbacks_.slide_ends) callbacks_.slide_ends(i, record);
        }
        return std::move(report_);
    }

  private:
    void try_slide(std::size_t index, SlideRecord& record) {
        try {
            record.name = folders_.claim(record.source);
            const auto folder = options_.output / record.name;
            if (callbacks_.slide_begins) callbacks_.slide_begins(index, record);
            fill_in(record, run_slide(engine_, record.source, folder, options_.analyse, options_.exports,
                                      {callbacks_.progress, callbacks_.stop_requested, {}, {}}));
            record.state = SlideRecord::State::done;
        } catch (const Error& error) {
            fail(record, error.code(), error.what(), error.hint());
        } catch (const std::bad_alloc&) {
            fail(record, ErrorCode::io, record.source.string() + ": not enough memory", "Use fewer --threads.");
        } catch (const std::exception& error) {
            fail(record, ErrorCode::internal, record.source.string() + ": " + error.what(), "");
        }
    }

    void save() const {
        write_file(options_.output / "run.json", run_json(report_, engine_.model(), options_));
        write_file(options_.output / "run.csv", run_csv(report_));
    }

    const Engine& engine_;
    const BatchOptions& options_;
    const BatchCallbacks& callbacks_;
    ResultFolders folders_;
    BatchReport report_;
};

}  // namespace

SlideResult run_slide(const Engine& engine, const fs::path& slide, const fs::path& folder,
                      const AnalyseOptions& analyse, const ExportOptions& exports, const AnalyseCallbacks& callbacks) {
    fs::remove(folder / "summary.json");
    auto result = engine.analyse(slide, analyse, callbacks);
    result.slide.name = folder.filename().string();
    write_result_folder(result, folder, exports);
    return result;
}

SlideList list_slides(std::span<const fs::path> arguments) {
    SlideList list;
    for (const auto& argument : arguments) {
        std::error_code error;
        if (fs::is_directory(argument, error)) {
            list_folder(argument, list);
        } else {
            list.slides.push_back(argument);
        }
    }
    std::set<fs::path> seen;
    std::erase_if(list.slides,
                  [&](const fs::path& slide) { return !seen.insert(fs::absolute(slide).lexically_normal()).second; });
    return list;
}

std::string_view to_string(SlideRecord::State state) {
    switch (state) {
        case SlideRecord::State::pending:
            return "pending";
        case SlideRecord::State::done:
            return "done";
        case SlideRecord::State::failed:
            return "failed";
        case SlideRecord::State::cancelled:
            return "cancelled";
    }
    return "failed";
}

std::size_t BatchReport::count(SlideRecord::State state) const {
    return static_cast<std::size_t>(std::ranges::count(slides, state, &SlideRecord::state));
}

BatchReport run_batch(const Engine& engine, std::span<const fs::path> slides, const BatchOptions& options,
                      const BatchCallbacks& callbacks) {
    return Batch(engine, slides, options, callbacks).run();
}

}  // namespace slidetype
