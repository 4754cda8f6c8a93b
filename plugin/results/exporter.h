#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "plugin/analysis/slide_result.h"

namespace slidetype {

struct ExportOptions {
    bool plain_tiles_geojson = false;  ///< also write tiles.geojson, not compressed
    double seconds_write = 0;          ///< for summary.json; write_result_folder() fills it in
};

/// One way of writing a result. Every exporter is one file in plugin/exporters/ and one line in the table of
/// exporter.cpp; adding one touches nothing else.
struct Exporter {
    std::string_view file_name;    ///< what it writes into the result folder
    std::string_view description;  ///< for the help text
    /// Writes atomically, while others write their own file. Throws Error(io). Byte-identical for equal results
    /// (summary.json: but for the timings).
    void (*write)(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options);
};

/// All exporters; summary.json is the last and written after all others, so that its presence means "complete".
std::span<const Exporter> exporters();

/// Writes all of them into `folder`, which is created, on the threads of TBB. An old summary.json goes first, so that
/// nothing stale looks finished meanwhile. Throws Error(io).
void write_result_folder(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options);

}  // namespace slidetype
