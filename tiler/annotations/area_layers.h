#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tiler/annotations/polygon.h"

namespace slidetype {

/// Areas of several classes as layers: where areas lie over one another the smaller one lies on top, as an outline of
/// necrosis within one of tumour. Neither is on top where they are of about the same size (see kSameSize): two people
/// may have drawn round the same tissue. Immutable, so threads may share it.
///
/// An outline may have a million points: its edges are kept in the order of the outline, in chunks of which the extent
/// is known, so a question about a few lines looks at the edges near them alone.
class AreaLayers {
  public:
    static constexpr int kMostClasses = 64;
    /// One bit for each class.
    using Classes = std::uint64_t;
    static constexpr Classes bit(int class_index) { return Classes{1} << static_cast<unsigned>(class_index); }

    /// Areas whose sizes are as near as this lie beside one another where they overlap.
    static constexpr double kSameSize = 0.8;

    struct Area {
        Polygon polygon;      ///< level-0 pixels
        int class_index = 0;  ///< 0 … 63
    };
    AreaLayers() = default;
    explicit AreaLayers(const std::vector<Area>& areas);

    bool empty() const { return layers_.empty(); }

    /// A stretch [from, to) of a horizontal line in which the same areas lie.
    struct Run {
        double from = 0, to = 0;
        Classes top = 0;     ///< whose areas are on top: one class, or several whose areas are of about the same size
        Classes within = 0;  ///< whose areas hold it at all
    };
    /// Calls `use` for every line with what lies on it: runs in ascending order that do not overlap. `lines` are the y
    /// of horizontal lines, ascending; lines on which nothing lies are left out. A line through a corner crosses once.
    void on_lines(std::span<const double> lines,
                  const std::function<void(std::size_t line, std::span<const Run> runs)>& use) const;

  private:
    /// Of a ring, lower end first.
    struct Edge {
        Point from, to;
    };
    struct Chunk {
        std::size_t begin = 0, end = 0;  ///< of edges_
        double top = 0, bottom = 0;
    };
    /// One area; its place in layers_ is its rank by size.
    struct Layer {
        double size = 0;
        Classes classes = 0;
        std::size_t begin = 0, end = 0;  ///< of chunks_
        double top = 0, bottom = 0;
    };
    /// Where a line enters or leaves the area of this rank.
    struct Crossing {
        double x = 0;
        std::uint32_t rank = 0;
    };

    void add_edges(const Ring& ring);
    void add_layer(const Area& area);
    void cross(const Layer& layer, std::uint32_t rank, std::span<const double> lines,
               std::vector<std::vector<Crossing>>& crossings) const;
    void find_runs(std::vector<Crossing>& crossings, std::vector<std::uint32_t>& inside, std::vector<Run>& runs) const;
    Run run_of(double from, double to, std::span<const std::uint32_t> inside) const;

    std::vector<Layer> layers_;  ///< the smallest first
    std::vector<Chunk> chunks_;
    std::vector<Edge> edges_;
};

}  // namespace slidetype
