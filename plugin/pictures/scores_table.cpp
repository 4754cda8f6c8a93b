// scores.csv: a line per picture, by case and file, fields as RFC 4180 quotes them, lines ended by "\n".
//
//   file,case,width,height,status,class,prob_<class>…[,prob_tumour][,strangeness],reason,
//       spacing_um_px,scale,tiles,voting_tiles,
//       call,ci95_low,ci95_high,vote_mean,border_share,voting_area_mm2,tumour_area_mm2,heatmap,note
#include "plugin/pictures/scores_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "model/data/csv_text.h"
#include "model/data/manifest.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

constexpr std::string_view kProbability = "prob_";
constexpr const char* kTumour = "prob_tumour";

void append_number(std::string& out, const std::optional<double>& value) {
    out += ',';
    if (value) fmt::format_to(std::back_inserter(out), "{:.6f}", *value);
}

/// The columns of FieldVote; empty for pictures that have none.
constexpr std::array<std::string_view, 7> kVoteColumns = {
    "call", "ci95_low", "ci95_high", "vote_mean", "border_share", "voting_area_mm2", "tumour_area_mm2"};

void append_vote(std::string& out, const std::optional<FieldVote>& vote) {
    if (!vote) {
        out.append(kVoteColumns.size(), ',');
        return;
    }
    out += ',' + csv_field(vote->call);
    append_number(out, vote->ci95 ? std::optional((*vote->ci95)[0]) : std::nullopt);
    append_number(out, vote->ci95 ? std::optional((*vote->ci95)[1]) : std::nullopt);
    for (const double value : {vote->mean_prob_lusc, vote->border_share, vote->voting_mm2, vote->tumour_mm2})
        append_number(out, value);
}

std::string line_of(const ScoresTable& table, const ScoreRow& row) {
    std::string line = csv_field(row.file) + "," + csv_field(row.case_name);
    const bool sized = row.width > 0;
    line += sized ? fmt::format(",{},{}", row.width, row.height) : ",,";
    line += fmt::format(",{},{}", to_string(row.status), csv_field(row.class_name));
    for (std::size_t c = 0; c < table.class_names.size(); ++c) {
        append_number(line, row.is_scored() ? std::optional(row.probabilities.at(c)) : std::nullopt);
    }
    if (table.has_tumour) append_number(line, row.tumour);
    if (table.has_strangeness) append_number(line, row.strangeness);
    line += "," + csv_field(row.reason);
    append_number(line, row.spacing_um_px);
    line += row.spacing_um_px ? fmt::format(",{},{},{}", to_string(row.scale), row.tiles, row.voting_tiles) : ",,,";
    append_vote(line, row.vote);
    return line + "," + csv_field(row.heatmap) + "," + csv_field(row.note) + "\n";
}

std::string header_of(const ScoresTable& table) {
    std::string line = "file,case,width,height,status,class";
    for (const auto& name : table.class_names) line += "," + csv_field(std::string(kProbability) + name);
    if (table.has_tumour) line += std::string(",") + kTumour;
    if (table.has_strangeness) line += ",strangeness";
    line += ",reason,spacing_um_px,scale,tiles,voting_tiles";
    for (const auto column : kVoteColumns) line += "," + std::string(column);
    return line + ",heatmap,note\n";
}

/// The names of the classes as they are written: Manifest has its columns in lower case.
std::vector<std::string> written_classes(const std::filesystem::path& file) {
    const auto text = read_file(file, kLargestTable);
    const auto header = parse_csv(text, ',', CsvStyle::rfc4180, file.string(), 1, 1);
    std::vector<std::string> names;
    for (const auto& column : header.at(0).fields) {
        if (column.starts_with(kProbability) && column != kTumour) names.push_back(column.substr(kProbability.size()));
    }
    return names;
}

class TableReader {
  public:
    TableReader(const Manifest& table, const ScoresTable& header) : table_(table), header_(header) {}

    ScoreRow read(const std::vector<std::string>& row) const {
        ScoreRow out;
        out.file = table_.at(row, "file");
        out.case_name = table_.at(row, "case");
        if (!table_.at(row, "width").empty()) {
            out.width = table_.integer(row, "width"), out.height = table_.integer(row, "height");
        }
        out.status = status(row);
        out.class_name = table_.at(row, "class");
        for (const auto& name : header_.class_names) {
            const auto value = table_.number(row, in_lower_case(std::string(kProbability) + name));
            if (value) out.probabilities.push_back(*value);
        }
        if (!out.probabilities.empty() && out.probabilities.size() != header_.class_names.size()) {
            throw Error(ErrorCode::bad_data, table_.source, table_.place(row) + ": some probabilities are missing");
        }
        if (header_.has_tumour) out.tumour = table_.number(row, kTumour);
        if (header_.has_strangeness) out.strangeness = table_.number(row, "strangeness");
        out.reason = table_.at(row, "reason");
        out.spacing_um_px = table_.number(row, "spacing_um_px");
        if (out.spacing_um_px) {
            out.scale = find_scale_source(table_.at(row, "scale"));
            out.tiles = static_cast<std::size_t>(std::max(0, table_.integer(row, "tiles")));
            out.voting_tiles = static_cast<std::size_t>(std::max(0, table_.integer(row, "voting_tiles")));
        }
        out.vote = vote(row);
        out.heatmap = table_.at(row, "heatmap");
        out.note = table_.at(row, "note");
        return out;
    }

  private:
    TileStatus status(const std::vector<std::string>& row) const {
        const auto& name = table_.at(row, "status");
        for (int i = 0; i < kTileStatusCount; ++i) {
            if (to_string(static_cast<TileStatus>(i)) == name) return static_cast<TileStatus>(i);
        }
        throw Error(ErrorCode::bad_data, table_.source, table_.place(row) + ": " + in_quotes(name) + " is no status");
    }

    /// Tables of earlier versions have no such columns.
    std::optional<FieldVote> vote(const std::vector<std::string>& row) const {
        if (!table_.has("call") || table_.at(row, "call").empty()) return std::nullopt;
        const auto figure = [&](const char* column) {
            const auto value = table_.number(row, column);
            if (value) return *value;
            throw Error(ErrorCode::bad_data, table_.source,
                        table_.place(row) + ": " + in_quotes(column) + " is missing");
        };
        FieldVote vote;
        vote.call = table_.at(row, "call");
        const auto low = table_.number(row, "ci95_low"), high = table_.number(row, "ci95_high");
        if (low && high) vote.ci95 = {*low, *high};
        vote.mean_prob_lusc = figure("vote_mean"), vote.border_share = figure("border_share");
        vote.voting_mm2 = figure("voting_area_mm2"), vote.tumour_mm2 = figure("tumour_area_mm2");
        return vote;
    }

    const Manifest& table_;
    const ScoresTable& header_;
};

}  // namespace

double as_written(double value) {
    return std::round(value * 1e6) / 1e6;
}

void write_scores(const ScoresTable& table, const std::filesystem::path& file) {
    AtomicFile out(file);
    out.stream() << header_of(table);
    for (const auto& row : table.rows) out.stream() << line_of(table, row);
    out.commit();
}

ScoresTable read_scores(const std::filesystem::path& file) {
    const auto manifest = read_own_table(file, {"file", "case", "width", "height", "status", "class", "reason",
                                                "spacing_um_px", "scale", "tiles", "voting_tiles", "heatmap", "note"});
    ScoresTable table;
    table.class_names = written_classes(file);
    table.has_tumour = manifest.has(kTumour);
    table.has_strangeness = manifest.has("strangeness");
    const TableReader reader(manifest, table);
    table.rows.reserve(manifest.rows.size());
    for (const auto& row : manifest.rows) table.rows.push_back(reader.read(row));
    return table;
}

}  // namespace slidetype
