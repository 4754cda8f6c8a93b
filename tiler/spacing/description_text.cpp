#include "tiler/spacing/description_text.h"

#include <algorithm>
#include <string_view>

namespace slidetype {
namespace {

constexpr std::size_t kLongestNamespace = 64;  // with the bracket before it

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The value of an attribute of a tag, as it stands there.
std::optional<std::string> attribute(std::string_view tag, std::string_view name) {
    for (auto at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
        auto end = at + name.size();
        if (at == 0 || !is_blank(tag[at - 1])) continue;
        while (end < tag.size() && is_blank(tag[end])) ++end;
        if (end >= tag.size() || tag[end] != '=') continue;
        const auto open = tag.find_first_of("\"'", end);
        if (open == std::string_view::npos) return std::nullopt;
        const auto close = tag.find(tag[open], open + 1);
        if (close == std::string_view::npos) return std::nullopt;
        return std::string(tag.substr(open + 1, close - open - 1));
    }
    return std::nullopt;
}

/// The next tag of a name, with or without a namespace, from `at` on, which comes to stand behind it.
std::string_view next_tag(std::string_view xml, std::string_view name, std::size_t& at) {
    for (at = xml.find(name, at); at != std::string_view::npos; at = xml.find(name, at + 1)) {
        const auto behind = at + name.size();
        const auto from = at - std::min(at, kLongestNamespace);
        const auto bracket = xml.substr(from, at - from).rfind('<');
        const auto open = from + bracket;
        if (bracket == std::string_view::npos || behind >= xml.size() || !is_blank(xml[behind])) continue;
        const auto space = xml.substr(open + 1, at - open - 1);
        if (!space.empty() && (space.back() != ':' || space.find_first_of("/> \t\r\n") != std::string_view::npos))
            continue;
        const auto close = xml.find('>', behind);
        if (close == std::string_view::npos) break;
        at = close;
        return xml.substr(open, close - open);
    }
    return {};
}

bool is_ome(std::string_view description) {
    return description.find("<OME") != std::string_view::npos || description.find(":OME") != std::string_view::npos;
}

}  // namespace

std::string description_of(const PropertyLookup& property) {
    if (auto description = property("tiff.ImageDescription")) return *description;
    return property("openslide.comment").value_or("");
}

std::optional<OmePixels> ome_pixels(const std::string& description, const std::string& width,
                                    const std::string& height) {
    if (!is_ome(description)) return std::nullopt;
    std::optional<OmePixels> first;
    std::size_t at = 0;
    for (auto tag = next_tag(description, "Pixels", at); !tag.empty(); tag = next_tag(description, "Pixels", at)) {
        OmePixels pixels{attribute(tag, "PhysicalSizeX"), attribute(tag, "PhysicalSizeY")};
        if (const auto unit = attribute(tag, "PhysicalSizeXUnit")) pixels.x_unit = *unit;
        if (const auto unit = attribute(tag, "PhysicalSizeYUnit")) pixels.y_unit = *unit;
        pixels.of_this_size = width.empty() || (attribute(tag, "SizeX") == width && attribute(tag, "SizeY") == height);
        const bool says = pixels.x || pixels.y;
        if (pixels.of_this_size) return says ? std::optional(pixels) : std::nullopt;
        if (!first && says) first = pixels;
    }
    return first;
}

std::optional<std::string> ome_objective(const std::string& description) {
    if (!is_ome(description)) return std::nullopt;
    std::optional<std::string> power;
    std::size_t at = 0;
    for (auto tag = next_tag(description, "Objective", at); !tag.empty();
         tag = next_tag(description, "Objective", at)) {
        const auto here = attribute(tag, "NominalMagnification");
        if (here && power && here != power) return std::nullopt;
        if (here) power = here;
    }
    return power;
}

std::optional<std::string> imagej_unit(const std::string& description) {
    if (!description.starts_with("ImageJ=")) return std::nullopt;
    constexpr std::string_view key = "\nunit=";
    const auto at = description.find(key);
    if (at == std::string::npos) return std::nullopt;
    const auto begin = at + key.size();
    return description.substr(begin, description.find_first_of("\r\n", begin) - begin);
}

}  // namespace slidetype
