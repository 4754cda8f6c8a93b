#include "cli/known_material.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/words.h"
#include "cli/print.h"
#include "cli/table.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/domain_rule.h"

namespace slidetype {
namespace {

/// Things that are named.
constexpr std::size_t kMostNames = 5;

}  // namespace

std::string good_for_help() {
    const auto said = default_model_is_good_for();
    return said.empty() ? std::string() : wrapped(printable(said), kTextWidth) + "\n";
}

std::string some_of(std::span<const std::string> all) {
    std::vector<std::string> names;
    for (const auto& name : all) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) text += (i > 0 ? ", " : "") + names[i];
    return names.size() > kMostNames ? text + fmt::format(" and {} more", names.size() - kMostNames) : text;
}

void print_unlike(const UnlikeOutcome& outcome, const ModelConfig& model) {
    const auto count = outcome.names.size();
    if (count == 0) return;
    auto text = unlike_count_text(count, outcome.done, outcome.thing) + ": " + some_of(outcome.names) + ". ";
    text += outcome.heeded ? "No subtype call is made of these."
                           : "Calls that were made of these nevertheless are supported by nothing.";
    if (model.slidetype) add_sentence(text, model.slidetype->good_for);
    print(stderr, "\n{}\nWhat to do, then run with --model MY_MODEL:\n  slidetype train {} -o MY_MODEL --from {}\n",
          wrapped(printable(text), kTextWidth), outcome.teaches, printable(model.name));
}

void print_no_check(const ModelDirectory& model, std::string_view thing) {
    if (!model.domain.empty()) return;
    if (model.is_heads()) {
        print(stderr, "{}\n", wrapped(kHeadsLack, kTextWidth));
        return;
    }
    print(stderr, "This model does not know what it was made from, so {}s of another kind are called as well.\n",
          thing);
}

}  // namespace slidetype
