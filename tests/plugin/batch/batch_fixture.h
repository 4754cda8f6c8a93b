#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/atomic_file.h"
#include "plugin/batch/batch.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype::testing {

/// A folder for slides that are drawn as they are needed, a model of random weights, and a place for results.
class BatchFixture : public ::testing::Test {
  protected:
    BatchFixture() : engine(write_random_model(folder / "model", "compact", 1)) { options.output = folder / "out"; }

    /// A slide of tissue of so many pixels, at `name` below the folder.
    std::filesystem::path draw(const std::string& name, int width = 700, int height = 600) {
        const auto file = folder / name;
        std::filesystem::create_directories(file.parent_path());
        write_tissue_slide(file, width, height);
        return file;
    }
    nlohmann::json run_json() { return nlohmann::json::parse(read_file(folder / "out" / "run.json")); }

    TemporaryFolder folder;
    Engine engine;
    BatchOptions options;
};

}  // namespace slidetype::testing
