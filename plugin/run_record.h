#pragma once

#include <string>

#include "plugin/batch.h"

namespace slidetype {

/// run.json: {"version", "model", "slides": [{"source", "name", "state", …}]}; see docs/formats.md.
std::string run_json(const BatchReport& report, const ModelDirectory& model, const BatchOptions& options);

/// run.csv: a header and one line per slide.
std::string run_csv(const BatchReport& report);

}  // namespace slidetype
