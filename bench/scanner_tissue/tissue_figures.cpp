#include "bench/scanner_tissue/tissue_figures.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "bench/cross_validation/figures.h"
#include "bench/scanner_tissue/patient_auc.h"

namespace slidetype::bench {
namespace {

constexpr int kTissueRounds = 2000;            // of the bootstrap
constexpr std::size_t kFewestForInterval = 3;  // below this the spread of what was seen says nothing
constexpr std::array<const char*, 2> kClasses = {"LUAD", "LUSC"};

double is_on_right_side(const TissueTile& tile, const std::string& label) {
    return (tile.prob_lusc > 0.5) == (label == "LUSC") ? 1 : 0;
}

/// Sums of tiles that are resampled together.
struct TileSum {
    double sum = 0, tiles = 0;
};

TissueMean mean_over(const std::vector<TileSum>& units) {
    const auto figure = [&](std::span<const double> weights) {
        TileSum all;
        for (std::size_t i = 0; i < units.size(); ++i) {
            all.sum += weights[i] * units[i].sum;
            all.tiles += weights[i] * units[i].tiles;
        }
        return all.tiles > 0 ? all.sum / all.tiles : 0;
    };
    const bool enough = units.size() >= kFewestForInterval;
    const auto estimate = bootstrap(units.size(), figure, enough ? kTissueRounds : 0, 1);
    return {estimate.value, enough ? std::optional(estimate.ci95) : std::nullopt};
}

/// The tiles of one patient or slide.
struct Specimen {
    std::string name, label, source;
    std::vector<TissueTile> tiles;
    std::vector<TissueCall> field_calls, whole_calls;

    double mean() const {
        double sum = 0;
        for (const auto& tile : tiles) sum += tile.prob_lusc;
        return sum / static_cast<double>(tiles.size());
    }
    double right() const {
        double sum = 0;
        for (const auto& tile : tiles) sum += is_on_right_side(tile, label);
        return sum / static_cast<double>(tiles.size());
    }
};

/// Of LUAD, then of LUSC; those without a scored tile are kept, since that is a finding too.
std::vector<Specimen> specimens_of(const TissueResult& result) {
    std::vector<Specimen> specimens;
    for (const auto* label : kClasses) {
        for (const bool slides : {false, true}) {
            for (const auto& piece : result.pieces) {
                const auto& identity = piece.identity;
                if (identity.label != label || (piece.form == TissueForm::slide) != slides) continue;
                const auto& name = slides ? identity.name : identity.patient;
                auto found = std::ranges::find_if(specimens, [&](const Specimen& each) {
                    return each.name == name && each.label == label && each.source == identity.source;
                });
                if (found == specimens.end())
                    found = specimens.insert(specimens.end(), {name, label, identity.source, {}, {}, {}});
                found->tiles.insert(found->tiles.end(), piece.tiles.begin(), piece.tiles.end());
                (piece.form == TissueForm::field ? found->field_calls : found->whole_calls).push_back(piece.call);
            }
        }
    }
    return specimens;
}

/// counts[u]: in how many orders of `a` and `b` things u pairs are in the right order (Mann and Whitney 1947).
std::vector<std::size_t> order_counts(std::size_t a, std::size_t b) {
    std::vector<std::size_t> counts(a * b + 1, 0);
    if (a == 0 || b == 0) {
        counts[0] = 1;
        return counts;
    }
    const auto with_b_on_top = order_counts(a, b - 1), with_a_on_top = order_counts(a - 1, b);
    for (std::size_t u = 0; u < with_b_on_top.size(); ++u) counts[u + a] += with_b_on_top[u];
    for (std::size_t u = 0; u < with_a_on_top.size(); ++u) counts[u] += with_a_on_top[u];
    return counts;
}

void count_orders(SourceAuc& auc) {
    if (auc.luad_patients + auc.lusc_patients > 30) return;  // more orders than can be counted, or need be
    const double pairs = static_cast<double>(auc.luad_patients * auc.lusc_patients);
    const auto counts = order_counts(auc.luad_patients, auc.lusc_patients);
    for (std::size_t u = 0; u < counts.size(); ++u) {
        auc.orders += counts[u];
        if (static_cast<double>(u) >= auc.by_patient.value * pairs - 1e-9) auc.orders_as_good += counts[u];
    }
}

TissueVotes& votes_named(std::vector<TissueVotes>& list, const std::string& tissue) {
    const auto found = std::ranges::find(list, tissue, &TissueVotes::tissue);
    if (found != list.end()) return *found;
    list.push_back({.tissue = tissue});
    return list.back();
}

void add_tile(TissueVotes& votes, const TissueTile& tile) {
    votes.prob_lusc += tile.prob_lusc;
    ++votes.tiles;
    votes.votes += tile.vote == TissueVote::votes;
    votes.benign += tile.vote == TissueVote::benign;
    votes.unfamiliar += tile.vote == TissueVote::unfamiliar;
}

std::string tissue_of(const TissuePiece& piece, const TissueTile& tile) {
    if (piece.form == TissueForm::slide)
        return "slides: " + (tile.content.empty() ? std::string("not sorted") : tile.content);
    if (piece.identity.label == "control") return tissue_name(piece.identity.kind);
    return piece.identity.label + " fields of " + piece.identity.source;
}

/// In which order kinds of tissue are told.
int rank_of(const TissuePiece& piece) {
    return piece.form == TissueForm::slide  ? 0
           : piece.identity.label == "LUAD" ? 1
           : piece.identity.label == "LUSC" ? 2
                                            : 3;
}

std::vector<const TissuePiece*> pieces_by_rank(const TissueResult& result) {
    std::vector<const TissuePiece*> pieces;
    for (const auto& piece : result.pieces) pieces.push_back(&piece);
    std::ranges::stable_sort(pieces, {}, [](const TissuePiece* piece) { return rank_of(*piece); });
    return pieces;
}

}  // namespace

std::string tissue_name(const std::string& kind) {
    auto name = kind;
    std::ranges::replace(name, '_', ' ');
    return name;
}

std::vector<PatientFigures> patient_figures(const TissueResult& result) {
    std::vector<PatientFigures> list;
    for (const auto& specimen : specimens_of(result)) {
        std::map<int, TileSum> blocks;
        for (const auto& tile : specimen.tiles) {
            blocks[tile.block].sum += tile.prob_lusc;
            blocks[tile.block].tiles += 1;
        }
        std::vector<TileSum> sums;
        sums.reserve(blocks.size());
        for (const auto& [block, sum] : blocks) sums.push_back(sum);
        PatientFigures figures{specimen.name,
                               specimen.label,
                               specimen.source,
                               specimen.tiles.size(),
                               sums.size(),
                               {},
                               0,
                               specimen.whole_calls.empty() ? specimen.field_calls : specimen.whole_calls};
        if (!specimen.tiles.empty()) {
            figures.prob_lusc = mean_over(sums);
            figures.right = specimen.right();
        }
        list.push_back(std::move(figures));
    }
    return list;
}

std::vector<ClassFigures> class_figures(const TissueResult& result) {
    std::vector<ClassFigures> list;
    const auto specimens = specimens_of(result);
    for (const auto& first : specimens) {
        const bool told = std::ranges::any_of(
            list, [&](const ClassFigures& each) { return each.label == first.label && each.source == first.source; });
        if (told) continue;
        std::vector<TileSum> probs, rights;
        for (const auto& each : specimens) {
            if (each.label != first.label || each.source != first.source || each.tiles.empty()) continue;
            probs.push_back({each.mean(), 1});
            rights.push_back({each.right(), 1});
        }
        if (probs.empty()) continue;
        list.push_back({first.label, first.source, probs.size(), mean_over(probs), mean_over(rights)});
    }
    return list;
}

std::vector<SourceAuc> source_aucs(const TissueResult& result) {
    std::map<std::string, PatientTiles> sources;
    for (const auto& specimen : specimens_of(result)) {
        if (specimen.tiles.empty()) continue;
        const std::size_t lusc = specimen.label == "LUSC";
        auto& tiles = sources[specimen.source].at(lusc).emplace_back();
        for (const auto& tile : specimen.tiles) tiles.push_back(tile.prob_lusc);
    }
    std::vector<SourceAuc> list;
    for (const auto& [source, patients] : sources) {
        if (patients[0].empty() || patients[1].empty()) continue;
        SourceAuc auc;
        auc.source = source;
        auc.luad_patients = patients[0].size(), auc.lusc_patients = patients[1].size();
        for (const auto& each : patients) {
            for (const auto& tiles : each) auc.tiles += tiles.size();
        }
        auc.by_patient = auc_by_patient(patients);
        auc.by_tile = auc_by_tile(patients);
        count_orders(auc);
        list.push_back(std::move(auc));
    }
    return list;
}

std::vector<TissueVotes> tissue_votes(const TissueResult& result) {
    std::vector<TissueVotes> list;
    for (const auto* content : {"tumour", "mixed", "stroma", "necrosis", "not sorted"})
        list.push_back({.tissue = std::string("slides: ") + content});
    for (const auto* piece : pieces_by_rank(result)) {
        for (const auto& tile : piece->tiles) {
            auto& votes = votes_named(list, tissue_of(*piece, tile));
            add_tile(votes, tile);
            votes.taught_gate |= piece->taught_gate;
        }
    }
    std::erase_if(list, [](const TissueVotes& votes) { return votes.tiles == 0; });
    for (auto& votes : list) votes.prob_lusc /= static_cast<double>(votes.tiles);
    return list;
}

std::vector<TissueCalls> tissue_calls(const TissueResult& result) {
    std::vector<TissueCalls> list;
    for (const auto* piece : pieces_by_rank(result)) {
        const bool control = piece->identity.label == "control";
        const auto tissue = control ? tissue_name(piece->identity.kind) : piece->identity.label;
        auto found = std::ranges::find_if(
            list, [&](const TissueCalls& calls) { return calls.tissue == tissue && calls.form == piece->form; });
        if (found == list.end())
            found = list.insert(list.end(), {.tissue = tissue, .form = piece->form, .is_control = control});
        const auto& call = piece->call;
        ++found->pieces;
        found->luad += call.label == "LUAD", found->lusc += call.label == "LUSC";
        found->mixed += call.label == "mixed", found->indeterminate += call.label == "indeterminate";
        found->insufficient += call.label == "insufficient";
        found->checked += call.unlike.has_value(), found->unlike += call.unlike.value_or(false);
    }
    return list;
}

}  // namespace slidetype::bench
