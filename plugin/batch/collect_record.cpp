#include "plugin/batch/collect_record.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/sha256.h"
#include "plugin/analysis/engine.h"
#include "plugin/analysis/full_name.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const SomeNames& names) {
    auto list = ordered_json::array();
    for (const auto& name : names.names) list.push_back(valid_utf8(name));
    return {{"count", names.count}, {"first", std::move(list)}};
}

ordered_json json_of(const KindsOfResults& kinds) {
    auto list = ordered_json::array();
    for (const auto& [kind, of] : kinds)
        list.push_back({{"kind", kind}, {"results", of.count}, {"example", valid_utf8(of.example.string())}});
    return list;
}

void append_file(const fs::path& from, std::ostream& to) {
    std::ifstream stream(from, std::ios::binary);
    if (stream.peek() != std::ifstream::traits_type::eof()) to << stream.rdbuf();
    if (!stream.eof() && stream.fail()) throw Error(ErrorCode::io, from.string(), "cannot be read again");
}

void flush(AtomicFile& file) {
    if (!file.stream().flush()) {
        throw Error(ErrorCode::io, file.temporary().string(), "could not be written completely",
                    "Check that the disk has room.");
    }
}

}  // namespace

std::string collect_json(const CollectReport& report) {
    auto outputs = ordered_json::array();
    for (std::size_t i = 0; i < std::min(report.outputs.size(), SomeNames::kMost); ++i)
        outputs.push_back(valid_utf8(report.outputs[i].string()));
    auto shards = ordered_json::array();
    for (std::size_t i = 0; i < std::min(report.missing_shards.size(), SomeNames::kMost); ++i)
        shards.push_back(report.missing_shards[i]);
    const ordered_json root = {
        {"format_version", 1},
        {"version", version()},
        {"complete", report.complete()},
        {"outputs", {{"count", report.outputs.size()}, {"first", std::move(outputs)}}},
        {"slides", report.slides},
        {"expected", report.expected ? ordered_json(*report.expected) : ordered_json()},
        {"missing", json_of(report.missing)},
        {"missing_shards", {{"count", report.missing_shards.size()}, {"first", std::move(shards)}}},
        {"failed", json_of(report.failed)},
        {"twice", json_of(report.twice)},
        {"differing", json_of(report.differing)},
        {"not_listed", json_of(report.not_listed)},
        {"lists", report.lists},
        {"models", json_of(report.models)},
        {"settings", json_of(report.settings)},
        {"versions", json_of(report.versions)}};
    return root.dump(2) + "\n";
}

std::vector<std::string> names_of_list(std::span<const BatchSlide> list) {
    std::map<std::string, std::string> taken;
    std::vector<std::string> names;
    names.reserve(list.size());
    for (const auto& slide : list) {
        const auto plain = plain_folder_name(slide.path, slide.name);
        const auto source = full_name(slide.path);
        const bool own = taken.emplace(plain, source).first->second == source;
        names.push_back(own ? plain : suffixed_folder_name(plain, source));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

CollectedTables::CollectedTables(const fs::path& folder, bool places)
    : folder_(folder),
      slides_(folder / ".run.json.slides"),
      patients_json_(folder / ".run.json.patients"),
      run_csv_(folder / "run.csv") {
    run_csv_.stream() << run_csv_header();
    if (!places) return;
    places_.emplace(folder / "collect.csv");
    places_->stream() << "name,state,folder\n";
}

void CollectedTables::add(const SlideRecord& record) {
    slides_.stream() << (slide_count_++ == 0 ? kRunJsonFirst : kRunJsonNext) << run_json_slide(record);
    run_csv_.stream() << run_csv_line(record);
    if (places_) {
        places_->stream() << csv_field(record.name) << ',' << to_string(record.state) << ','
                          << csv_field(record.folder.string()) << '\n';
    }
}

void CollectedTables::add(std::span<const PatientLine> patients) {
    if (patients.empty()) return;
    const auto text = patients_csv(patients);
    const auto header = text.find('\n') + 1;
    const bool first = !patients_csv_;
    if (first) patients_csv_.emplace(folder_ / kPatientsFile);
    patients_csv_->stream() << std::string_view(text).substr(first ? 0 : header);
    for (const auto& patient : patients)
        patients_json_.stream() << (patient_count_++ == 0 ? kRunJsonFirst : kRunJsonNext) << run_json_patient(patient);
}

void CollectedTables::write_run_json(const RunFacts& facts, const CollectReport& report) {
    flush(slides_), flush(patients_json_);
    auto head = run_json_head(facts, report.counts, {});
    head.resize(head.size() - (slide_count_ > 0 ? kRunJsonEmpty.size() : 0));
    constexpr std::string_view kNoPatients = "\"patients\": []";
    const auto patients = head.rfind(kNoPatients) + kNoPatients.size() - 2;
    AtomicFile file(folder_ / "run.json");
    auto& out = file.stream();
    out << head.substr(0, patients);
    append_file(patients_json_.temporary(), out);
    out << (patient_count_ > 0 ? "\n  ]" : "[]") << head.substr(patients + 2);
    append_file(slides_.temporary(), out);
    if (slide_count_ > 0) out << kRunJsonEnd;
    out << '\n';
    file.commit();
}

void CollectedTables::commit(const RunFacts& facts, const CollectReport& report) {
    if (patients_csv_) patients_csv_->commit();
    write_run_json(facts, report);
    run_csv_.commit();
    if (places_) places_->commit();
    write_file(folder_ / "collect.json", collect_json(report));
}

}  // namespace slidetype
