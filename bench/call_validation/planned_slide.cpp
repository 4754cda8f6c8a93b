#include "bench/call_validation/planned_slide.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "base/random.h"
#include "bench/call_validation/field_layout.h"
#include "model/data/manifest.h"

namespace slidetype::bench {
namespace {

/// A cell's edge on the slide, and the slide's pixel size. The model's tiles are 128 µm.
struct Cell {
    int um = 0;
    double spacing_um_px = 0;
};
constexpr std::array<Cell, 6> kCells = {{{112, 0.5}, {104, 0.5}, {128, 0.5}, {112, 0.25}, {160, 0.5}, {120, 0.5}}};
constexpr int kLargestMarginPx = 255;

constexpr std::array<std::pair<Arrangement, const char*>, 3> kArrangements = {
    {{Arrangement::blocks, "blocks"},
     {Arrangement::scattered, "scattered"},
     {Arrangement::single, "every cell a field"}}};

const char* class_of(char kind) {
    return kind == 'A' ? "LUAD" : kind == 'S' ? "LUSC" : "Benign";
}

/// Hands out source images of one class in shuffled order, again and again.
class SourceImages {
  public:
    SourceImages(const PicturesByGroup& groups, Random& random) : random_(random) {
        for (const auto& [group, files] : groups) files_.push_back(files);
        random_.shuffle(files_);
    }
    const tools::TileFiles& next() {
        if (used_ == files_.size()) {
            random_.shuffle(files_);
            used_ = 0;
        }
        return files_[used_++];
    }
    tools::TileFiles all() const {
        tools::TileFiles all;
        for (const auto& files : files_) std::ranges::copy(files, std::back_inserter(all));
        return all;
    }

  private:
    Random& random_;
    std::vector<tools::TileFiles> files_;
    std::size_t used_ = 0;
};

/// Plans one slide after the other.
class Planner {
  public:
    Planner(const FoldPictures& pictures, std::uint64_t seed) : pictures_(pictures), seed_(seed) {}

    std::vector<PlannedSlide> take() { return std::move(slides_); }

    void add(const std::string& kind, const std::string& expected, Arrangement arrangement, const Shares& shares) {
        Random random(seed_, slides_.size(), 1);
        const int columns = 19 + random.below(9), rows = 15 + random.below(7);
        const auto fields = static_cast<std::size_t>(14 + random.below(17));
        add(kind, expected, arrangement, lay_out_fields(columns, rows, fields, arrangement, shares, random), random);
    }

    /// One field that is the whole slide.
    void add_field(char kind) {
        Random random(seed_, slides_.size(), 1);
        add("one field alone", class_of(kind), Arrangement::blocks,
            lay_out_fields(7 + random.below(4), 7 + random.below(4), 1, Arrangement::blocks, {{kind, 1}}, random),
            random);
    }

    /// Eight cells of tumour, 0.09 to 0.2 mm², in benign tissue.
    void add_little(char kind) {
        Random random(seed_, slides_.size(), 1);
        auto layout = lay_out_fields(20, 16, 20, Arrangement::blocks, {{'N', 1}}, random);
        layout.kinds.push_back(kind);
        const auto left = static_cast<std::size_t>(1 + random.below(15)),
                   top = static_cast<std::size_t>(1 + random.below(13));
        for (std::size_t cell = 0; cell < 8; ++cell) {
            layout.field_of_cell[(top + cell / 4) * 20 + left + cell % 4] = layout.kinds.size() - 1;
        }
        add("8 cells of tumour", "insufficient", Arrangement::blocks, layout, random);
    }

  private:
    void add(const std::string& kind, const std::string& expected, Arrangement arrangement, const FieldLayout& fields,
             Random& random) {
        PlannedSlide slide;
        slide.name = fmt::format("slide-{}", slides_.size() + 1);
        slide.kind = kind;
        slide.expected = expected;
        const Cell& cell = kCells.at(random.below(kCells.size()));
        slide.spacing_um_px = cell.spacing_um_px;
        slide.mosaic.tile_px = static_cast<int>(std::lround(cell.um / cell.spacing_um_px));
        slide.mosaic.margin_px = random.below(kLargestMarginPx);
        slide.mosaic.seed = Random::mix(seed_ ^ slides_.size());
        fill(slide, arrangement, fields, random);
        slides_.push_back(std::move(slide));
    }

    /// Every field has a letter of its own, or every class where each cell is a field.
    void fill(PlannedSlide& slide, Arrangement arrangement, const FieldLayout& fields, Random& random) const {
        std::map<char, SourceImages> images;
        images.emplace('A', SourceImages(pictures_.luad, random));
        images.emplace('S', SourceImages(pictures_.lusc, random));
        images.emplace('N', SourceImages(pictures_.benign, random));
        std::vector<char> letters;
        for (const char kind : fields.kinds) {
            const bool shared = arrangement == Arrangement::single;
            letters.push_back(shared ? kind : static_cast<char>('0' + letters.size()));
            if (slide.classes.contains(letters.back())) continue;
            slide.classes[letters.back()] = {class_of(kind), shared ? images.at(kind).all() : images.at(kind).next()};
        }
        slide.layout.columns = fields.columns;
        for (int row = 0; row < fields.rows; ++row) {
            auto& text = slide.layout.rows.emplace_back();
            for (int column = 0; column < fields.columns; ++column) {
                text += letters[fields.field_of_cell[static_cast<std::size_t>(row * fields.columns + column)]];
            }
        }
    }

    const FoldPictures& pictures_;
    std::uint64_t seed_;
    std::vector<PlannedSlide> slides_;
};

void add_subtypes(Planner& planner) {
    for (const auto& [arrangement, name] : kArrangements) {
        for (const int benign : {0, 20, 40, 60, 80}) {
            for (const char kind : {'A', 'S', 'A', 'S'}) {
                planner.add(
                    fmt::format("{}, {} % benign", name, benign), class_of(kind), arrangement,
                    benign == 0 ? Shares{{kind, 1}} : Shares{{kind, 1 - benign / 100.0}, {'N', benign / 100.0}});
            }
        }
    }
}

/// The minority first, then the majority; benign tissue last or between them.
void add_mixed(Planner& planner) {
    int count = 0;
    for (const auto arrangement : {Arrangement::blocks, Arrangement::scattered}) {
        for (const int benign : {0, 40, 60}) {
            for (const int minority : {20, 30, 40, 50}) {
                const char few = count % 2 == 0 ? 'S' : 'A', many = count % 2 == 0 ? 'A' : 'S';
                const double tumour = 1 - benign / 100.0, share = minority / 100.0;
                Shares shares = {{few, share * tumour}, {many, (1 - share) * tumour}};
                if (benign > 0) shares.insert(shares.begin() + 1 + count++ / 2 % 2, {'N', benign / 100.0});
                planner.add(fmt::format("mixed, {} % minority", minority), "mixed", arrangement, shares);
                if (benign == 0) ++count;
            }
        }
    }
}

void add_others(Planner& planner) {
    for (int i = 0; i < 12; ++i) planner.add_field(i % 2 == 0 ? 'A' : 'S');
    for (int i = 0; i < 9; ++i) planner.add_little(i % 2 == 0 ? 'A' : 'S');
    for (const auto& [arrangement, name] : kArrangements) {
        for (int i = 0; i < 4; ++i) planner.add("benign tissue alone", "insufficient", arrangement, {{'N', 1}});
    }
}

PicturesByGroup half_of(const PicturesByGroup& groups, bool second) {
    std::vector<std::string> names;
    names.reserve(groups.size());
    for (const auto& [name, files] : groups) names.push_back(name);
    Random random(1);
    random.shuffle(names);
    PicturesByGroup half;
    for (std::size_t k = 0; k < names.size(); ++k) {
        if ((k % 2 == 1) == second) half[names[k]] = groups.at(names[k]);
    }
    return half;
}

}  // namespace

FoldPictures read_fold_pictures(const std::filesystem::path& groups_csv, const std::filesystem::path& root, int fold) {
    const auto manifest = read_manifest(groups_csv, {"file", "class", "group", "fold"});
    FoldPictures pictures;
    for (const auto& row : manifest.rows) {
        if (manifest.integer(row, "fold") != fold) continue;
        const auto file = root / manifest.at(row, "file");
        const auto& kind = manifest.at(row, "class");
        const auto& group = manifest.at(row, "group");
        if (kind == "lung_aca") pictures.luad[group].push_back(file);
        if (kind == "lung_scc") pictures.lusc[group].push_back(file);
        if (kind == "lung_n") pictures.benign[group].push_back(file);
    }
    if (pictures.luad.size() < 2 || pictures.lusc.size() < 2 || pictures.benign.size() < 2) {
        throw Error(ErrorCode::bad_data, groups_csv.string(),
                    fmt::format("has fewer than two source images of lung_aca, lung_scc or lung_n in fold {}", fold));
    }
    return pictures;
}

FoldPictures half_of(const FoldPictures& pictures, bool second) {
    return {half_of(pictures.luad, second), half_of(pictures.lusc, second), half_of(pictures.benign, second)};
}

std::vector<PlannedSlide> plan_slides(const FoldPictures& pictures, std::uint64_t seed) {
    Planner planner(pictures, seed);
    add_subtypes(planner);
    add_mixed(planner);
    add_others(planner);
    return planner.take();
}

}  // namespace slidetype::bench
