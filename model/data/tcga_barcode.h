#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slidetype {

/// What a barcode of The Cancer Genome Atlas says: TCGA-05-4244-01Z-00-DX1 is a slide of patient TCGA-05-4244 from
/// site 05.
struct TcgaBarcode {
    std::string patient;  ///< its first twelve characters, in upper case
    std::string site;     ///< the two characters of the tissue source site
};

/// The barcode that a name begins with, in any case; nothing where it begins with none.
std::optional<TcgaBarcode> tcga_barcode(std::string_view name);

}  // namespace slidetype
