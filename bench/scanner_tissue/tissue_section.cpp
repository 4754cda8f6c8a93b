#include "bench/scanner_tissue/tissue_section.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/cross_validation/card_text.h"
#include "bench/scanner_tissue/tissue_figures.h"

namespace slidetype::bench {
namespace {

using TableRow = std::vector<std::string>;

std::string not_run() {
    return std::string(kNotRun) + "\n";
}

std::string code(const std::string& label) {
    return fmt::format("`{}`", label);
}

std::string mean_text(const TissueMean& mean) {
    if (!mean.ci95) return fmt::format("{:.2f}", mean.value);
    return fmt::format("{:.2f} ({:.2f} to {:.2f})", mean.value, (*mean.ci95)[0], (*mean.ci95)[1]);
}

std::string share_text(const TissueMean& mean) {
    const auto whole = fmt::format("{:.0f} %", 100 * mean.value);
    if (!mean.ci95) return whole;
    return fmt::format("{} ({:.0f} to {:.0f})", whole, 100 * (*mean.ci95)[0], 100 * (*mean.ci95)[1]);
}

std::string share_text(std::size_t count, std::size_t of) {
    return fmt::format("{:.0f} %", 100 * static_cast<double>(count) / static_cast<double>(of));
}

std::string one_call(const TissueCall& call) {
    auto text = call.label;
    if (call.unlike.value_or(false)) text += ", unlike its training";
    if (call.label == "insufficient") return text + fmt::format(" ({:.2f} mm²)", call.voting_mm2);
    if (call.prob_lusc) text += fmt::format(" {:.2f}", *call.prob_lusc);
    if (call.ci95) text += fmt::format(" ({:.2f} to {:.2f})", (*call.ci95)[0], (*call.ci95)[1]);
    return text;
}

std::string calls_text(const std::vector<TissueCall>& calls) {
    std::string text;
    for (const auto& call : calls) text += (text.empty() ? "" : "; ") + one_call(call);
    return text;
}

/// Rows of one thing for every model, then of the next; `rows(result)` gives one row per thing, in the same order.
/// Models may differ in what they scored, so things are matched by their first cells.
template <class RowsOf>
std::vector<TableRow> side_by_side(std::span<const TissueResult> results, std::size_t key_cells,
                                   const RowsOf& rows_of) {
    std::vector<TableRow> keys, all;
    std::vector<std::vector<TableRow>> of_model;
    for (const auto& result : results) {
        of_model.push_back(rows_of(result));
        for (const auto& row : of_model.back()) {
            TableRow key(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(key_cells));
            if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
        }
    }
    for (const auto& key : keys) {
        for (const auto& rows : of_model) {
            for (const auto& row : rows) {
                if (std::equal(key.begin(), key.end(), row.begin())) all.push_back(row);
            }
        }
    }
    return all;
}

std::string form_name(TissueForm form, std::size_t pieces) {
    return fmt::format("{}{}", to_string(form), pieces == 1 ? "" : "s");
}

std::string counted(std::size_t count) {
    return count == 0 ? "" : std::to_string(count);
}

}  // namespace

std::string scanner_models(std::span<const TissueResult> results, std::span<const std::string> shipped_sha256) {
    if (results.empty()) return not_run();
    std::string text;
    for (const auto& result : results) {
        const bool ships = std::ranges::find(shipped_sha256, result.weights_sha256) != shipped_sha256.end();
        text += fmt::format("- {}: `{}`, weights begin `{}`, {}\n", code(result.label), result.model,
                            result.weights_sha256.substr(0, 12), ships ? "shipped with this version" : "not shipped");
    }
    if (const auto repeated = results.front().repeated_rows; repeated > 0)
        text += fmt::format("\n{} rows of the table of fields name a file that was named before; it counts once.\n",
                            repeated);
    return text;
}

std::string scanner_patients(std::span<const TissueResult> results) {
    if (results.empty()) return not_run();
    const auto rows = side_by_side(results, 3, [](const TissueResult& result) {
        std::vector<TableRow> list;
        for (const auto& each : patient_figures(result)) {
            const bool scored = each.tiles > 0;
            list.push_back({each.name, each.label, each.source, code(result.label), grouped(each.tiles),
                            scored ? mean_text(each.prob_lusc) : "no tiles",
                            scored ? fmt::format("{:.0f} %", 100 * each.right) : "", calls_text(each.calls)});
        }
        return list;
    });
    return table({"patient or slide", "is", "source", "model", "tiles", "mean P(LUSC)", "right side", "call"}, rows);
}

std::string scanner_classes(std::span<const TissueResult> results) {
    if (results.empty()) return not_run();
    const auto rows = side_by_side(results, 3, [](const TissueResult& result) {
        std::vector<TableRow> list;
        for (const auto& each : class_figures(result)) {
            list.push_back({each.label, each.source,
                            fmt::format("{} {}", each.patients, each.source == "slides" ? "slides" : "patients"),
                            code(result.label), mean_text(each.prob_lusc), share_text(each.right)});
        }
        return list;
    });
    return table({"class", "source", "of", "model", "mean P(LUSC)", "tiles on the right side"}, rows);
}

std::string scanner_auc(std::span<const TissueResult> results) {
    if (results.empty()) return not_run();
    const auto rows = side_by_side(results, 2, [](const TissueResult& result) {
        std::vector<TableRow> list;
        for (const auto& auc : source_aucs(result)) {
            list.push_back({auc.source, fmt::format("{} LUAD, {} LUSC", auc.luad_patients, auc.lusc_patients),
                            code(result.label), number(auc.by_patient, 2), number(auc.by_tile, 2),
                            auc.orders > 0 ? fmt::format("{} of {}", auc.orders_as_good, auc.orders) : ""});
        }
        return list;
    });
    return table({"within", "patients", "model", "AUC by patient", "AUC by tile", "orders at least as good"}, rows);
}

std::string scanner_votes(std::span<const TissueResult> results) {
    if (results.empty()) return not_run();
    // Told only where some tissue taught a gate.
    const bool tell_gate = std::ranges::any_of(results, [](const TissueResult& result) {
        return std::ranges::any_of(result.pieces, &TissuePiece::taught_gate);
    });
    const auto rows = side_by_side(results, 1, [&](const TissueResult& result) {
        std::vector<TableRow> list;
        for (const auto& each : tissue_votes(result)) {
            list.push_back({each.tissue, code(result.label), grouped(each.tiles), fmt::format("{:.2f}", each.prob_lusc),
                            share_text(each.votes, each.tiles), share_text(each.benign, each.tiles),
                            share_text(each.unfamiliar, each.tiles)});
            if (tell_gate) list.back().emplace_back(each.taught_gate ? "without that slide" : "as shipped");
        }
        return list;
    });
    TableRow head = {"tissue", "model", "tiles", "mean P(LUSC)", "vote", "refused as benign", "refused as unfamiliar"};
    if (tell_gate) head.emplace_back("gate");
    return table(head, rows);
}

std::string scanner_calls(std::span<const TissueResult> results) {
    if (results.empty()) return not_run();
    const auto rows = side_by_side(results, 2, [](const TissueResult& result) {
        std::vector<TableRow> list;
        for (const auto& each : tissue_calls(result)) {
            list.push_back({each.tissue, fmt::format("{} {}", each.pieces, form_name(each.form, each.pieces)),
                            code(result.label), counted(each.luad), counted(each.lusc), counted(each.mixed),
                            counted(each.indeterminate), counted(each.insufficient),
                            each.checked == 0 ? "no check" : fmt::format("{} of {}", each.unlike, each.checked)});
        }
        return list;
    });
    return table({"tissue", "pieces", "model", "LUAD", "LUSC", "mixed", "indeterminate", "insufficient",
                  "as a whole unlike its training"},
                 rows);
}

std::array<std::string, 4> noticed_cells(std::span<const TissueResult> results, const std::string& weights_sha256) {
    std::array<std::string, 4> cells;
    std::array<std::size_t, 4> pieces{}, checked{}, unlike{};
    bool measured = false;
    for (const auto& result : results) {
        if (result.weights_sha256 != weights_sha256) continue;
        measured = true;
        for (const auto& calls : tissue_calls(result)) {
            const bool field = calls.form == TissueForm::field;
            // Sheets of tumour are the fields of patients whom the second column has already.
            if (!calls.is_control && calls.form == TissueForm::sheet) continue;
            const std::size_t column = calls.is_control ? (field ? 2 : 3) : (field ? 1 : 0);
            pieces[column] += calls.pieces;
            checked[column] += calls.checked;
            unlike[column] += calls.unlike;
        }
    }
    for (std::size_t column = 0; column < cells.size(); ++column) {
        cells[column] = !measured              ? kNotRun
                        : pieces[column] == 0  ? "none was there"
                        : checked[column] == 0 ? "no check"
                                               : fmt::format("{} of {}", unlike[column], checked[column]);
    }
    return cells;
}

}  // namespace slidetype::bench
