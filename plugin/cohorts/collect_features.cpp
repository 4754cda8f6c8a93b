#include "plugin/cohorts/collect_features.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/collect_sources.h"
#include "plugin/cohorts/feature_record.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using State = FeatureRecord::State;

struct FoundFeatures {
    FeatureRecord record;
    fs::path output;
};

class FeatureCollector {
  public:
    FeatureCollector(const CollectOptions& options, const CollectCallbacks& callbacks)
        : options_(options), callbacks_(callbacks), names_(options.merged / kFeatureRecords) {}

    CollectReport run() {
        ShardsFound shards;
        for (const auto& output : options_.outputs) {
            if (!holds_features(output)) {
                throw Error(ErrorCode::not_found, output.string(), "holds no features, as others that are named do",
                            "Collect features and results of `run` for themselves.");
            }
            report_.outputs.push_back(output);
            shards.add(output);
            for (auto& record : read_feature_records(output)) add({std::move(record), output});
        }
        report_.lists = shards.lists();
        report_.missing_shards = shards.missing();
        report_.expected = options_.list ? std::optional(options_.list->size()) : shards.slides();
        create_folders(options_.merged / kFeatureRecords);
        std::set<std::string> there;
        for (auto& [source, found] : found_) {
            if (callbacks_.stop_requested && callbacks_.stop_requested())
                throw Error(ErrorCode::cancelled, "", "stopped on request");
            take(found);
            there.insert(source);
        }
        for (const auto& slide : options_.list.value_or(std::span<const BatchSlide>())) {
            if (!there.contains(full_name(slide.path))) report_.missing.add(slide.path.string());
        }
        std::ranges::sort(records_, {}, &FeatureRecord::name);
        write_file(options_.merged / "features.csv", features_csv(records_));
        write_file(options_.merged / "collect.json", collect_json(report_));
        return std::move(report_);
    }

  private:
    void add(FoundFeatures found) {
        const auto source = found.record.source.string();
        const auto known = found_.find(source);
        if (known == found_.end()) {
            found_.emplace(source, std::move(found));
            return;
        }
        auto& kept = known->second;
        const bool both = kept.record.state == State::done && found.record.state == State::done;
        if (!both) {
            if (found.record.state == State::done) kept = std::move(found);
            return;
        }
        const auto places = kept.record.name + ": " + kept.output.string() + ", " + found.output.string();
        if (kept.record.fingerprint == found.record.fingerprint) {
            report_.twice.add(places);
        } else {
            report_.differing.add(places);
            kept.record.state = State::cancelled;
        }
    }

    void take(FoundFeatures& found) {
        auto& record = found.record;
        ++report_.slides;
        // Both kinds of records count their states alike.
        if (record.state != State::locked) ++report_.counts.at(static_cast<std::size_t>(record.state));
        if (record.state == State::done) {
            add_kind(report_.models, record.fingerprint->model, found.output / record.file_name());
            bring(found);
        } else if (record.state == State::failed) {
            report_.failed.add(record.name + ": " + record.error);
        } else {
            report_.missing.add(record.name);
        }
        records_.push_back(std::move(record));
    }

    void bring(FoundFeatures& found) {
        auto& record = found.record;
        if (options_.results == CollectedResults::leave ||
            full_name(found.output / "") == full_name(options_.merged / ""))
            return;
        const auto file = found.output / record.file_name(), records = found.output / kFeatureRecords / record.name;
        record.name = names_.claim(record.source, record.name);
        const auto target = options_.merged / kFeatureRecords / record.name / kStateFile;
        std::error_code error;
        if (fs::equivalent(records / kStateFile, target, error)) return;
        for (const auto& [from, to] :
             {std::pair(file, options_.merged / record.file_name()), std::pair(records / kStateFile, target)}) {
            ++(bring_file(from, to, options_.results) == Brought::linked ? report_.linked : report_.copied);
        }
    }

    const CollectOptions& options_;
    const CollectCallbacks& callbacks_;
    ResultFolders names_;
    std::map<std::string, FoundFeatures> found_;  ///< by the slide's full path
    std::vector<FeatureRecord> records_;
    CollectReport report_;
};

}  // namespace

bool holds_features(const fs::path& output) {
    std::error_code error;
    return fs::is_directory(output / kFeatureRecords, error);
}

CollectReport collect_features(const CollectOptions& options, const CollectCallbacks& callbacks) {
    return FeatureCollector(options, callbacks).run();
}

}  // namespace slidetype
