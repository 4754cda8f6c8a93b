#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/network/tile_traits.h"
#include "plugin/pictures/field_scale.h"
#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// The files of an output folder of `slidetype score`.
inline constexpr const char* kScoresFile = "scores.csv";
inline constexpr const char* kCasesFile = "cases.csv";

/// What the tiles of a picture that was cut say together: figures of its SlideCall.
struct FieldVote {
    std::string call;                           ///< "LUAD", "LUSC", "mixed" or "indeterminate"
    std::optional<std::array<double, 2>> ci95;  ///< of P(LUSC); nothing where its tiles lie in one block
    double mean_prob_lusc = 0, border_share = 0;
    double voting_mm2 = 0, tumour_mm2 = 0;

    bool operator==(const FieldVote&) const = default;
};

/// A line of scores.csv: one picture.
struct ScoreRow {
    /// Relative to `root` in summary.json, with '/' between; absolute where it lies elsewhere.
    std::string file;
    std::string case_name;      ///< the folder it lies in, relative to `root` ("." for that), or as the list says
    int width = 0, height = 0;  ///< upright; 0: not known, since it cannot be read
    /// ok: it votes. benign, unfamiliar: scored, and does not vote. background: no tissue was found. read_error: not
    /// scored, because it cannot be read or is no picture that can be scored.
    TileStatus status = TileStatus::ok;
    std::string class_name;                     ///< where it votes: of the highest probability; else empty
    std::vector<double> probabilities;          ///< per class; empty where it was not scored
    std::optional<double> tumour, strangeness;  ///< P(tumour); above 1: unfamiliar
    std::string reason;                         ///< why it does not vote, in words
    /// How its scored tiles look on average, and how many they are; for cases, and in no table. Absent where the model
    /// does not know what it was made from.
    std::optional<TileTraits> traits;
    std::size_t traits_tiles = 0;
    std::optional<double> spacing_um_px;       ///< of a pixel; nothing where it was not scored
    ScaleSource scale = ScaleSource::assumed;  ///< who says so
    std::size_t tiles = 0,
                voting_tiles = 0;   ///< 1 for a picture that was scored whole; tiles: also those without tissue
    std::string heatmap;            ///< of a picture that was cut: a file below the output folder
    std::optional<FieldVote> vote;  ///< of a picture that was cut and votes
    std::string note;

    bool is_scored() const { return !probabilities.empty(); }
};

/// scores.csv as a whole.
struct ScoresTable {
    std::vector<std::string> class_names;  ///< as in the names of its columns
    bool has_tumour = false, has_strangeness = false;
    std::vector<ScoreRow> rows;  ///< by case, then by file
};

/// To six decimals, as the table has them: what is computed from a row must not depend on whether it was just scored or
/// read back.
double as_written(double value);

/// Throws Error(io).
void write_scores(const ScoresTable& table, const std::filesystem::path& file);

/// Throws Error(not_found | io), Error(bad_data) where the file is none that write_scores() wrote.
ScoresTable read_scores(const std::filesystem::path& file);

}  // namespace slidetype
