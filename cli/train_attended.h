#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/labelled_data.h"
#include "model/report/sections.h"

namespace slidetype {

/// What `train` says on its command line about tiles that heads pick.
struct AttendedArguments {
    std::string heads;  ///< model of heads; empty: no tiles are picked
    double attended = 15, unattended = 10;
    std::size_t most = 40;
};

/// Declares --tiles-from and what goes with it, after the options of learning from diagnoses. `arguments` must outlive
/// the command.
void declare_attended_options(CLI::App& command, AttendedArguments& arguments);

/// Where features are, and how to go about it.
struct AttendedRun {
    std::filesystem::path features, output;
    double memory_gb = 0.6;
    int threads = 1;
    bool quiet = false;
};

/// read_labelled_data() where one of the inputs is a table of diagnoses: heads pick tiles of its slides, which are cut
/// into OUTPUT/picked_tiles and listed in OUTPUT/picked_tiles.csv. Says what was picked; some of each class go to
/// `shown`, for the report. Throws Error(usage) where there is no such table or several, what pick_attended_tiles()
/// and cut_attended_tiles() throw, and what read_labelled_data() throws.
LabelledData read_with_picked_tiles(LabelledDataArguments data, const AttendedArguments& arguments,
                                    const TileTarget& target, const AttendedRun& run,
                                    std::vector<PickedPicture>& shown);

}  // namespace slidetype
