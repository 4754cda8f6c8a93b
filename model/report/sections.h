#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/raster.h"
#include "model/data/dataset.h"
#include "model/learning/evaluation.h"
#include "model/metrics/metrics.h"
#include "model/training/training.h"

namespace slidetype {

/// Where a report comes from: what makes it possible to repeat it.
struct ReportOrigin {
    std::string data;                                           ///< as the user named it
    std::string command_line;                                   ///< exactly
    std::vector<std::pair<std::string, std::string>> versions;  ///< name, version
    std::vector<std::string> warnings;  ///< about the data and the split; the page adds those of its own
};

inline constexpr const char* kIntervalsOfPictures =
    "Intervals are 95 %, by bootstrap over groups (1000 rounds, percentile method) unless a caption says otherwise: "
    "pictures of one group are not independent.";

// The parts that reports are put together from. All give HTML; all text of the arguments is escaped.

/// A group is often a slide, by its whole path: the last two parts tell it apart without the folders of whoever made
/// the report.
std::string short_group(const std::string& group);

/// "0.951 (0.930–0.970)" as plain text, "–" where the figure is undefined.
std::string with_interval(const Estimate& estimate, int digits = 3);

/// Title, one line below it, facts, warnings.
std::string report_header(const std::string& title, const std::vector<std::pair<std::string, std::string>>& facts,
                          const std::vector<std::string>& warnings);
/// `intervals`: what the page's intervals are.
std::string report_footer(const ReportOrigin& origin, const std::string& intervals = kIntervalsOfPictures);

/// The figures that matter most, large.
std::string headline_cards(const Metrics& metrics, const std::optional<GateMetrics>& gate);

/// All figures with intervals, one column per set of metrics.
std::string figures_section(const std::vector<std::pair<std::string, const Metrics*>>& columns);
/// ROC curve beside the reliability diagram with the number of pictures per bin, and the confusion matrix.
/// `scored` gives the curve, `metrics` the rest.
std::string discrimination_section(std::span<const Scored> scored, const Metrics& metrics);
std::string confusion_section(const Metrics& metrics, const std::string& heading = "Confusion matrix");

/// How P(tumour) is spread over tumour and benign pictures, and what the threshold does.
std::string gate_section(std::span<const Scored> scored, double temperature, const GateMetrics& gate);
std::string unfamiliar_section(std::span<const Unfamiliar> unfamiliar);

/// Two pieces side by side where the window is wide enough.
std::string in_columns(const std::string& left, const std::string& right);

/// Accuracy under each shift, as chart and table; nothing where none was measured.
std::string shift_section(const Evaluation& evaluation);

/// The groups with wrong calls, worst first, `shown` at most; nothing where the data has no groups.
std::string groups_section(const Dataset& dataset, std::span<const GroupFigures> groups, std::size_t shown = 12);

/// The pictures that were given the least probability of their true class, with it: `shown` at most, and of one group
/// three at most. Pictures that cannot be read any more keep their caption.
std::string wrong_pictures_section(const Dataset& dataset, std::span<const Scored> scored, double temperature,
                                   std::size_t shown = 24);

/// A picture that was picked by a model to teach.
struct PickedPicture {
    std::filesystem::path file;
    int label = 0;        ///< LUAD, LUSC or benign: see label_name()
    std::string caption;  ///< where it is from, and why it was picked
};
/// What pictures were picked; nothing where there are none.
std::string picked_section(std::span<const PickedPicture> picked);

/// Pictures as they are and as training varied them.
std::string examples_section(const Dataset& dataset, std::span<const AugmentedExample> examples);

/// Pictures and groups per class and part of the data, then what was left out.
std::string data_section(const Dataset& dataset,
                         const std::vector<std::pair<std::string, std::span<const std::size_t>>>& parts,
                         const std::vector<std::string>& skipped);

}  // namespace slidetype
