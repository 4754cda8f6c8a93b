#include "plugin/pictures/case_calls.h"

#include <fmt/format.h>

#include <map>
#include <numeric>

#include "base/atomic_file.h"
#include "base/words.h"
#include "plugin/analysis/call_reason.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/analysis/slide_result.h"
#include "plugin/pictures/field_vote.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

double area_mm2(const ScoreRow& row) {
    const double spacing = row.spacing_um_px.value_or(0);
    return row.width * spacing * row.height * spacing / 1e6;
}

/// The sentence of call_slide() is of tiles and mm², which a folder of pictures does not have.
std::string reason_of(const CaseCall& each, const SlideCall& call) {
    const auto voting = each.count(TileStatus::ok), benign = each.count(TileStatus::benign),
               unfamiliar = each.count(TileStatus::unfamiliar);
    const auto scored = voting + benign + unfamiliar;
    if (scored == 0) return "No picture could be scored.";
    if (call.mostly_unfamiliar()) {
        return fmt::format("{} of {} look unlike anything that the model was trained on, so no subtype call is made.",
                           unfamiliar, counted(scored, "picture"));
    }
    std::string rest;
    if (benign > 0) rest += fmt::format(" {} of {} do not look like tumour.", benign, counted(scored, "picture"));
    if (unfamiliar > 0)
        rest += fmt::format(" {} unfamiliar to the model and left out.",
                            unfamiliar == 1 ? "One is" : fmt::format("{} are", unfamiliar));
    if (voting == 0) return fmt::format("None of {} looks like tumour.", counted(scored, "picture"));
    if (call.label == CallLabel::insufficient) return "Too small a share of the pictures looks like tumour." + rest;
    if (call.label == CallLabel::mixed) return "There are large pictures of both classes." + rest;
    if (!call.ci95) return "Only one picture votes, which does not say how far those of this case vary." + rest;
    return interval_text(*call.ci95, " over pictures") + rest;
}

/// The rows of one case, in the order of the table.
class CaseReader {
  public:
    CaseReader(const std::vector<std::string>& class_names, const ModelDirectory& model, bool gate, bool guard)
        : model_(&model),
          lusc_(lusc_column(model.config.class_names)),
          weighed_(gate),
          guarded_(guard),
          sums_(class_names.size()) {
        options_.thresholds = picture_thresholds(model.config);
        options_.block_edge_tiles = 1;
    }

    void add(const ScoreRow& row) {
        ++each_.counts.at(static_cast<std::size_t>(row.status));
        if (row.traits && row.traits_tiles > 0) {
            const auto n = static_cast<double>(row.traits_tiles);
            for (std::size_t t = 0; t < kTraits; ++t) traits_[t] += n * (*row.traits)[t];
            looked_at_ += row.traits_tiles;
        }
        if (row.status == TileStatus::benign) set_aside_.benign.add(area_mm2(row));
        if (row.status == TileStatus::unfamiliar) set_aside_.unfamiliar.add(area_mm2(row));
        if (row.status != TileStatus::ok) return;
        for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c] += row.probabilities.at(c);
        // Every other column, so that no two of them lie side by side and form a region.
        tiles_.push_back(tile_of(row, 2 * static_cast<int>(tiles_.size())));
    }

    CaseCall finish(const std::string& name) {
        each_.name = name;
        if (!tiles_.empty()) {
            each_.mean_probabilities = sums_;
            for (auto& sum : each_.mean_probabilities) sum /= static_cast<double>(tiles_.size());
        }
        SlideCall call;
        if (lusc_) {
            call = call_slide(tiles_, options_, set_aside_);
            each_.label = call.label;
            each_.ci95 = call.ci95;
            call.reason = reason_of(each_, call);
        } else {
            call.label = CallLabel::none;
            call.reason = "The classes of this model are not LUAD and LUSC, so no subtype call is made.";
        }
        judge(call);
        each_.label = call.label;
        each_.prob_lusc = call.prob_lusc;
        each_.reason = call.reason;
        each_.supported = call.supported;
        return each_;
    }

  private:
    /// A picture that was scored whole is one tile without neighbours. One that was cut is one tile, too, that says
    /// what its tiles say before that is calibrated, which happens once and for the whole case.
    CallTile tile_of(const ScoreRow& row, int column) const {
        CallTile tile;
        tile.column = column;
        tile.tissue_mm2 = row.vote ? row.vote->voting_mm2 : area_mm2(row);
        if (!row.vote) {
            if (lusc_) tile.prob_lusc = static_cast<float>(row.probabilities.at(*lusc_));
            if (weighed_) tile.tumour = static_cast<float>(row.tumour.value_or(1));
            return tile;
        }
        tile.prob_lusc = static_cast<float>(row.vote->mean_prob_lusc);
        tile.around = static_cast<float>(1 - row.vote->border_share);
        const double whole = row.vote->voting_mm2;
        tile.tumour = whole > 0 ? static_cast<float>(row.vote->tumour_mm2 / whole) : 0.0F;
        return tile;
    }

    /// As a slide is judged.
    void judge(SlideCall& call) {
        if (model_->domain.empty() || looked_at_ == 0) return;
        auto mean = traits_;
        for (auto& value : mean) value /= static_cast<double>(looked_at_);
        const auto verdict = judge_domain(model_->domain, mean, looked_at_);
        each_.known = verdict.known;
        heed_domain(call, verdict, guarded_, options_.thresholds, model_->config.name,
                    {.name = "case", .teaches = "PICTURES", .is = "its scores are"});
    }

    const ModelDirectory* model_;
    std::optional<std::size_t> lusc_;
    bool weighed_, guarded_;
    CallOptions options_;
    std::vector<double> sums_;
    CaseCall each_;
    std::vector<CallTile> tiles_;
    SetAside set_aside_;
    TileTraits traits_{};  ///< sums
    std::size_t looked_at_ = 0;
};

std::string figure(const std::optional<double>& value) {
    return value ? fmt::format(",{:.6f}", *value) : ",";
}

}  // namespace

std::size_t CaseCall::pictures() const {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::vector<CaseCall> call_cases(const ScoresTable& table, const ModelDirectory& model, bool gate, bool guard) {
    std::vector<std::string> order;
    std::map<std::string, CaseReader> readers;
    for (const auto& row : table.rows) {
        const auto [reader, is_new] = readers.try_emplace(row.case_name, table.class_names, model, gate, guard);
        if (is_new) order.push_back(row.case_name);
        reader->second.add(row);
    }
    std::vector<CaseCall> calls;
    calls.reserve(order.size());
    for (const auto& name : order) calls.push_back(readers.at(name).finish(name));
    return calls;
}

void write_cases(std::span<const CaseCall> cases, const std::vector<std::string>& class_names,
                 const std::filesystem::path& file) {
    std::string text = "case,pictures";
    for (const auto status : kPictureStatuses) text += "," + std::string(to_string(status));
    for (const auto& name : class_names) text += "," + csv_field("mean_prob_" + name);
    text += ",ci95_low,ci95_high,call,reason,known_to_model\n";
    for (const auto& each : cases) {
        text += csv_field(each.name) + "," + std::to_string(each.pictures());
        for (const auto status : kPictureStatuses) text += "," + std::to_string(each.count(status));
        for (std::size_t c = 0; c < class_names.size(); ++c) {
            text += figure(each.mean_probabilities.empty() ? std::nullopt : std::optional(each.mean_probabilities[c]));
        }
        text += figure(each.ci95 ? std::optional((*each.ci95)[0]) : std::nullopt);
        text += figure(each.ci95 ? std::optional((*each.ci95)[1]) : std::nullopt);
        text += "," + std::string(to_string(each.label)) + "," + csv_field(each.reason) + "," +
                (!each.known   ? ""
                 : *each.known ? "yes"
                               : "no") +
                "\n";
    }
    write_file(file, text);
}

}  // namespace slidetype
