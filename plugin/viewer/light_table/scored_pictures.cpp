// The pictures of an output folder of `slidetype score`.
#include <nlohmann/json.hpp>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "model/data/manifest.h"
#include "plugin/pictures/scores_table.h"
#include "plugin/results/text.h"
#include "plugin/viewer/light_table/picture_tables.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMostSummary = std::uintmax_t{64} << 20;
constexpr std::string_view kReplaced = "\xEF\xBF\xBD";  ///< U+FFFD, which stands for bytes that are no UTF-8

/// The one entry of a folder that is written so; empty where there is none, or more than one.
fs::path entry_written_as(const fs::path& folder, const std::string& name) {
    fs::path found;
    std::error_code error;
    for (fs::directory_iterator all(folder, error), end; !error && all != end; all.increment(error)) {
        if (valid_utf8(all->path().filename().string()) != name) continue;
        if (!found.empty()) return {};
        found = all->path();
    }
    return found;
}

/// The file of a name in scores.csv or summary.json, where bytes that are no UTF-8 are replaced.
fs::path file_of(const fs::path& root, const std::string& name) {
    auto file = (root / name).lexically_normal();
    std::error_code error;
    if (name.find(kReplaced) == std::string::npos || fs::exists(fs::symlink_status(file, error))) return file;
    fs::path found = root;
    for (const auto& part : fs::path(name)) {
        auto next = found / part;
        if (!fs::exists(fs::symlink_status(next, error))) next = entry_written_as(found, part.string());
        if (next.empty()) return file;
        found = std::move(next);
    }
    return found;
}

/// The folder that file names are relative to.
fs::path root_of(const fs::path& output, const std::string& summary) {
    const auto json = nlohmann::json::parse(summary, nullptr, false);
    if (!json.is_object() || !json.contains("root") || !json["root"].is_string()) {
        throw Error(ErrorCode::corrupt, (output / "summary.json").string(), "does not say which folder was scored",
                    "Run `slidetype score` again with this output folder; it goes on where it was.");
    }
    return file_of("/", json["root"].get<std::string>());
}

PictureScore score_of(ScoreRow&& row, const fs::path& output) {
    PictureScore score;
    score.width = row.width, score.height = row.height;
    score.status = to_string(row.status), score.class_name = std::move(row.class_name);
    score.probabilities = std::move(row.probabilities);
    score.tumour = row.tumour, score.strangeness = row.strangeness;
    score.reason = std::move(row.reason), score.note = std::move(row.note);
    if (!row.heatmap.empty()) score.heatmap = place_of(output / row.heatmap);
    if (!is_below(score.heatmap, place_of(output))) score.heatmap.clear();
    return score;
}

/// From cases.csv, which is not there while `score` still runs.
std::map<std::string, TableCase> cases_of(const fs::path& output) {
    std::map<std::string, TableCase> cases;
    const auto file = output / kCasesFile;
    if (!fs::exists(file)) return cases;
    const auto table = read_own_table(file, {"case", "call", "reason"});
    for (const auto& row : table.rows) {
        const auto& name = table.at(row, "case");
        cases[name == "." ? std::string() : name] = {table.at(row, "call"), table.at(row, "reason")};
    }
    return cases;
}

}  // namespace

PictureTable scored_table(const fs::path& output) {
    PictureTable table;
    table.summary = read_file(output / "summary.json", kMostSummary);
    const auto root = root_of(output, table.summary), root_place = place_of(root);
    auto scores = read_scores(output / kScoresFile);
    table.class_names = std::move(scores.class_names);
    table.cases = cases_of(output);
    std::size_t outside = 0;
    for (auto& row : scores.rows) {
        TablePicture picture;
        picture.name = row.file;
        picture.file = file_of(root, row.file);
        picture.place = place_of(picture.file);
        if (!picture.place.empty() && !is_below(picture.place, root_place)) {
            picture.place.clear();
            ++outside;
        }
        if (row.case_name != ".") picture.case_name = row.case_name;
        picture.score = score_of(std::move(row), output);
        table.pictures.push_back(std::move(picture));
    }
    if (outside > 0) {
        table.notes.push_back(counted(outside, "picture") + (outside == 1 ? " lies" : " lie") + " outside of " +
                              root.string() + ", which was scored, and " + (outside == 1 ? "is" : "are") +
                              " not shown.");
    }
    return table;
}

}  // namespace slidetype::viewer
