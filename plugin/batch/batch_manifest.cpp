#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/words.h"
#include "model/data/cohort_columns.h"
#include "model/data/dataset.h"
#include "model/data/table_files.h"
#include "model/data/tcga_barcode.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/slide_list.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

class ManifestReader {
  public:
    explicit ManifestReader(const fs::path& file)
        : patient_column_(find_patient_column(read_header(file), file.string())),
          manifest_(read_manifest(file, {"slide"}, optional_columns())),
          files_(manifest_, file.parent_path()) {}

    std::vector<BatchSlide> slides() {
        if (manifest_.rows.empty()) throw Error(ErrorCode::bad_data, manifest_.source, "lists no slide");
        std::vector<BatchSlide> slides;
        slides.reserve(manifest_.rows.size());
        for (const auto& row : manifest_.rows) {
            auto slide = slide_of(row);
            check_listed_once(slide, row);
            slides.push_back(std::move(slide));
        }
        return slides;
    }

    /// When all slides are read.
    std::vector<std::string> notes() const {
        auto notes = manifest_.notes;
        std::ranges::move(files_.notes(), std::back_inserter(notes));
        for (const auto& column : manifest_.unknown) {
            notes.push_back(manifest_.source + ": the column \"" + column + "\" means nothing to `run` and is ignored");
        }
        if (const auto n = barcode_patients_; n > 0) {
            notes.push_back(manifest_.source + ": " + counted(n, "slide") +
                            (n == 1 ? " has its patient" : " have their patients") + " from TCGA barcodes");
        }
        if (const auto n = without_patient_; n > 0 && n < manifest_.rows.size()) {
            notes.push_back(manifest_.source + ": " + counted(n, "slide") +
                            (n == 1 ? " has no patient and is" : " have no patient and are") +
                            " in no patient's call; those of one patient need the same name");
        }
        return notes;
    }

  private:
    using Row = std::vector<std::string>;

    std::vector<std::string> optional_columns() const {
        std::vector<std::string> names = {"name", "spacing", "roi", "label"};
        if (!patient_column_.empty()) names.push_back(patient_column_);
        return names;
    }

    std::string text(const Row& row, const std::string& column) const {
        return !column.empty() && manifest_.has(column) ? manifest_.at(row, column) : std::string();
    }

    [[noreturn]] void refuse(const Row& row, const std::string& cause, const std::string& hint = {}) const {
        throw Error(ErrorCode::bad_data, manifest_.source, manifest_.place(row) + ": " + cause, hint);
    }

    BatchSlide slide_of(const Row& row) {
        BatchSlide slide(files_.find(row, "slide"));
        if (slide.path.empty()) refuse(row, "the field of the slide is empty");
        slide.name = text(row, "name");
        slide.spacing_um_px = manifest_.number(row, "spacing");
        if (slide.spacing_um_px && *slide.spacing_um_px <= 0) {
            refuse(row, "the spacing must be positive", "Give µm per level-0 pixel, about 0.25 at 40x, 0.5 at 20x.");
        }
        slide.region_of_interest = files_.find(row, "roi");
        slide.label = text(row, "label");
        if (const int label = class_index(slide.label); label == 0 || label == 1) slide.label = label_name(label);
        slide.patient = patient_of(row, slide.path);
        return slide;
    }

    /// As in tables of slides and diagnoses; but a slide of which nothing is known is no patient here, for its file's
    /// name would not say whose it is.
    std::string patient_of(const Row& row, const fs::path& slide) {
        auto patient = text(row, patient_column_);
        if (!patient.empty()) return patient;
        const auto barcode = tcga_barcode(slide.filename().string());
        ++(barcode ? barcode_patients_ : without_patient_);
        return barcode ? barcode->patient : std::string();
    }

    void check_listed_once(const BatchSlide& slide, const Row& row) {
        const auto key = std::pair(full_name(slide.path), slide.name);
        const auto [known, is_new] = listed_.emplace(key, manifest_.place(row));
        if (is_new) return;
        refuse(row, "lists " + slide.path.string() + " again, after " + known->second,
               "To score a slide in two ways, give each row a name of its own.");
    }

    std::string patient_column_;
    Manifest manifest_;
    TableFiles files_;
    std::map<std::pair<std::string, std::string>, std::string> listed_;
    std::size_t barcode_patients_ = 0, without_patient_ = 0;
};

}  // namespace

std::vector<BatchSlide> read_batch_manifest(const fs::path& file, std::vector<std::string>& notes) {
    ManifestReader reader(file);
    auto slides = reader.slides();
    std::ranges::move(reader.notes(), std::back_inserter(notes));
    return slides;
}

}  // namespace slidetype
