#include "model/data/cohort_folds.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/words.h"
#include "model/data/balanced_folds.h"

namespace slidetype {
namespace {

using Members = std::vector<std::size_t>;

Members members_that_train(const Cohort& cohort) {
    Members members;
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        if (cohort.slides[i].part != Part::test) members.push_back(i);
    }
    return members;
}

/// Patients of each class among these slides.
std::array<std::size_t, 2> patients_of(const Cohort& cohort, std::span<const std::size_t> members) {
    std::array<std::set<std::string>, 2> names;
    for (const auto i : members) {
        names.at(static_cast<std::size_t>(cohort.slides[i].label)).insert(cohort.slides[i].patient);
    }
    return {names[0].size(), names[1].size()};
}

/// Joins patients that must stay together, by their numbers.
class Together {
  public:
    explicit Together(std::size_t count) : leader_(count) {
        for (std::size_t i = 0; i < count; ++i) leader_[i] = i;
    }
    std::size_t leader(std::size_t i) {
        while (leader_[i] != i) i = leader_[i] = leader_[leader_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        const auto first = leader(a), second = leader(b);
        leader_[std::max(first, second)] = std::min(first, second);
    }

  private:
    std::vector<std::size_t> leader_;
};

/// What folds are made of: the unit of each member, and what each unit has.
struct Units {
    std::vector<std::size_t> of_member;
    std::vector<FoldUnit> units;
    std::array<std::size_t, 2> with_class{};  ///< units that have patients of a class
};

/// Patients as units, or sites with all of their patients. A patient who was at two sites joins these.
Units units_of(const Cohort& cohort, const Members& members, bool by_site) {
    std::map<std::string, std::size_t> patients, first_at_site;
    for (const auto i : members) patients.try_emplace(cohort.slides[i].patient, patients.size());
    Together together(patients.size());
    for (const auto i : members) {
        const auto& slide = cohort.slides[i];
        if (!by_site || slide.site.empty()) continue;
        const auto patient = patients.at(slide.patient);
        together.join(patient, first_at_site.try_emplace(slide.site, patient).first->second);
    }
    Units units;
    std::map<std::size_t, std::size_t> numbers;
    std::set<std::size_t> counted_patients;
    for (const auto i : members) {
        const auto& slide = cohort.slides[i];
        const auto patient = patients.at(slide.patient), label = static_cast<std::size_t>(slide.label);
        const auto [number, is_new] = numbers.try_emplace(together.leader(patient), numbers.size());
        if (is_new) units.units.emplace_back();
        auto& unit = units.units[number->second];
        units.of_member.push_back(number->second);
        ++unit.slides.at(label);
        if (!counted_patients.insert(patient).second) continue;
        if (++unit.patients.at(label) == 1) ++units.with_class.at(label);
    }
    return units;
}

/// "1 to 3", "2".
std::string range_of(std::span<const std::size_t> counts) {
    const auto [least, most] = std::ranges::minmax(counts);
    return least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
}

/// Builds the folds of one cohort.
class FoldMaker {
  public:
    FoldMaker(const Cohort& cohort, const CohortFoldOptions& options)
        : cohort_(cohort), options_(options), members_(members_that_train(cohort)) {
        folds_.fold.assign(cohort.slides.size(), -1);
    }

    CohortFolds make() {
        const bool some_folds = has([](const CohortSlide& slide) { return slide.fold >= 0; });
        const bool some_validation = has([](const CohortSlide& slide) { return slide.part == Part::validation; });
        if (some_folds) {
            take_given_folds();
            if (some_validation) {
                folds_.notes.emplace_back("the slides marked validation train like the others, since there are folds");
            }
        } else if (some_validation) {
            take_validation();
        } else {
            draw();
        }
        check_heads();
        add_sites_notes();
        return std::move(folds_);
    }

  private:
    template <typename Condition>
    bool has(const Condition& condition) const {
        return std::ranges::any_of(members_, [&](std::size_t i) { return condition(cohort_.slides[i]); });
    }

    [[noreturn]] void refuse(const std::string& cause, const std::string& hint) const {
        throw Error(ErrorCode::bad_data, cohort_.source, cause, hint);
    }

    void take_given_folds() {
        std::map<int, int> numbers;
        std::size_t without = 0;
        for (const auto i : members_) {
            if (cohort_.slides[i].fold < 0) ++without;
            numbers.emplace(cohort_.slides[i].fold, 0);
        }
        if (without > 0) {
            refuse(counted(without, "slide") + (without == 1 ? " has" : " have") + " no fold, while others have one",
                   "Fill the fold column for every slide that is not for the test, or leave it out.");
        }
        if (numbers.size() < 2) refuse("has one fold alone", "Give two folds or more, or leave the column out.");
        for (auto& [given, number] : numbers) number = folds_.folds++;
        for (const auto i : members_) folds_.fold[i] = numbers.at(cohort_.slides[i].fold);
        folds_.description = std::to_string(folds_.folds) + " folds as given: " + shares();
    }

    void take_validation() {
        folds_.folds = 1;
        for (const auto i : members_) folds_.fold[i] = cohort_.slides[i].part == Part::validation ? 0 : 1;
        folds_.description = "one head, validated by the part that is marked so: " + shares();
    }

    void draw() {
        if (options_.folds < 2) throw Error(ErrorCode::usage, "folds", "must be at least 2");
        folds_.folds = options_.folds;
        require_patients();
        std::string why;
        if (has([](const CohortSlide& slide) { return !slide.site.empty(); })) {
            why = !options_.keep_sites ? "sites are cut, as asked for" : draw_from(units_of(cohort_, members_, true));
            folds_.keeps_sites = why.empty();
        } else {
            why = "no sites are known";
        }
        if (!why.empty()) draw_from(units_of(cohort_, members_, false));
        folds_.description = std::to_string(folds_.folds) + " folds that cut no patient" +
                             (why.empty() ? " and no site: " : " (" + why + "): ") + shares();
    }

    void require_patients() const {
        const auto patients = patients_of(cohort_, members_);
        for (std::size_t label = 0; label < patients.size(); ++label) {
            if (patients[label] >= static_cast<std::size_t>(options_.folds)) continue;
            refuse(cohort_.class_names[label] + " has " + counted(patients[label], "patient") +
                       " to train on, fewer than " + std::to_string(options_.folds) + " folds",
                   patients[label] < 2 ? "Give two patients of each class or more."
                                       : "Take " + std::to_string(patients[label]) + " folds, or more patients.");
        }
    }

    /// Why that cannot be; empty where it can.
    std::string draw_from(const Units& units) {
        for (std::size_t label = 0; label < units.with_class.size(); ++label) {
            if (units.with_class[label] < static_cast<std::size_t>(folds_.folds)) {
                return "sites are cut: " + cohort_.class_names[label] + " is at " +
                       counted(units.with_class[label], "site") + ", fewer than folds";
            }
        }
        const auto fold_of_unit = balanced_folds(units.units, folds_.folds, options_.seed);
        for (std::size_t k = 0; k < members_.size(); ++k) folds_.fold[members_[k]] = fold_of_unit[units.of_member[k]];
        return every_fold_has_both() ? "" : "sites are cut: whole sites would leave a fold without one of the classes";
    }

    bool every_fold_has_both() const {
        for (int fold = 0; fold < folds_.folds; ++fold) {
            const auto patients = patients_of(cohort_, folds_.validation(fold));
            if (patients[0] == 0 || patients[1] == 0) return false;
        }
        return true;
    }

    /// "11 to 14 patients of LUAD and 12 of LUSC validate each"
    std::string shares() const {
        std::array<std::vector<std::size_t>, 2> counts;
        for (int fold = 0; fold < folds_.folds; ++fold) {
            const auto patients = patients_of(cohort_, folds_.validation(fold));
            for (std::size_t label = 0; label < 2; ++label) counts.at(label).push_back(patients.at(label));
        }
        return range_of(counts[0]) + " patients of LUAD and " + range_of(counts[1]) + " of LUSC validate" +
               (folds_.folds > 1 ? " each" : "");
    }

    void check_heads() {
        for (int head = 0; head < folds_.folds; ++head) {
            const auto name =
                folds_.folds > 1 ? "without fold " + std::to_string(head) : std::string("the training part");
            const auto train = patients_of(cohort_, folds_.training(head));
            if (train[0] == 0 || train[1] == 0) {
                refuse(name + " has one class alone to learn from", "Give each head patients of both classes.");
            }
            const auto validation = patients_of(cohort_, folds_.validation(head));
            if (validation[0] > 0 && validation[1] > 0) continue;
            folds_.notes.push_back("the slides that validate" +
                                   (folds_.folds > 1 ? " fold " + std::to_string(head) : std::string()) +
                                   " are of one class alone, so they say nothing of how well classes are told apart");
        }
    }

    /// What may make figures better than they are at another hospital.
    void add_sites_notes() {
        std::map<std::string, std::set<int>> folds_of_site;
        std::set<std::string> test;
        for (std::size_t i = 0; i < cohort_.slides.size(); ++i) {
            const auto& site = cohort_.slides[i].site;
            if (site.empty()) continue;
            if (folds_.fold[i] < 0) test.insert(site);
            if (folds_.fold[i] >= 0) folds_of_site[site].insert(folds_.fold[i]);
        }
        const auto cut = std::ranges::count_if(folds_of_site, [](const auto& site) { return site.second.size() > 1; });
        folds_.keeps_sites = cut == 0 && !folds_of_site.empty();
        if (cut > 0) {
            folds_.notes.push_back(counted(static_cast<std::size_t>(cut), "site") + " of " +
                                   std::to_string(folds_of_site.size()) +
                                   " lie in several folds, so figures hold for hospitals that were learned from");
        }
        const auto known = std::ranges::count_if(test, [&](const auto& site) { return folds_of_site.contains(site); });
        if (known > 0) {
            folds_.notes.push_back(std::to_string(known) + " of " + counted(test.size(), "site") +
                                   " of the test train, too, so its figures hold for hospitals that were learned from");
        }
    }

    const Cohort& cohort_;
    const CohortFoldOptions& options_;
    Members members_;
    CohortFolds folds_;
};

template <typename Condition>
Members where(const std::vector<int>& fold, const Condition& condition) {
    Members members;
    for (std::size_t i = 0; i < fold.size(); ++i) {
        if (condition(fold[i])) members.push_back(i);
    }
    return members;
}

}  // namespace

std::vector<std::size_t> CohortFolds::training(int head) const {
    return where(fold, [&](int f) { return f >= 0 && f != head; });
}

std::vector<std::size_t> CohortFolds::validation(int head) const {
    return where(fold, [&](int f) { return f == head; });
}

std::vector<std::size_t> CohortFolds::untouched() const {
    return where(fold, [](int f) { return f < 0; });
}

CohortFolds make_cohort_folds(const Cohort& cohort, const CohortFoldOptions& options) {
    return FoldMaker(cohort, options).make();
}

}  // namespace slidetype
