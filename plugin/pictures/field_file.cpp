#include "plugin/pictures/field_file.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "tiler/spacing/picture_spacing.h"

namespace slidetype {
namespace fs = std::filesystem;

PictureFacts look_at_field(const fs::path& file) {
    std::error_code error;
    if (fs::is_directory(file, error)) {
        throw Error(ErrorCode::io, file.string(), "is a folder that cannot be read", "Check its permissions.");
    }
    const auto facts = look_at_picture(file);
    if (!facts && fs::file_size(file, error) == 0) throw Error(ErrorCode::bad_data, file.string(), "is empty");
    if (!facts) {
        throw Error(ErrorCode::bad_data, file.string(), "is no picture that can be read",
                    "JPEG, PNG, TIFF, BMP and WebP are.");
    }
    if (facts->pixels() > kMostFieldPixels) {
        throw Error(ErrorCode::bad_data, file.string(),
                    fmt::format("is too large to be scored as one field, {} x {} pixels", facts->width, facts->height),
                    "Score it as a slide, with `slidetype run`.");
    }
    if (facts->frames > 1) {
        throw Error(ErrorCode::bad_data, file.string(),
                    fmt::format("has {} frames or pages, and which of them is meant cannot be told", facts->frames),
                    "Save each that is meant as a picture of its own.");
    }
    return *facts;
}

std::optional<double> spacing_said_by(const PictureFacts& facts) {
    for (const auto& finding : find_spacings(facts)) {
        if (finding.value) return std::sqrt(finding.value->x_um_px * finding.value->y_um_px);
    }
    return std::nullopt;
}

std::string remark_on(const PictureFacts& facts) {
    std::string remark;
    if (facts.colours == PictureColours::grey) {
        remark = "It is a grey picture, and a stain is told by its colour: its scores mean little.";
    }
    for (const auto& weakness : weaknesses_of(facts)) add_sentence(remark, "It " + weakness);
    return remark;
}

FieldScore score_field_file(const FieldScorer& scorer, const fs::path& file) {
    const auto facts = look_at_field(file);
    try {
        auto score = scorer.score(read_image(file), spacing_said_by(facts));
        auto note = remark_on(facts);
        add_sentence(note, score.note);
        score.note = std::move(note);
        return score;
    } catch (const Error& error) {
        // What the scorer refuses it knows as "picture".
        if (error.subject() != "picture") throw;
        throw Error(error.code(), file.string(), error.cause(), error.hint());
    }
}

}  // namespace slidetype
