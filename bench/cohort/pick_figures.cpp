#include "bench/cohort/pick_figures.h"

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "bench/cohort/truth_cells.h"
#include "model/data/dataset.h"

namespace slidetype::bench {

namespace fs = std::filesystem;

PickFigures measure_picks(const fs::path& truth, const fs::path& picked_csv) {
    const auto table = read_own_table(picked_csv, {"slide", "x", "y", "width", "height", "label"});
    std::map<std::string, std::vector<TruthCell>> slides;
    PickFigures figures;
    for (const auto& row : table.rows) {
        const auto name = fs::path(table.at(row, "slide")).stem().string();
        const auto [slide, is_new] = slides.try_emplace(name);
        if (is_new) slide->second = read_truth(truth / (name + ".csv"));
        const int label = class_index(table.at(row, "label"));
        if (label < 0) {
            throw Error(ErrorCode::bad_data, picked_csv.string(),
                        table.place(row) + ": is of no label: " + table.at(row, "label"));
        }
        const auto shows = label_of_most(slide->second, read_box(table, row));
        constexpr int kGlass = 3;
        ++figures.of_label.at(static_cast<std::size_t>(label)).at(static_cast<std::size_t>(shows.value_or(kGlass)));
    }
    figures.slides = slides.size();
    return figures;
}

}  // namespace slidetype::bench
