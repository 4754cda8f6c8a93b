#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// A format that is written on request, from a stored result. Each is one file in plugin/exporters/ and one line in the
/// table of export_format.cpp; adding one touches nothing else.
struct ExportFormat {
    std::string_view name;         ///< as it is asked for, such as "asap"
    std::string_view description;  ///< for the help text: file and use
    /// Writes atomically into `folder`, which exists, under the name of the result. Throws Error(io). Byte-identical
    /// for equal results.
    void (*write)(const SlideResult& result, const std::filesystem::path& folder);
    /// For formats whose readers want the files of all slides in one folder: its name, below the folder of results.
    std::string_view common_folder = {};
};

/// All of them, in the order of the help text.
std::span<const ExportFormat> export_formats();
/// Throws Error(usage) naming the known ones.
const ExportFormat& find_export_format(std::string_view name);

}  // namespace slidetype
