#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace slidetype::bench {

/// What is known of a piece of tissue before a model sees it.
struct TissueIdentity {
    std::string name;                     ///< of the file, or of the sheet that fields were put on
    std::string label;                    ///< "LUAD", "LUSC" or "control"
    std::string kind;                     ///< that, or what the control is, such as "lymph_node_anthracosis"
    std::string patient;                  ///< tiles of one patient are not independent
    std::string source;                   ///< labels are compared within one source only
    std::optional<double> spacing_um_px;  ///< nothing where the file says it
    bool spacing_assumed = false;         ///< nobody knows it
};

/// A picture of one field of a slide, and how large it is.
struct TissueField {
    TissueIdentity identity;
    std::filesystem::path file;
    int width_px = 0, height_px = 0;  ///< upright
};

/// What a person saw in a square of a slide.
struct SortedSquare {
    std::int64_t x = 0, y = 0, edge = 0;  ///< level-0 pixels
    std::string content;                  ///< "tumour", "mixed", "stroma", "necrosis"
};

struct TissueSlide {
    TissueIdentity identity;
    std::filesystem::path file;
    std::vector<SortedSquare> squares;
    /// What the square that holds the point shows; empty where none does.
    std::string content_at(double x, double y) const;
};

/// Scanner tissue of known kinds, to measure models on.
struct TissueSet {
    std::vector<TissueField> fields;
    std::vector<TissueSlide> slides;
    std::size_t repeated_rows = 0;  ///< that name a file again; it counts once
    std::string sha256;             ///< of its tables: figures of different sets must not stand side by side
};

/// Reads `fields.csv` (file,label,patient,source,spacing_um_px,content) and, where it is there, `slides/squares.csv`
/// (slide,x,y,edge,content) of the folder. A field whose spacing is 0 or not given is taken to be `unknown_field_um`
/// wide, at the narrower side. Slides say their own spacing; their label is in their name ("squamous", "adeno"), and
/// all that names the same is of one patient. Throws Error(not_found | io | bad_data).
TissueSet read_tissue_set(const std::filesystem::path& folder, double unknown_field_um = 128);

}  // namespace slidetype::bench
