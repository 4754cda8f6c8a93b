#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "plugin/analysis/engine.h"
#include "plugin/results/exporter.h"

namespace slidetype {

/// The version of the files of a result. Raise it when equal input no longer gives equal files: then results of before
/// are made again.
/// 2: pixels of level 0, resampled as Pillow does; 3: tiles weigh their own P(tumour).
inline constexpr int kResultFormat = 3;
/// The same of results whose call heads made. 4: the parts of the slide's bag are kept, of which patients are called.
inline constexpr int kHeadsResultFormat = 4;

/// What a result was made from. Results of equal fingerprints are equal to the byte, but for timings.
struct Fingerprint {
    int format = kResultFormat;
    std::string model;       ///< SHA-256 over weights and configuration
    std::string parameters;  ///< SHA-256 over all settings, the backend, and what the region of interest holds
    std::string slide;       ///< see slide_digest()
    bool operator==(const Fingerprint&) const = default;
};

/// SHA-256 over the size, the time of change (ns) and the first and last MiB of the slide's file, and of what lies in
/// the folder beside a MIRAX slide, of the pictures beside a Hamamatsu .vms and of all pictures of a DICOM slide the
/// names, sizes and times. Of a slide that is a folder those alone.
/// Throws Error(not_found | io).
std::string slide_digest(const std::filesystem::path& slide);

/// For after reading: a slide that was copied, moved or deleted meanwhile gives a result of nobody knows what.
/// `before`: its slide_digest() then. Throws Error(io) where it is another now, or cannot be had.
void require_same_slide(const std::filesystem::path& slide, const std::string& before);

/// Of what a result would be made from now. `model_digest`: model_digest() of the engine's model, which a batch needs
/// once. Throws what the digests throw.
Fingerprint fingerprint_of(const Engine& engine, const std::string& model_digest, const std::filesystem::path& slide,
                           const AnalyseOptions& analyse, const ExportOptions& exports);

std::string model_digest(const ModelDirectory& model);

/// Throws Error(not_found | io) where the region of interest cannot be read.
std::string parameters_digest(const Engine& engine, const AnalyseOptions& analyse, const ExportOptions& exports);

/// Settings by name that all slides of a batch have in common, of those that a result has: a slide's own pixel size,
/// region and offset are left out.
using SharedSettings = std::map<std::string, ParameterValue>;
SharedSettings shared_settings(std::span<const std::pair<std::string, ParameterValue>> all);
/// 16 hexadecimal digits of a SHA-256 over them.
std::string settings_digest(std::span<const std::pair<std::string, ParameterValue>> all);

/// What differs, in words for "… done again, because …": "the slide has changed", "of other settings". `thing` is what
/// was made, `maker` what Fingerprint::model is of.
std::string difference(const Fingerprint& now, const Fingerprint& before, std::string_view thing = "result",
                       std::string_view maker = "model");

}  // namespace slidetype
