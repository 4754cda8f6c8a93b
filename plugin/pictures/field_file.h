#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/pictures/picture_facts.h"
#include "plugin/pictures/field_scorer.h"

namespace slidetype {

/// A larger picture is refused before a pixel of it is decoded: `run` reads such in strips.
inline constexpr std::int64_t kMostFieldPixels = 300'000'000;

/// What the head of a picture's file says. Throws Error(bad_data) for what cannot be scored as a field: no picture, an
/// empty or too large one, several frames; Error(not_found | io) where it cannot be read. Thread-safe.
PictureFacts look_at_field(const std::filesystem::path& file);

/// What the file says of the size of a pixel in µm, where that can be right.
std::optional<double> spacing_said_by(const PictureFacts& facts);

/// What is to be known of the scores of such a picture, in sentences: that it is grey, of few colours, of more than 8
/// bits. Mostly empty.
std::string remark_on(const PictureFacts& facts);

/// Reads and scores one picture on the calling thread, to the same bits as score_pictures(). Throws what
/// look_at_field(), read_image() and FieldScorer::score() throw. Thread-safe.
FieldScore score_field_file(const FieldScorer& scorer, const std::filesystem::path& file);

}  // namespace slidetype
