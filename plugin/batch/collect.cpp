// run.json, run.csv and patients.csv are made slide after slide, by name:
//   folders' names ─sort─► groups of one name ─► the record that counts ─► a line each, and the result brought over
// What needs all slides first (counts, patients) stands before them in run.json, so its slides wait in a file
// meanwhile.
#include "plugin/batch/collect.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/collect_files.h"
#include "plugin/batch/collect_record.h"
#include "plugin/batch/collect_sources.h"
#include "plugin/results/result_folder.h"
#include "plugin/results/stored_result.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using State = SlideRecord::State;

constexpr std::uintmax_t kLongestSourceText = 1U << 20;
constexpr std::size_t kRecordsAtOnce = 2000;  ///< of patients who are called together
constexpr std::size_t kProgressEvery = 256;

/// A record with the folder that it lies in; `known`: the folder is a slide's.
struct FoundRecord {
    SlideRecord record;
    std::uint32_t output = 0;
    bool is_slide = false;
};

/// What can stand for a slide best: a result, then a reason, then nothing.
int worth(const FoundRecord& found) {
    switch (found.record.state) {
        case State::done:
            return 3;
        case State::failed:
            return 2;
        case State::running:
            return 1;
        default:
            return 0;
    }
}

class Collector {
  public:
    Collector(const CollectOptions& options, const CollectCallbacks& callbacks)
        : options_(options), callbacks_(callbacks), outputs_(output_folders(options.outputs)), names_(options.merged) {}

    CollectReport run() {
        take_merged();
        for (const auto& output : outputs_) shards_.add(output);
        report_.lists = shards_.lists();
        report_.missing_shards = shards_.missing();
        report_.expected = options_.list ? std::optional(options_.list->size()) : shards_.slides();
        if (options_.list) expected_ = names_of_list(*options_.list);
        create_folders(options_.merged);
        remove_leftovers(options_.merged);
        std::error_code error;
        fs::remove(options_.merged / kPatientsFile, error);
        CollectedTables tables(options_.merged, options_.results == CollectedResults::leave);
        read_slides(tables);
        call_patients(tables);
        tables.commit(facts(), report_);
        return std::move(report_);
    }

  private:
    /// What was collected there before stays, where nothing newer is.
    void take_merged() {
        report_.outputs = outputs_;
        const auto merged = full_name(options_.merged / "");
        const auto known =
            std::ranges::find_if(outputs_, [&](const auto& each) { return full_name(each / "") == merged; });
        merged_ = static_cast<std::uint32_t>(known - outputs_.begin());
        std::error_code error;
        if (known == outputs_.end() && fs::is_directory(options_.merged, error)) outputs_.push_back(options_.merged);
    }

    void throw_if_stopped() const {
        if (callbacks_.stop_requested && callbacks_.stop_requested())
            throw Error(ErrorCode::cancelled, "", "stopped on request");
    }

    void read_slides(CollectedTables& tables) {
        folders_ = slide_folders(outputs_);
        for (std::size_t first = 0; first < folders_.size();) {
            auto last = first + 1;
            while (last < folders_.size() && folders_[last].name == folders_[first].name) ++last;
            read_slides_of_name({folders_.data() + first, last - first}, tables);
            if (first / kProgressEvery != last / kProgressEvery) {
                throw_if_stopped();
                if (callbacks_.progress) callbacks_.progress(last, folders_.size());
            }
            first = last;
        }
        while (next_expected_ < expected_.size()) report_.missing.add(expected_[next_expected_++]);
        folders_ = {};
    }

    FoundRecord read(const SlideFolder& folder) const {
        FoundRecord found;
        const auto path = outputs_[folder.output] / folder.name;
        try {
            auto source = read_file(path / kSourceFile, kLongestSourceText);
            if (source.ends_with('\n')) source.pop_back();
            found.record = read_record(path).value_or(SlideRecord{});
            found.record.source = std::move(source);
        } catch (const Error&) {
            return found;  // somebody's own folder
        }
        found.record.name = folder.name;
        found.record.folder = path;
        found.output = folder.output;
        found.is_slide = true;
        return found;
    }

    /// Folders of one name are of one slide, or of several whose files have the same name.
    void read_slides_of_name(std::span<const SlideFolder> folders, CollectedTables& tables) {
        std::vector<FoundRecord> found;
        for (const auto& folder : folders) {
            auto each = read(folder);
            if (each.is_slide) found.push_back(std::move(each));
        }
        if (found.empty()) return;
        heed_list(found.front().record.name);
        if (found.size() == 1) return take(std::move(found.front()), tables);
        std::vector<FoundRecord> slides;  // one for each slide
        for (auto& each : found) {
            const auto same =
                std::ranges::find_if(slides, [&](const auto& slide) { return are_one_slide(slide, each); });
            if (same == slides.end()) {
                slides.push_back(std::move(each));
            } else {
                join(*same, each);
            }
        }
        for (auto& slide : slides) take(std::move(slide), tables);
    }

    /// The same path, or the same content of a file that is mounted elsewhere.
    static bool are_one_slide(const FoundRecord& a, const FoundRecord& b) {
        const auto &x = a.record.fingerprint, &y = b.record.fingerprint;
        return a.record.source == b.record.source || (x && y && x->slide == y->slide);
    }

    /// What was collected before gives way to what is there now.
    void join(FoundRecord& kept, FoundRecord& other) {
        const bool both = kept.record.state == State::done && other.record.state == State::done;
        if (!both) {
            if (worth(other) > worth(kept)) std::swap(kept, other);
            return;
        }
        if (is_earlier_collection(kept)) std::swap(kept, other);
        if (is_earlier_collection(other)) return;
        const auto &x = kept.record.fingerprint, &y = other.record.fingerprint;
        const auto places =
            kept.record.name + ": " + outputs_[kept.output].string() + ", " + outputs_[other.output].string();
        if (x && y && *x == *y) {
            report_.twice.add(places);
        } else {
            kept.record.state = State::cancelled;  // which of them counts is for a person to say
            kept.record.error_code = "bad_data", kept.record.error = "has different results: " + places;
            report_.differing.add(places + (x && y ? ": " + difference(*y, *x) : ""));
        }
    }

    bool is_earlier_collection(const FoundRecord& found) const {
        return merged_ == outputs_.size() - 1 && found.output == merged_ && report_.outputs.size() == merged_;
    }

    /// Both go by name.
    void heed_list(const std::string& name) {
        if (!options_.list) return;
        while (next_expected_ < expected_.size() && expected_[next_expected_] < name)
            report_.missing.add(expected_[next_expected_++]);
        if (next_expected_ < expected_.size() && expected_[next_expected_] == name) {
            ++next_expected_;
        } else {
            report_.not_listed.add(name);
        }
    }

    void take(FoundRecord found, CollectedTables& tables) {
        auto& record = found.record;
        ++report_.slides;
        ++report_.counts.at(static_cast<std::size_t>(record.state));
        if (record.state == State::done) {
            note_kinds(record);
        } else if (record.state == State::failed) {
            report_.failed.add(record.name + ": " + record.error);
        } else {
            report_.missing.add(record.name);
        }
        if (record.state != State::cancelled) bring(found);
        if (!record.patient.empty()) patients_[record.patient].push_back({record.name, found.output});
        tables.add(record);
    }

    void note_kinds(const SlideRecord& record) {
        if (const auto& print = record.fingerprint)
            add_kind(report_.models, print->model + " format " + std::to_string(print->format), record.folder);
        if (!record.settings.empty()) add_kind(report_.settings, record.settings, record.folder);
        if (!record.version.empty()) add_kind(report_.versions, record.version, record.folder);
    }

    void bring(FoundRecord& found) {
        if (options_.results == CollectedResults::leave || found.output == merged_) return;
        auto& record = found.record;
        const auto claimed = names_.claim(record.source, record.name);
        const auto brought = bring_result(record.folder, options_.merged / claimed, options_.results);
        report_.linked += brought.linked, report_.copied += brought.copied;
        record.name = claimed;
        record.folder = options_.merged / claimed;
        found.output = merged_;
    }

    /// Records are read again, so that those of a few patients at a time are there.
    void call_patients(CollectedTables& tables) {
        if (!callbacks_.call_patients || patients_.empty()) return;
        if (merged_ == outputs_.size()) outputs_.push_back(options_.merged);
        std::vector<SlideRecord> records;
        const auto call = [&] {
            throw_if_stopped();
            const auto lines = callbacks_.call_patients(records, shards_.model_directory());
            report_.patients += lines.size();
            tables.add(lines);
            records.clear();
        };
        for (const auto& [patient, slides] : patients_) {
            for (const auto& slide : slides) records.push_back(read(slide).record);
            if (records.size() >= kRecordsAtOnce) call();
        }
        if (!records.empty()) call();
    }

    /// Of the kind of which the most results are.
    RunFacts facts() const {
        RunFacts facts;
        facts.version = version(), facts.output = options_.merged;
        const auto most =
            std::ranges::max_element(report_.models, {}, [](const auto& kind) { return kind.second.count; });
        if (most == report_.models.end()) return facts;
        try {
            const auto result = read_stored_summary(most->second.example);
            facts.model = result.model.name, facts.model_sha256 = result.model.sha256;
        } catch (const Error&) {
            // It was made again or removed meanwhile; the slides' own records stand.
        }
        return facts;
    }

    const CollectOptions& options_;
    const CollectCallbacks& callbacks_;
    std::vector<fs::path> outputs_;
    std::uint32_t merged_ = 0;  ///< the place of `merged` among them, or behind them
    ResultFolders names_;
    ShardsFound shards_;
    std::vector<SlideFolder> folders_;
    std::vector<std::string> expected_;
    std::size_t next_expected_ = 0;
    std::map<std::string, std::vector<SlideFolder>> patients_;
    CollectReport report_;
};

}  // namespace

bool CollectReport::complete() const {
    const auto done = counts.at(static_cast<std::size_t>(State::done));
    return missing.count == 0 && failed.count == 0 && differing.count == 0 && missing_shards.empty() && lists <= 1 &&
           models.size() <= 1 && settings.size() <= 1 && done == slides && (!expected || slides >= *expected);
}

CollectReport collect(const CollectOptions& options, const CollectCallbacks& callbacks) {
    return Collector(options, callbacks).run();
}

}  // namespace slidetype
