#include "tiler/annotations/object_kind.h"

#include <algorithm>
#include <array>
#include <string>

namespace slidetype {

std::string_view to_string(ObjectKind kind) {
    switch (kind) {
        case ObjectKind::annotation:
            return "annotation";
        case ObjectKind::tile:
            return "tile";
        case ObjectKind::detection:
            return "detection";
        case ObjectKind::cell:
            return "cell";
        case ObjectKind::tma_core:
            return "tmaCore";
        case ObjectKind::root:
            return "root";
    }
    return "";
}

std::optional<ObjectKind> object_kind(std::string_view word) {
    struct Named {
        std::string_view name;
        ObjectKind kind;
    };
    static constexpr std::array<Named, 6> kKinds = {{{"annotation", ObjectKind::annotation},
                                                     {"tile", ObjectKind::tile},
                                                     {"detection", ObjectKind::detection},
                                                     {"cell", ObjectKind::cell},
                                                     {"tmacore", ObjectKind::tma_core},
                                                     {"root", ObjectKind::root}}};
    std::string plain;
    for (const char c : word) {
        if (c != '_' && c != ' ' && c != '-') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::string_view core = plain;
    if (core.starts_with("path")) core.remove_prefix(4);
    if (core.ends_with("object")) core.remove_suffix(6);
    const auto found = std::ranges::find(kKinds, core, &Named::name);
    if (found == kKinds.end()) return std::nullopt;
    return found->kind;
}

}  // namespace slidetype
