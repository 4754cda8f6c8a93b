#include "model/data/cohort.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/dicom_mark.h"
#include "base/error.h"
#include "base/words.h"
#include "model/data/cohort_checks.h"
#include "model/data/cohort_columns.h"
#include "model/data/feature_folder.h"
#include "model/data/table_files.h"
#include "model/data/tcga_barcode.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

bool has_diagnosis(const CohortSlide& slide) {
    return slide.label == 0 || slide.label == 1;
}

class CohortReader {
  public:
    CohortReader(const fs::path& table, const CohortPlaces& places)
        : columns_(find_cohort_columns(read_header(table), table.string())),
          table_(read_cohort_table(table, columns_)),
          files_(table_, places.root.empty() ? table.parent_path() : places.root) {
        cohort_.source = table.string();
        if (!places.features.empty()) features_.emplace(places.features);
        features_folder_ = places.features.string();
    }

    Cohort read() {
        cohort_.class_names = {"LUAD", "LUSC"};
        if (table_.rows.empty()) throw Error(ErrorCode::bad_data, cohort_.source, "lists no slide");
        std::vector<CohortRow> rows;
        rows.reserve(table_.rows.size());
        for (const auto& row : table_.rows) read_row(row, rows);
        leave_out_repeated_slides(rows, cohort_.problems);
        for (auto& row : rows) {
            if (has_diagnosis(row.slide)) cohort_.slides.push_back(std::move(row.slide));
        }
        give_patients_of_their_own();
        leave_out_patients_of_both_classes(cohort_.slides, cohort_.problems);
        require_both_classes(cohort_, other_labels());
        require_whole_patients(cohort_);
        finish();
        return std::move(cohort_);
    }

  private:
    using Fields = std::vector<std::string>;

    std::string text(const Fields& row, const std::string& column) const {
        return !column.empty() && table_.has(column) ? table_.at(row, column) : std::string();
    }

    void read_row(const Fields& row, std::vector<CohortRow>& rows) {
        CohortRow read;
        read.place = table_.place(row);
        const auto& label = table_.at(row, columns_.label);
        read.slide.label = class_index(label);
        if (read.slide.label < 0) ++other_labels_[label.empty() ? std::string("no label") : label];
        if (read.slide.label == kBenignLabel) ++benign_;
        const auto named = files_.find(row, columns_.slide);
        if (named.empty()) {
            cohort_.problems.push_back(read.place + ": names no slide");
            return;
        }
        find_files(named, read.slide);
        if (read.slide.file.empty() && read.slide.features.empty()) {
            if (has_diagnosis(read.slide)) cohort_.problems.push_back(read.place + ": " + missing(named));
            return;
        }
        look_at_sample(read.slide);
        read_columns_of(row, read.slide);
        rows.push_back(std::move(read));
    }

    void find_files(const fs::path& named, CohortSlide& slide) const {
        std::error_code error;
        const bool is_there = fs::is_regular_file(named, error) || has_dicom_files(named);
        const bool is_features = has_feature_ending(named);
        if (is_there) (is_features ? slide.features : slide.file) = named;
        if (slide.features.empty() && features_) slide.features = features_->find(named);
        slide.name = slide_name_of(slide.file.empty() ? slide.features : slide.file);
    }

    std::string missing(const fs::path& named) const {
        std::error_code error;
        const auto what = fs::exists(named, error) ? ": is no slide" : ": does not exist";
        return named.string() + what + (features_ ? ", and there are no features of it in " + features_folder_ : "");
    }

    void read_columns_of(const Fields& row, CohortSlide& slide) {
        slide.patient = text(row, columns_.patient);
        slide.site = text(row, columns_.site);
        slide.part = read_part(table_, row);
        if (!text(row, "fold").empty()) {
            slide.fold = table_.integer(row, "fold");
            if (slide.fold < 0) {
                throw Error(ErrorCode::bad_data, cohort_.source, table_.place(row) + ": the fold is negative",
                            "Folds are counted from 0; leave the field empty where there is none.");
            }
        }
        auto barcode = tcga_barcode(slide.name);
        if (!barcode) barcode = tcga_barcode(slide.patient);
        if (!barcode) return;
        const std::size_t counts = has_diagnosis(slide) ? 1 : 0;
        if (slide.patient.empty()) slide.patient = barcode->patient, barcode_patients_ += counts;
        if (slide.site.empty()) slide.site = barcode->site, barcode_sites_ += counts;
    }

    /// Tables of projects give the diagnosis of the patient to slides of normal tissue, too.
    void look_at_sample(CohortSlide& slide) {
        const auto barcode = tcga_barcode(slide.name);
        if (!barcode || !has_diagnosis(slide)) return;
        if (!barcode->is_of_tumour()) {
            slide.label = kBenignLabel;
            ++normal_samples_;
        } else if (barcode->is_frozen) {
            ++frozen_;
        }
    }

    void give_patients_of_their_own() {
        std::set<std::string> taken;
        for (const auto& slide : cohort_.slides) taken.insert(slide.patient);
        for (auto& slide : cohort_.slides) {
            if (!slide.patient.empty()) continue;
            ++without_patient_;
            slide.patient = slide.name;
            if (taken.insert(slide.patient).second) continue;
            slide.patient = (slide.file.empty() ? slide.features : slide.file).string();
            taken.insert(slide.patient);
        }
    }

    std::string other_labels() const {
        std::string list;
        for (const auto& [label, count] : other_labels_) {
            list += (list.empty() ? "" : ", ") + label + " (" + std::to_string(count) + ")";
        }
        if (benign_ > 0) list += (list.empty() ? "" : ", ") + std::string("benign (") + std::to_string(benign_) + ")";
        return list;
    }

    void finish() {
        auto& slides = cohort_.slides;
        std::ranges::sort(slides, {}, [](const CohortSlide& s) { return std::tie(s.name, s.file, s.features); });
        cohort_.has_patients = without_patient_ == 0;
        cohort_.has_sites = std::ranges::any_of(slides, [](const CohortSlide& s) { return !s.site.empty(); });
        cohort_.has_folds = std::ranges::any_of(slides, [](const CohortSlide& s) { return s.fold >= 0; });
        cohort_.has_parts = std::ranges::any_of(slides, [](const CohortSlide& s) { return s.part != Part::none; });
        write_notes();
    }

    void write_notes() {
        auto& notes = cohort_.notes;
        notes = table_.notes;
        std::ranges::move(files_.notes(), std::back_inserter(notes));
        const auto add = [&](const std::string& what) { notes.push_back(cohort_.source + ": " + what); };
        const auto slides = [](std::size_t n, const std::string& single, const std::string& several) {
            return counted(n, "slide") + " " + (n == 1 ? single : several);
        };
        if (!other_labels().empty())
            add("left out for their labels, which are neither LUAD nor LUSC: " + other_labels());
        if (const auto n = normal_samples_; n > 0) {
            add(slides(n, "is", "are") +
                " of normal tissue by the sample type in the TCGA barcode, and left out whatever the label says");
        }
        if (const auto n = frozen_; n > 0) {
            add(slides(n, "is a frozen section", "are frozen sections") +
                " by the TCGA barcode (TS, MS, BS), which look unlike diagnostic slides (DX)");
        }
        if (const auto n = barcode_patients_; n > 0) {
            add(slides(n, "has its patient", "have their patients") + " from TCGA barcodes");
        }
        if (const auto n = barcode_sites_; n > 0) {
            add(slides(n, "has its site", "have their sites") + " from TCGA barcodes");
        }
        if (const auto n = without_patient_; n > 0) {
            add(slides(n, "has no patient and counts as one of its own",
                       "have no patient and count as patients of their own") +
                ": if some are of one patient, figures are too good");
        }
        const auto unseen = static_cast<std::size_t>(
            std::ranges::count_if(cohort_.slides, [](const CohortSlide& s) { return s.features.empty(); }));
        if (features_ && unseen > 0) add(slides(unseen, "has", "have") + " no features in " + features_folder_);
        if (table_.unknown.empty()) return;
        std::string names;
        for (const auto& column : table_.unknown) names += (names.empty() ? "" : ", ") + in_quotes(column);
        add("columns that mean nothing here and are ignored: " + names);
    }

    CohortColumns columns_;
    Manifest table_;
    TableFiles files_;
    std::optional<FeatureFolder> features_;
    std::string features_folder_;
    Cohort cohort_;
    std::map<std::string, std::size_t> other_labels_;
    std::size_t benign_ = 0, normal_samples_ = 0, frozen_ = 0, barcode_patients_ = 0, barcode_sites_ = 0,
                without_patient_ = 0;
};

}  // namespace

Cohort read_cohort(const fs::path& table, const CohortPlaces& places) {
    return CohortReader(table, places).read();
}

}  // namespace slidetype
