// What README says of scanner tissue.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "bench/scanner_tissue/tissue_figures.h"
#include "bench/scanner_tissue/tissue_section.h"

namespace slidetype::bench {
namespace {

constexpr const char* kBeginMark = "<!-- scanner tissue: written by `make model-card` -->\n";
constexpr const char* kGoodForMark = "<!-- good for: written by `make model-card` -->\n";
constexpr const char* kGoodForEnd = "<!-- end of good for -->\n";
constexpr std::size_t kReadmeWidth = 120;
constexpr const char* kEndMark = "<!-- end of scanner tissue -->\n";

const ClassFigures* class_within(const std::vector<ClassFigures>& classes, const std::string& label,
                                 const std::string& source) {
    const auto found = std::ranges::find_if(
        classes, [&](const ClassFigures& each) { return each.label == label && each.source == source; });
    return found == classes.end() ? nullptr : &*found;
}

std::string percent_of(double share) {
    return fmt::format("{:.0f} %", 100 * share);
}

std::string ranking_text(const TissueResult& result) {
    const auto aucs = source_aucs(result);
    if (aucs.empty()) return "**Nobody has measured whether it tells LUAD from LUSC on scanner tissue.**";
    const auto& auc = *std::ranges::max_element(
        aucs, {}, [](const SourceAuc& each) { return std::min(each.luad_patients, each.lusc_patients); });
    const bool better = auc.by_patient.ci95[0] > 0.5;
    auto text = fmt::format(
        "**On genuine scanner tissue the shipped model {}.** Measured on fields of {} patients with LUAD and {} with "
        "LUSC "
        "({}), which took no part in its making, its ranking of the patients has an AUC of {:.2f} (95 % interval "
        "{:.2f} to "
        "{:.2f}; 0.50 is chance)",
        better ? "tells LUAD from LUSC better than chance" : "has not been shown to tell LUAD from LUSC",
        auc.luad_patients, auc.lusc_patients, auc.source, auc.by_patient.value, auc.by_patient.ci95[0],
        auc.by_patient.ci95[1]);
    const auto classes = class_figures(result);
    const auto *luad = class_within(classes, "LUAD", auc.source), *lusc = class_within(classes, "LUSC", auc.source);
    if (luad != nullptr && lusc != nullptr)
        text += fmt::format(", and {} of the LUAD tiles and {} of the LUSC tiles are given their class",
                            percent_of(luad->right.value), percent_of(lusc->right.value));
    return text + ".";
}

std::string slides_text(const TissueResult& result) {
    std::string text;
    for (const auto& piece : result.pieces) {
        if (piece.form != TissueForm::slide) continue;
        const auto label = fmt::format("`{}`", piece.call.label);
        if (text.find(label) == std::string::npos) text += (text.empty() ? "" : " and ") + label;
    }
    return text.empty() ? "" : fmt::format(" Whole slides of a squamous carcinoma come out {}.", text);
}

std::string set_aside_text(const TissueResult& result) {
    TissueVotes tumour, control;
    for (const auto& piece : result.pieces) {
        auto& votes = piece.identity.label == "control" ? control : tumour;
        for (const auto& tile : piece.tiles) {
            ++votes.tiles;
            votes.benign += tile.vote == TissueVote::benign;
            votes.unfamiliar += tile.vote == TissueVote::unfamiliar;
        }
    }
    if (control.tiles == 0) return "";
    const auto share = [](std::size_t count, std::size_t of) {
        return percent_of(static_cast<double>(count) / static_cast<double>(of));
    };
    auto text = fmt::format(
        " Of tissue that is no lung tumour (other organs, lymph node, benign epithelium, pen and glass) its gate "
        "refuses {} "
        "of the tiles and its guard {}",
        share(control.benign, control.tiles), share(control.unfamiliar, control.tiles));
    std::size_t called = 0, sheets = 0;
    for (const auto& calls : tissue_calls(result)) {
        if (!calls.is_control || calls.form == TissueForm::field) continue;
        called += calls.luad + calls.lusc + calls.mixed, sheets += calls.pieces;
    }
    if (sheets > 0)
        text += fmt::format("; of {} slides put together from such fields {} {} called LUAD, LUSC or `mixed`", sheets,
                            called == 0 ? "none" : std::to_string(called), called > 1 ? "were" : "was");
    return text + ".";
}

std::string check_text(const TissueResult& result) {
    std::size_t checked = 0, unlike = 0;
    for (const auto& calls : tissue_calls(result)) checked += calls.checked, unlike += calls.unlike;
    if (checked == 0) return "";
    return fmt::format(" Its check of the slide as a whole notices {} of {} slides and fields as unlike its training.",
                       unlike, checked);
}

}  // namespace

std::string readme_item(std::span<const TissueResult> results, const std::string& weights_sha256) {
    const auto found = std::ranges::find(results, weights_sha256, &TissueResult::weights_sha256);
    if (found == results.end())
        return "**Nobody has measured the shipped model on genuine scanner tissue.** Take its heatmap for a ranking at "
               "best.";
    return ranking_text(*found) + slides_text(*found) + set_aside_text(*found) + check_text(*found) +
           " The [model card](docs/model-card.md) has it patient by patient. Few patients make these figures rough; "
           "train "
           "on your own slides ([how](docs/retraining.md)) and measure there.";
}

std::string wrapped_item(const std::string& text, std::size_t width) {
    constexpr std::string_view kIndent = "  ";
    std::string out = "- ";
    for (const char c : wrapped(text, width - kIndent.size())) {
        out += c;
        if (c == '\n') out += kIndent;
    }
    return out + "\n";
}

std::string with_readme_item(const std::string& readme, const std::string& item) {
    const auto begin = readme.find(kBeginMark), end = readme.find(kEndMark);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        throw Error(ErrorCode::bad_data, "README.md", "lacks the marks between which scanner tissue is told");
    const auto from = begin + std::string(kBeginMark).size();
    return readme.substr(0, from) + wrapped_item(item) + readme.substr(end);
}

std::string with_good_for(const std::string& readme, const std::string& text) {
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const auto begin = readme.find(kGoodForMark, at);
        if (begin == std::string::npos) break;
        const auto from = begin + std::string_view(kGoodForMark).size(), end = readme.find(kGoodForEnd, from);
        if (end == std::string::npos) break;
        // An item of a list keeps its sign.
        const bool item = readme.substr(from, 2) == "- ";
        out += readme.substr(at, from - at) + (item ? wrapped_item(text) : wrapped(text, kReadmeWidth) + "\n");
        at = end;
    }
    if (at == 0)
        throw Error(ErrorCode::bad_data, "README.md",
                    "lacks the marks between which it says what the model is good for");
    return out + readme.substr(at);
}

}  // namespace slidetype::bench
