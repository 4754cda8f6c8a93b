#include "cli/collect_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <span>

#include "base/words.h"
#include "cli/print.h"
#include "cli/table.h"

namespace slidetype {
namespace {

constexpr std::size_t kMostLines = 10;

void print_names(const std::string& what, const SomeNames& names) {
    if (names.count == 0) return;
    print(stderr, "{}:\n", what);
    for (std::size_t i = 0; i < std::min(names.names.size(), kMostLines); ++i)
        print(stderr, "  {}\n", printable(names.names[i]));
    if (names.count > kMostLines) print(stderr, "  and {} more, see collect.json\n", names.count - kMostLines);
}

/// The kind of the most is not named as the odd one.
void print_kinds(const char* what, const KindsOfResults& kinds, bool contradicts) {
    if (kinds.size() < 2) return;
    print(stderr, "{}Results are of {} {}:\n", contradicts ? "CONTRADICTION: " : "Note: ", kinds.size(), what);
    std::size_t shown = 0;
    for (const auto& [kind, of] : kinds) {
        if (++shown > kMostLines) break;
        print(stderr, "  {}  {}, such as {}\n", kind.substr(0, 12), counted(of.count, "slide"),
              printable(of.example.string()));
    }
}

void print_missing(const CollectReport& report) {
    if (!report.missing_shards.empty()) {
        const auto first = std::span(report.missing_shards).first(std::min(report.missing_shards.size(), kMostLines));
        auto text = fmt::format("{}", fmt::join(first, ", "));
        if (report.missing_shards.size() > kMostLines)
            text += fmt::format(" and {} more", report.missing_shards.size() - kMostLines);
        print(stderr, "MISSING: no record of shard {}.\n", text);
    }
    if (report.lists > 1) {
        print(stderr, "CONTRADICTION: the shards were of {} different lists, so what is missing is not known.\n",
              report.lists);
    }
    if (report.expected && *report.expected > report.slides) {
        print(stderr, "MISSING: {} of the {} in the list, of which nothing is here.\n",
              *report.expected - report.slides, counted(*report.expected, "slide"));
    }
    print_names(fmt::format("MISSING: {} without a result", counted(report.missing.count, "slide")), report.missing);
    print_names(fmt::format("FAILED: {}", counted(report.failed.count, "slide")), report.failed);
}

}  // namespace

void print_collected(const CollectReport& report, const CollectOptions& options) {
    const auto done = report.counts.at(static_cast<std::size_t>(SlideRecord::State::done));
    print("{} of {}{} done, from {}, in {}\n", done, counted(report.expected.value_or(report.slides), "slide"),
          report.expected ? " of the list" : "", counted(report.outputs.size(), "folder"),
          printable(options.merged.string()));
    if (report.linked + report.copied > 0) {
        print("{} linked, {} copied.\n", counted(report.linked, "file"), report.copied);
    }
    if (report.patients > 0) print("{} called; see patients.csv.\n", counted(report.patients, "patient"));
    std::fflush(stdout);
    print_missing(report);
    print_names(fmt::format("CONTRADICTION: {} with different results; none was taken",
                            counted(report.differing.count, "slide")),
                report.differing);
    print_kinds("models", report.models, true);
    print_kinds("kinds of settings", report.settings, true);
    print_kinds("versions of slidetype", report.versions, false);
    print_names(fmt::format("Note: {} there twice, equal; one was taken", counted(report.twice.count, "slide")),
                report.twice);
    print_names(fmt::format("Note: {} that the list does not have", counted(report.not_listed.count, "slide")),
                report.not_listed);
    if (!report.expected) print("Which slides there should be is not known: --list says it.\n");
    if (report.complete()) return;
    print(stderr, "NOT COMPLETE. Run what is missing again, then collect again.\n");
}

}  // namespace slidetype
