#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// The file of an output folder with a line for each patient.
inline constexpr const char* kPatientsFile = "patients.csv";

/// One patient of an output folder, and what their slides say together.
struct PatientLine {
    std::string name;         ///< as a manifest gives it
    std::string label;        ///< where the manifest gives all of their slides the same; else empty
    std::size_t slides = 0;   ///< that the output folder has of them
    std::size_t called = 0;   ///< of these, those that the call is made of
    std::string call;         ///< as of a slide; empty: there is none
    bool supported = true;    ///< false where slides were called although the model does not know them
    std::string reason;       ///< why the call is what it is, what it is not made of, or why there is none
    std::string slide_calls;  ///< "a: LUAD 0.12; b: failed"
    std::optional<double> prob_lusc;
    std::optional<std::array<double, 2>> ci95;        ///< as of a slide
    std::optional<std::array<std::size_t, 2>> heads;  ///< how many, and how many of them agree; absent: tiles vote
    std::optional<double> scored_mm2, voting_mm2;     ///< of the slides that the call is made of
};

/// How a call and its probability are written: "LUAD 0.12"; "no call" where there is none.
std::string call_words(const std::string& call, const std::optional<double>& prob_lusc);

/// patients.csv: a header and one line per patient; see docs/formats.md.
std::string patients_csv(std::span<const PatientLine> patients);

/// The patients of an output folder as the last run left them; nothing where there is no such file, or it is another's.
/// Never throws.
std::vector<PatientLine> read_patients(const std::filesystem::path& output);

}  // namespace slidetype
