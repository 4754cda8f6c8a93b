#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// One thing that was looked at.
struct Finding {
    enum class Level {
        good,
        note,  ///< works, but the user may want to know
        bad,   ///< something will not work
    };
    Level level = Level::good;
    std::string topic;   ///< "models", "memory", …; several findings may share one
    std::string text;    ///< what was found
    std::string advice;  ///< what to do about it; empty where nothing is to be done
};
std::string_view to_string(Finding::Level level);

/// Looks at what slidetype needs here: libraries, processor, GPU, models (hashes and stored self-tests), memory, the
/// disk of `folder`, the limit on open files; and scores a small slide that it draws, see self_test_slide.h. Takes a
/// few seconds. What is wrong is reported, not thrown.
std::vector<Finding> diagnose(const std::filesystem::path& folder);

/// Whether none of them is bad.
bool all_good(const std::vector<Finding>& findings);

/// {"good": …, "version": …, "findings": [{"topic", "level", "text", "advice"}]}
std::string diagnosis_json(const std::vector<Finding>& findings);

}  // namespace slidetype
