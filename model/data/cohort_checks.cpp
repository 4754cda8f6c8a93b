#include "model/data/cohort_checks.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <system_error>

#include "base/error.h"
#include "base/words.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostPatientsNamed = 10;

/// The same whichever way leads to a file; empty for none.
std::string whole_name(const fs::path& file) {
    if (file.empty()) return {};
    std::error_code error;
    const auto path = fs::weakly_canonical(file, error);
    return (error ? file : path).string();
}

/// What a slide is known by: its features, which may have been found by either name, else its file.
const fs::path& identity_of(const CohortSlide& slide) {
    return slide.features.empty() ? slide.file : slide.features;
}

/// What two rows of one slide say differently; empty where they agree.
std::string contradiction(const CohortSlide& a, const CohortSlide& b) {
    if (a.label != b.label) return "labels";
    if (a.patient != b.patient) return "patients";
    if (a.site != b.site) return "sites";
    if (a.fold != b.fold) return "folds";
    return a.part == b.part ? "" : "parts";
}

/// The rows of one slide.
class SameSlide {
  public:
    SameSlide(std::span<const CohortRow> rows, std::vector<std::size_t> members)
        : rows_(rows), members_(std::move(members)) {}

    /// Marks those that are left out, and says why.
    void leave_out(std::vector<bool>& left_out, std::vector<std::string>& problems) const {
        const auto& first = rows_[members_.front()].slide;
        const auto reason = reason_against_all();
        for (std::size_t k = reason.empty() ? 1 : 0; k < members_.size(); ++k) left_out[members_[k]] = true;
        problems.push_back(places() + ": " + identity_of(first).string() + ": " +
                           (reason.empty() ? "is listed again and counts once" : reason));
    }

  private:
    std::string places() const {
        std::string text;
        for (const auto i : members_) text += (text.empty() ? "" : ", ") + rows_[i].place;
        return text;
    }

    std::string reason_against_all() const {
        std::set<std::string> files;
        for (const auto i : members_) files.insert(whole_name(rows_[i].slide.file));
        files.erase("");
        if (files.size() > 1) {
            std::string names;
            for (const auto& file : files) names += (names.empty() ? "" : ", ") + file;
            return "is the feature file of several slides, which are left out: " + names;
        }
        for (const auto i : members_) {
            const auto what = contradiction(rows_[members_.front()].slide, rows_[i].slide);
            if (!what.empty()) return "is listed with two " + what + " and left out";
        }
        return {};
    }

    std::span<const CohortRow> rows_;
    std::vector<std::size_t> members_;
};

/// The patients whose slides are given more than one value: "p1 (0, 2), p2 (1, 3)", and how many there are.
std::pair<std::string, std::size_t> cut_patients(const Cohort& cohort,
                                                 const std::function<std::string(const CohortSlide&)>& value_of) {
    std::map<std::string, std::set<std::string>> values;
    for (const auto& slide : cohort.slides) values[slide.patient].insert(value_of(slide));
    std::string text;
    std::size_t count = 0;
    for (const auto& [patient, seen] : values) {
        if (seen.size() < 2) continue;
        if (++count > kMostPatientsNamed) continue;
        std::string list;
        for (const auto& value : seen) list += (list.empty() ? "" : ", ") + value;
        text += (text.empty() ? "" : ", ") + patient + " (" + list + ")";
    }
    if (count > kMostPatientsNamed) text += ", …";
    return {text, count};
}

}  // namespace

void leave_out_repeated_slides(std::vector<CohortRow>& rows, std::vector<std::string>& problems) {
    std::map<std::string, std::vector<std::size_t>> by_identity;
    for (std::size_t i = 0; i < rows.size(); ++i) by_identity[whole_name(identity_of(rows[i].slide))].push_back(i);
    std::vector<bool> left_out(rows.size());
    for (auto& [name, members] : by_identity) {
        if (members.size() > 1) SameSlide(rows, std::move(members)).leave_out(left_out, problems);
    }
    std::size_t at = 0;
    std::erase_if(rows, [&](const CohortRow&) { return left_out[at++]; });
}

void leave_out_patients_of_both_classes(std::vector<CohortSlide>& slides, std::vector<std::string>& problems) {
    std::map<std::string, std::array<std::string, 2>> names;
    for (const auto& slide : slides) {
        auto& list = names[slide.patient][static_cast<std::size_t>(slide.label)];
        list += (list.empty() ? "" : ", ") + slide.name;
    }
    std::erase_if(names, [](const auto& patient) { return patient.second[0].empty() || patient.second[1].empty(); });
    for (const auto& [patient, lists] : names) {
        problems.push_back("patient " + patient + ": has both classes, LUAD (" + lists[0] + ") and LUSC (" + lists[1] +
                           "), and is left out; to keep two tumours, give each a patient name of its own");
    }
    std::erase_if(slides, [&](const CohortSlide& slide) { return names.contains(slide.patient); });
}

void require_whole_patients(const Cohort& cohort) {
    const auto refuse = [&](const std::string& column, const std::pair<std::string, std::size_t>& cut) {
        if (cut.second == 0) return;
        throw Error(ErrorCode::bad_data, cohort.source,
                    "column " + column + " cuts " + counted(cut.second, "patient") + ": " + cut.first,
                    "Give all slides of a patient the same " + column + ", or leave the column out.");
    };
    refuse("split", cut_patients(cohort, [](const CohortSlide& slide) {
               // What is not marked trains.
               return std::string(to_string(slide.part == Part::none ? Part::train : slide.part));
           }));
    refuse("fold", cut_patients(cohort, [](const CohortSlide& slide) {
               return slide.fold < 0 ? std::string("none") : std::to_string(slide.fold);
           }));
}

void require_both_classes(const Cohort& cohort, const std::string& others) {
    const auto of_class = [&](int label) {
        return std::ranges::count_if(cohort.slides, [&](const CohortSlide& slide) { return slide.label == label; });
    };
    const auto luad = of_class(0), lusc = of_class(1);
    if (luad > 0 && lusc > 0) return;
    std::string hint = "Label slides LUAD and LUSC (or lung_aca, adenocarcinoma, TCGA-LUAD …).";
    if (!cohort.problems.empty()) {
        hint += " " + counted(cohort.problems.size(), "problem") + "; the first: " + cohort.problems.front() + ".";
    }
    throw Error(ErrorCode::bad_data, cohort.source,
                "needs slides of both classes; there are " + std::to_string(luad) + " of LUAD and " +
                    std::to_string(lusc) + " of LUSC" + (others.empty() ? "" : "; left out: " + others),
                hint);
}

}  // namespace slidetype
