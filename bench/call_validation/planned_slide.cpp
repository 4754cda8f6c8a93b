#include "bench/call_validation/planned_slide.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "base/random.h"
#include "model/data/manifest.h"

namespace slidetype::bench {
namespace {

constexpr int kPerKind = 6;

/// Fields in raster order are given classes; every field has a letter of its own in the layout.
class Composer {
  public:
    Composer(const FoldPictures& pictures, int columns, int rows, std::uint64_t seed)
        : pictures_(pictures), columns_(columns), random_(seed) {
        slide_.seed = seed;
        slide_.layout.columns = columns * kFieldEdge;
        slide_.layout.rows.assign(static_cast<std::size_t>(rows * kFieldEdge),
                                  std::string(static_cast<std::size_t>(columns * kFieldEdge), '.'));
        for (auto* deck : {&luad_, &lusc_}) {
            for (const auto& [group, files] : deck == &luad_ ? pictures.luad : pictures.lusc) deck->push_back(group);
            random_.shuffle(*deck);
        }
    }

    /// Field `index`, counted column by column, so that one class after the other fills the slide from the left.
    /// `cells`: edge of the part of the field that is filled.
    void field(int index, char kind, int cells = kFieldEdge) {
        const int rows = static_cast<int>(slide_.layout.rows.size()) / kFieldEdge;
        const char letter = next_letter();
        slide_.classes[letter] = source(kind);
        for (int y = 0; y < cells; ++y) {
            for (int x = 0; x < cells; ++x) {
                const auto row = static_cast<std::size_t>(index % rows * kFieldEdge + y);
                const auto column = static_cast<std::size_t>(index / rows * kFieldEdge + x);
                slide_.layout.rows.at(row).at(column) = letter;
            }
        }
    }
    int fields() const { return columns_ * static_cast<int>(slide_.layout.rows.size()) / kFieldEdge; }

    PlannedSlide finish(std::string name, std::string kind, std::string expected, double lusc_share) {
        slide_.name = std::move(name);
        slide_.kind = std::move(kind);
        slide_.expected = std::move(expected);
        slide_.lusc_share = lusc_share;
        return std::move(slide_);
    }

  private:
    /// '.' is glass and '/' ends a row.
    char next_letter() {
        do ++letter_;
        while (letter_ == '.' || letter_ == '/');
        return letter_;
    }

    tools::MosaicClass source(char kind) {
        if (kind == 'N') return {"Benign", pictures_.benign};
        auto& deck = kind == 'A' ? luad_ : lusc_;
        if (deck.empty()) throw Error(ErrorCode::bad_data, "the fold", "has too few source images for a slide");
        const auto group = deck.back();
        deck.pop_back();
        return {kind == 'A' ? "LUAD" : "LUSC", (kind == 'A' ? pictures_.luad : pictures_.lusc).at(group)};
    }

    const FoldPictures& pictures_;
    int columns_;
    Random random_;
    std::vector<std::string> luad_, lusc_;  ///< groups that are not used yet
    char letter_ = ' ';
    PlannedSlide slide_;
};

const char* name_of(char kind) {
    return kind == 'A' ? "LUAD" : "LUSC";
}

char other(char kind) {
    return kind == 'A' ? 'S' : 'A';
}

PlannedSlide pure(const FoldPictures& pictures, char kind, int number, std::uint64_t seed) {
    Composer composer(pictures, 4, 3, seed);
    for (int i = 0; i < composer.fields(); ++i) composer.field(i, kind);
    const std::string name = name_of(kind);
    return composer.finish(fmt::format("{}-{}", name, number), "pure " + name, name, kind == 'S');
}

PlannedSlide mixed(const FoldPictures& pictures, int percent, char minority, int number, std::uint64_t seed) {
    Composer composer(pictures, 5, 4, seed);
    const int few = composer.fields() * percent / 100;
    for (int i = 0; i < composer.fields(); ++i) composer.field(i, i < few ? minority : other(minority));
    const double share = percent / 100.0;
    return composer.finish(fmt::format("mixed-{}-{}-{}", percent, name_of(minority), number),
                           fmt::format("mixed, {} % minority", percent), "mixed", minority == 'S' ? share : 1 - share);
}

PlannedSlide benign_rich(const FoldPictures& pictures, char kind, int number, std::uint64_t seed) {
    Composer composer(pictures, 5, 4, seed);
    const int few = composer.fields() / 5;
    for (int i = 0; i < composer.fields(); ++i) composer.field(i, i < few ? kind : 'N');
    return composer.finish(fmt::format("benign-rich-{}-{}", name_of(kind), number), "tumour in 80 % benign tissue",
                           name_of(kind), kind == 'S');
}

/// 3 × 3 cells of tumour are 0.15 mm².
PlannedSlide too_little(const FoldPictures& pictures, char kind, int number, std::uint64_t seed) {
    Composer composer(pictures, 4, 3, seed);
    composer.field(0, kind, 3);
    for (int i = 1; i < composer.fields(); ++i) composer.field(i, 'N');
    return composer.finish(fmt::format("little-{}-{}", name_of(kind), number), "0.15 mm² of tumour", "insufficient",
                           kind == 'S');
}

PlannedSlide benign(const FoldPictures& pictures, int number, std::uint64_t seed) {
    Composer composer(pictures, 5, 4, seed);
    for (int i = 0; i < composer.fields(); ++i) composer.field(i, 'N');
    return composer.finish(fmt::format("benign-{}", number), "benign tissue alone", "insufficient", 0);
}

}  // namespace

FoldPictures read_fold_pictures(const std::filesystem::path& groups_csv, const std::filesystem::path& root, int fold) {
    const auto manifest = read_manifest(groups_csv, {"file", "class", "group", "fold"});
    FoldPictures pictures;
    for (const auto& row : manifest.rows) {
        if (manifest.integer(row, "fold") != fold) continue;
        const auto file = root / manifest.at(row, "file");
        const auto& kind = manifest.at(row, "class");
        if (kind == "lung_aca") pictures.luad[manifest.at(row, "group")].push_back(file);
        if (kind == "lung_scc") pictures.lusc[manifest.at(row, "group")].push_back(file);
        if (kind == "lung_n") pictures.benign.push_back(file);
    }
    if (pictures.luad.empty() || pictures.lusc.empty() || pictures.benign.empty()) {
        throw Error(ErrorCode::bad_data, groups_csv.string(),
                    fmt::format("lacks pictures of lung_aca, lung_scc or lung_n in fold {}", fold));
    }
    return pictures;
}

std::vector<PlannedSlide> plan_slides(const FoldPictures& pictures, std::uint64_t seed) {
    std::vector<PlannedSlide> slides;
    const auto next = [&] { return seed * 1000 + slides.size(); };
    for (const char kind : {'A', 'S'}) {
        for (int i = 1; i <= 2 * kPerKind; ++i) slides.push_back(pure(pictures, kind, i, next()));
    }
    for (const int percent : {20, 30, 40, 50}) {
        for (int i = 1; i <= kPerKind; ++i) {
            slides.push_back(mixed(pictures, percent, i % 2 == 0 ? 'A' : 'S', i, next()));
        }
    }
    for (const char kind : {'A', 'S'}) {
        for (int i = 1; i <= kPerKind; ++i) slides.push_back(benign_rich(pictures, kind, i, next()));
    }
    for (int i = 1; i <= kPerKind; ++i) slides.push_back(too_little(pictures, i % 2 == 0 ? 'A' : 'S', i, next()));
    for (int i = 1; i <= kPerKind; ++i) slides.push_back(benign(pictures, i, next()));
    return slides;
}

PlannedSlide plan_census(const FoldPictures& pictures) {
    PlannedSlide slide;
    slide.name = "census";
    slide.seed = 1;
    std::string cells;
    for (const auto& [letter, name, groups] :
         {std::tuple{'A', "LUAD", &pictures.luad}, std::tuple{'S', "LUSC", &pictures.lusc}}) {
        auto& source = slide.classes[letter];
        source.name = name;
        for (const auto& [group, files] : *groups) std::ranges::copy(files, std::back_inserter(source.files));
        cells.append(source.files.size(), letter);
    }
    const auto columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(cells.size()))));
    slide.layout.columns = static_cast<int>(columns);
    for (std::size_t begin = 0; begin < cells.size(); begin += columns) {
        slide.layout.rows.push_back(cells.substr(begin, columns));
        slide.layout.rows.back().resize(columns, '.');
    }
    return slide;
}

}  // namespace slidetype::bench
