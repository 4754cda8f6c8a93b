#include "bench/scanner_tissue/gate_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "bench/scanner_tissue/tissue_set.h"
#include "model/data/manifest.h"
#include "plugin/results/text.h"
#include "tiler/slides/slide.h"
#include "tiler/tiles/resampled_read.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kFieldUm = 128;
constexpr int kEdgePx = 224;
constexpr double kStep = 0.5;                  ///< of a tile
constexpr std::uint8_t kGlassIsAtLeast = 215;  ///< the darkest channel of glass is at least this bright
constexpr double kMostGlass = 0.5;

/// Kinds of fields all of whose tissue is benign.
bool is_benign_kind(const std::string& kind) {
    return kind == "lymph_node_anthracosis" || kind == "benign_squamous_epithelium";
}

bool is_mostly_glass(const RgbImage& tile) {
    std::size_t glass = 0;
    for (std::size_t i = 0; i < tile.pixels.size(); i += 3) {
        glass += std::min({tile.pixels[i], tile.pixels[i + 1], tile.pixels[i + 2]}) >= kGlassIsAtLeast ? 1 : 0;
    }
    return static_cast<double>(3 * glass) > kMostGlass * static_cast<double>(tile.pixels.size());
}

class Cutter {
  public:
    /// The table names whole paths, so that it can stand beside one whose files lie below another --root.
    explicit Cutter(const fs::path& output) : output_(fs::absolute(output)) { create_folders(output_); }

    /// Tiles of a rectangle of level 0.
    void cut(const Slide& slide, std::optional<double> spacing_um_px, const Rect& area, const std::string& kind,
             const std::string& group, bool tumour) {
        const auto spacing = slide.spacing(spacing_um_px);
        const auto width = std::llround(kFieldUm / spacing.x_um_px), height = std::llround(kFieldUm / spacing.y_um_px);
        for (const auto y : starts(area.y, area.height, height)) {
            for (const auto x : starts(area.x, area.width, width)) {
                const auto tile = read_resampled(slide, 0, {x, y, width, height}, kEdgePx, kEdgePx);
                if (is_mostly_glass(tile)) continue;
                const auto name = fmt::format("{}_{}_{}_{}.png", group, kind, x, y);
                const auto png = encode_png(tile);
                write_file(output_ / name, std::string(png.begin(), png.end()));
                table_ += fmt::format("{},{},{},gate\n", csv_field((output_ / name).string()),
                                      tumour ? "tumour" : "benign", csv_field(group));
                ++(tumour ? cut_.tumour : cut_.benign);
            }
        }
    }

    GateTiles finish() const {
        write_file(output_ / "tiles.csv", table_);
        return cut_;
    }

  private:
    /// Where tiles of `edge` begin that are spread over begin … begin + length.
    static std::vector<std::int64_t> starts(std::int64_t begin, std::int64_t length, std::int64_t edge) {
        const auto room = static_cast<double>(length - edge);
        if (room < 0) return {};
        const auto steps = static_cast<int>(room / (kStep * static_cast<double>(edge)));
        std::vector<std::int64_t> out;
        for (int i = 0; i <= steps; ++i) out.push_back(begin + (steps == 0 ? 0 : std::llround(room * i / steps)));
        return out;
    }

    fs::path output_;
    std::string table_ = "file,class,group,teaches\n";
    GateTiles cut_;
};

/// Files of the set that models may learn from.
std::set<std::string> teaching_files(const fs::path& folder) {
    std::set<std::string> names;
    const auto manifest = read_manifest(folder / "fields.csv", {"file", "terms"},
                                        {"label", "patient", "source", "spacing_um_px", "content"});
    for (const auto& row : manifest.rows) {
        if (manifest.at(row, "terms") == "teach") names.insert((folder / manifest.at(row, "file")).string());
    }
    return names;
}

}  // namespace

GateTiles cut_gate_tiles(const fs::path& folder, const fs::path& output, const std::vector<std::string>& leave_out,
                         const std::function<void(const std::string&)>& say) {
    const auto set = read_tissue_set(folder);
    const auto may_teach = teaching_files(folder);
    Cutter cutter(output);
    for (const auto& each : set.slides) {
        if (std::ranges::count(leave_out, each.identity.name) > 0) continue;
        say(each.identity.name);
        const Slide slide(each.file);
        for (const auto& square : each.squares) {
            if (square.content == "mixed") continue;
            cutter.cut(slide, each.identity.spacing_um_px, {square.x, square.y, square.edge, square.edge},
                       square.content, each.identity.name, square.content == "tumour");
        }
    }
    say("fields");
    for (const auto& field : set.fields) {
        const auto& identity = field.identity;
        if (!may_teach.contains(field.file.string()) || !is_benign_kind(identity.kind)) continue;
        if (std::ranges::count(leave_out, identity.patient) > 0) continue;
        const Slide slide(field.file);
        cutter.cut(slide, identity.spacing_um_px, {0, 0, slide.width(), slide.height()}, field.file.stem().string(),
                   identity.patient, false);
    }
    return cutter.finish();
}

}  // namespace slidetype::bench
