// NAME.xml for ASAP (Radboud's slide viewer): regions of each class as polygons in a group of the class. ASAP has no
// holes: like its own users' files, a hole is a polygon of its own in the group "<class> hole". Level-0 pixels.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/atomic_file.h"
#include "plugin/results/export_format.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/regions.h"
#include "plugin/results/text.h"

namespace slidetype::exporting {
namespace {

std::string xml(const std::string& text) {
    std::string out;
    for (const char c : valid_utf8(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                // XML has no other control characters.
                out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
        }
    }
    return out;
}

std::string hex(const Color& color) {
    return fmt::format("#{:02x}{:02x}{:02x}", color[0], color[1], color[2]);
}

struct Group {
    std::string name, color;
};

void write_polygon(std::ostream& out, const Ring& ring, const Group& group, std::size_t number) {
    out << fmt::format(
        "\t\t<Annotation Name=\"{} {}\" Type=\"Polygon\" PartOfGroup=\"{}\" Color=\"{}\">\n\t\t\t<Coordinates>\n",
        group.name, number, group.name, group.color);
    for (std::size_t k = 0; k < ring.size(); ++k) {
        out << fmt::format("\t\t\t\t<Coordinate Order=\"{}\" X=\"{}\" Y=\"{}\" />\n", k, ring[k].x, ring[k].y);
    }
    out << "\t\t\t</Coordinates>\n\t\t</Annotation>\n";
}

void write_rings(std::ostream& out, const std::vector<Ring>& rings, const Group& group, std::vector<Group>& used) {
    if (rings.empty()) return;
    used.push_back(group);
    for (std::size_t k = 0; k < rings.size(); ++k) write_polygon(out, rings[k], group, k);
}

}  // namespace

void asap_xml(const SlideResult& result, const std::filesystem::path& folder) {
    AtomicFile file(folder / (result.slide.name + ".xml"));
    auto& out = file.stream();
    out << "<?xml version=\"1.0\"?>\n<ASAP_Annotations>\n\t<Annotations>\n";
    std::vector<Group> used;
    const auto classes = tile_classes(result);
    const auto shown = shown_classes(result);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        std::vector<Ring> outer, holes;
        for (auto& polygon : merge_cells(result.grid, shown, static_cast<int>(c))) {
            outer.push_back(std::move(polygon.outer));
            std::ranges::move(polygon.holes, std::back_inserter(holes));
        }
        const auto name = xml(classes[c].name);
        write_rings(out, outer, {name, hex(classes[c].color)}, used);
        write_rings(out, holes, {name + " hole", "#ffffff"}, used);
    }
    out << "\t</Annotations>\n\t<AnnotationGroups>\n";
    for (const auto& group : used) {
        out << fmt::format(
            "\t\t<Group Name=\"{}\" PartOfGroup=\"None\" Color=\"{}\">\n\t\t\t<Attributes />\n\t\t</Group>\n",
            group.name, group.color);
    }
    out << "\t</AnnotationGroups>\n</ASAP_Annotations>\n";
    file.commit();
}

}  // namespace slidetype::exporting
