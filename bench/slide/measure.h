#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "model/backends/backend.h"

namespace slidetype::bench {

/// What is measured on a slide, and with what.
struct Contest {
    std::filesystem::path slide;
    std::filesystem::path model;  ///< as write_contest_model() wrote it
    Backend backend = Backend::automatic;
    int threads = 1;
    std::size_t sample = 2048;  ///< tiles that a stage alone is measured on, evenly from all of the slide
};

/// Writes a model that every backend can run into `folder`: `name` is an installed model, a model directory, or
/// "random:ARCHITECTURE" for one with random weights; where it is not calibrated for integers, it is on tiles of the
/// slide. Throws what find_model() and read_model_directory() throw, Error(io).
void write_contest_model(const std::string& name, const std::filesystem::path& slide,
                         const std::filesystem::path& folder);

/// Opens the model, analyses the slide and writes every file of a result into a folder that is removed afterwards:
/// "tiles", "wall_s" of all, "tiles_s" = tiles / wall, "pipeline_tiles_s" of the pipeline alone, "open_model_s", and
/// the stages as summary.json has them.
nlohmann::json measure_end_to_end(const Contest& contest);

/// Reading and resampling alone, with as many threads: "tiles_s", "read_s" and "resample_s" summed over threads.
nlohmann::json measure_reading(const Contest& contest);

/// Scoring alone of tiles in memory, with as many threads: "tiles_s".
nlohmann::json measure_scoring(const Contest& contest);

/// Writes what a peer needs to score the same tiles into `folder`: the network as TorchScript, and tiles.json with the
/// slide, the patch size, and of at most `most` tiles (evenly from all) the rectangle and our score. The path of it.
std::filesystem::path write_peer_task(const Contest& contest, const std::filesystem::path& folder, std::size_t most);

}  // namespace slidetype::bench
