#include "bench/scanner_tissue/tissue_set.h"

#include <algorithm>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/picture_facts.h"
#include "base/sha256.h"
#include "model/data/manifest.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

void check_label(const Manifest& manifest, const std::vector<std::string>& row, const std::string& label) {
    if (label == "LUAD" || label == "LUSC" || label == "control") return;
    throw Error(ErrorCode::bad_data, manifest.source,
                manifest.place(row) + ": \"" + label + "\" is none of LUAD, LUSC and control");
}

TissueField tissue_field(const Manifest& manifest, const std::vector<std::string>& row, const fs::path& folder,
                         double unknown_field_um) {
    TissueField field;
    auto& identity = field.identity;
    field.file = folder / manifest.at(row, "file");
    identity.name = field.file.filename().string();
    identity.label = manifest.at(row, "label");
    check_label(manifest, row, identity.label);
    identity.kind = identity.label == "control" ? field.file.parent_path().filename().string() : identity.label;
    identity.patient = manifest.at(row, "patient");
    identity.source = manifest.at(row, "source");
    const auto facts = look_at_picture(field.file);
    if (!facts) throw Error(ErrorCode::bad_data, field.file.string(), "is no picture");
    field.width_px = static_cast<int>(facts->width), field.height_px = static_cast<int>(facts->height);
    const auto spacing = manifest.number(row, "spacing_um_px");
    identity.spacing_assumed = spacing.value_or(0) == 0;
    identity.spacing_um_px =
        identity.spacing_assumed ? unknown_field_um / std::min(field.width_px, field.height_px) : *spacing;
    return field;
}

TissueSlide tissue_slide(const fs::path& file) {
    TissueSlide slide;
    slide.file = file;
    auto& identity = slide.identity;
    identity.name = file.filename().string();
    const auto names = [&](const char* word) { return identity.name.find(word) != std::string::npos; };
    identity.label = names("squamous") ? "LUSC" : names("adeno") ? "LUAD" : "control";
    identity.kind = identity.label == "control" ? "slide" : identity.label;
    identity.patient = "patient of the slides, " + identity.label;
    identity.source = "slides";
    return slide;
}

std::vector<TissueSlide> tissue_slides(const fs::path& squares) {
    const auto manifest = read_manifest(squares, {"slide", "x", "y", "edge", "content"});
    std::vector<TissueSlide> slides;
    for (const auto& row : manifest.rows) {
        const auto& name = manifest.at(row, "slide");
        auto found = std::ranges::find(slides, name, [](const TissueSlide& slide) { return slide.identity.name; });
        if (found == slides.end()) found = slides.insert(slides.end(), tissue_slide(squares.parent_path() / name));
        found->squares.push_back({manifest.integer(row, "x"), manifest.integer(row, "y"), manifest.integer(row, "edge"),
                                  manifest.at(row, "content")});
    }
    return slides;
}

}  // namespace

std::string TissueSlide::content_at(double x, double y) const {
    for (const auto& square : squares) {
        const auto inside = [&](double at, std::int64_t begin) {
            return at >= static_cast<double>(begin) && at < static_cast<double>(begin + square.edge);
        };
        if (inside(x, square.x) && inside(y, square.y)) return square.content;
    }
    return {};
}

TissueSet read_tissue_set(const fs::path& folder, double unknown_field_um) {
    const auto table = folder / "fields.csv", squares = folder / "slides/squares.csv";
    const auto manifest =
        read_manifest(table, {"file", "label", "patient", "source", "spacing_um_px"}, {"content", "terms"});
    TissueSet set;
    set.fields.reserve(manifest.rows.size());
    std::set<std::string> named;
    for (const auto& row : manifest.rows) {
        if (named.insert(manifest.at(row, "file")).second) {
            set.fields.push_back(tissue_field(manifest, row, folder, unknown_field_um));
        } else {
            ++set.repeated_rows;
        }
    }
    auto tables = read_file(table);
    if (fs::exists(squares)) {
        set.slides = tissue_slides(squares);
        tables += read_file(squares);
    }
    set.sha256 = sha256_hex(tables);
    return set;
}

}  // namespace slidetype::bench
