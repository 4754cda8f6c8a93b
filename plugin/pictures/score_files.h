#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "plugin/pictures/field_scorer.h"
#include "plugin/pictures/picture_list.h"
#include "plugin/pictures/score_run.h"

namespace slidetype {

/// What the files of an output folder are written from.
struct ScoreFiles {
    const FieldScorer& scorer;
    const PictureList& pictures;
    const ScoreRun& run;
    std::filesystem::path output;
    int threads = 1;  ///< for the report's pictures
};

/// scores.csv, cases.csv, report.html and, last, so that its presence means that all is there, summary.json. Throws
/// Error(io).
void write_score_files(const ScoreFiles& files);

/// The names of the cases that as a whole are unlike what the model was made from.
std::vector<std::string> unlike_cases(std::span<const CaseCall> cases);

/// What was assumed of the scale of pictures that do not say it, in sentences; empty where nothing was.
std::string assumption_text(const ScoresTable& table, const ModelConfig& model);

/// report.html as text: one page that needs no other file. Of many pictures some of each kind are shown, evenly spread,
/// so that a browser opens it whatever their number. Pictures are read again; of those that are gone the scores remain.
std::string score_report(const ScoreFiles& files);

}  // namespace slidetype
