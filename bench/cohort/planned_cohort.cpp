#include "bench/cohort/planned_cohort.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "bench/call_validation/field_layout.h"

namespace slidetype::bench {
namespace {

/// A cell's edge on the slide, and the slide's pixel size. The model's tiles are 128 µm.
struct CohortCell {
    int um = 0;
    double spacing_um_px = 0;
};
constexpr std::array<CohortCell, 6> kCohortCells = {
    {{104, 0.5}, {112, 0.5}, {120, 0.5}, {136, 0.5}, {144, 0.5}, {112, 0.25}}};
constexpr int kMostMarginPx = 255;
constexpr int kLeastColumns = 14, kMoreColumns = 8, kLeastRows = 12, kMoreRows = 7;
constexpr std::size_t kLeastFields = 8, kMoreFields = 10;
constexpr double kLeastTumour = 0.2, kMostTumour = 0.6;

using Sources = std::vector<tools::TileFiles>;

/// Deals the source images of a class out to patients, one after the other and round again; where there are fewer than
/// patients, some get the same.
class SourceDealer {
  public:
    SourceDealer(const PicturesByGroup& groups, std::size_t patients, Random random) : patients_(patients) {
        for (const auto& [group, files] : groups) sources_.push_back(files);
        random.shuffle(sources_);
    }
    Sources of_patient(std::size_t patient) const {
        Sources sources;
        for (auto at = patient; at < sources_.size(); at += patients_) sources.push_back(sources_[at]);
        if (sources.empty()) sources.push_back(sources_[patient % sources_.size()]);
        return sources;
    }
    DealtSources dealt() const {
        const auto count = sources_.size();
        const auto shared = count < patients_ ? std::min(count, patients_ - count) : 0;
        return {std::max<std::size_t>(1, count / patients_),
                std::max<std::size_t>(1, (count + patients_ - 1) / patients_), shared};
    }

  private:
    std::size_t patients_;
    Sources sources_;
};

/// Hands out the source images of one patient to the fields of a slide, again and again.
class FieldSources {
  public:
    FieldSources(Sources sources, Random& random) : sources_(std::move(sources)), random_(random) {}
    const tools::TileFiles& next() {
        if (at_ % sources_.size() == 0) random_.shuffle(sources_);
        return sources_[at_++ % sources_.size()];
    }

  private:
    Sources sources_;
    Random& random_;
    std::size_t at_ = 0;
};

struct Patient {
    std::string name, site;
    char kind = 'A';
    Sources tumour, benign;
};

/// Fields of tumour and of benign lung with a share of tumour within bounds.
FieldLayout lay_out_diagnosis(char kind, Random& random) {
    const int columns = kLeastColumns + random.below(kMoreColumns);
    const int rows = kLeastRows + random.below(kMoreRows);
    const double share = random.uniform(kLeastTumour, kMostTumour);
    const auto arrangement = random.coin() ? Arrangement::blocks : Arrangement::scattered;
    for (;;) {
        // Whole fields meet shares roughly: until they do within bounds.
        const auto fields = kLeastFields + random.below(kMoreFields);
        auto layout = lay_out_fields(columns, rows, fields, arrangement, {{kind, share}, {'N', 1 - share}}, random);
        const double met = static_cast<double>(layout.cells_of(kind)) / static_cast<double>(columns * rows);
        if (met >= kLeastTumour && met <= kMostTumour) return layout;
    }
}

/// Every field has a letter of its own.
void fill_slide(PlannedSlide& slide, const FieldLayout& fields, const Patient& patient, Random& random) {
    FieldSources tumour(patient.tumour, random), benign(patient.benign, random);
    constexpr char kFirstLetter = '0';
    for (std::size_t field = 0; field < fields.kinds.size(); ++field) {
        const bool is_benign = fields.kinds[field] == 'N';
        const auto letter = static_cast<char>(kFirstLetter + static_cast<int>(field));
        slide.classes[letter] = {is_benign ? "Benign" : slide.expected, (is_benign ? benign : tumour).next()};
    }
    slide.layout.columns = fields.columns;
    for (int row = 0; row < fields.rows; ++row) {
        auto& text = slide.layout.rows.emplace_back();
        for (int column = 0; column < fields.columns; ++column) {
            const auto cell = static_cast<std::size_t>(row * fields.columns + column);
            text += static_cast<char>(kFirstLetter + static_cast<int>(fields.field_of_cell[cell]));
        }
    }
}

PlannedSlide plan_slide(const Patient& patient, std::size_t number, Random random) {
    PlannedSlide slide;
    slide.name = fmt::format("{}-{}", patient.name, number + 1);
    slide.expected = patient.kind == 'A' ? "LUAD" : "LUSC";
    slide.kind = slide.expected;
    const auto fields = lay_out_diagnosis(patient.kind, random);
    const auto& cell = kCohortCells.at(random.below(kCohortCells.size()));
    slide.spacing_um_px = cell.spacing_um_px;
    slide.mosaic.tile_px = static_cast<int>(std::lround(cell.um / cell.spacing_um_px));
    slide.mosaic.margin_px = 1 + random.below(kMostMarginPx);
    slide.mosaic.seed = 1 + random.below(std::uint64_t{1} << 32);
    fill_slide(slide, fields, patient, random);
    return slide;
}

void merge(const PicturesByGroup& from, PicturesByGroup& into) {
    for (const auto& [group, files] : from) {
        auto& target = into[group];
        target.insert(target.end(), files.begin(), files.end());
    }
}

}  // namespace

FoldPictures read_pictures_of_folds(const std::filesystem::path& groups_csv, const std::filesystem::path& root,
                                    const std::vector<int>& folds) {
    FoldPictures all;
    for (const int fold : folds) {
        const auto pictures = read_fold_pictures(groups_csv, root, fold);
        merge(pictures.luad, all.luad);
        merge(pictures.lusc, all.lusc);
        merge(pictures.benign, all.benign);
    }
    return all;
}

CohortPlan plan_cohort(const FoldPictures& pictures, const CohortSide& side) {
    if (side.slides < 2 || side.sites < 1)
        throw Error(ErrorCode::usage, "cohort", "needs two slides and a site or more");
    const auto part = static_cast<std::uint64_t>(side.part);
    CohortPlan plan;
    plan.patients = std::max<std::size_t>(2, (side.slides * 4 + 4) / 5);
    const auto of_luad = (plan.patients + 1) / 2;
    const SourceDealer luad(pictures.luad, of_luad, Random(side.seed, part, 1));
    const SourceDealer lusc(pictures.lusc, plan.patients - of_luad, Random(side.seed, part, 2));
    const SourceDealer benign(pictures.benign, plan.patients, Random(side.seed, part, 3));
    plan.luad = luad.dealt(), plan.lusc = lusc.dealt(), plan.benign = benign.dealt();
    const auto with_two = side.slides - plan.patients;
    const char letter = side.part == Part::test ? 'T' : 'P';
    for (std::size_t p = 0; p < plan.patients; ++p) {
        Random random(Random::mix(side.seed) ^ part, p, 4);
        Patient patient;
        patient.name = fmt::format("{}{:03}", letter, p + 1);
        patient.site =
            fmt::format("{}-site-{}", side.part == Part::test ? "test" : "train", 1 + random.below(side.sites));
        patient.kind = p % 2 == 0 ? 'A' : 'S';
        patient.tumour = (p % 2 == 0 ? luad : lusc).of_patient(p / 2);
        patient.benign = benign.of_patient(p);
        for (std::size_t k = 0; k < (p < with_two ? 2U : 1U); ++k) {
            plan.slides.push_back({plan_slide(patient, k, Random(Random::mix(side.seed) ^ part, p, 5 + k)),
                                   patient.name, patient.site, side.part});
        }
    }
    return plan;
}

}  // namespace slidetype::bench
