#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slidetype {

/// What a barcode of The Cancer Genome Atlas says: TCGA-05-4244-01Z-00-DX1 is a slide of patient TCGA-05-4244 from
/// site 05, of a tumour (sample type 01). The GDC's page "TCGA Barcode" has the rules.
struct TcgaBarcode {
    std::string patient;  ///< its first twelve characters, in upper case
    std::string site;     ///< the two characters of the tissue source site
    /// The whole of a slide's barcode, in upper case, without what the GDC puts behind it; empty where the name has
    /// less than that.
    std::string slide;
    std::optional<int> sample_type;  ///< 1 to 9 tumour, 10 to 19 normal tissue, above that controls
    bool is_frozen = false;          ///< a frozen section (TS, MS, BS), not the diagnostic one (DX)
    bool is_of_tumour() const { return !sample_type || *sample_type < 10; }
};

/// The barcode that a name begins with, in any case; nothing where it begins with none.
std::optional<TcgaBarcode> tcga_barcode(std::string_view name);

}  // namespace slidetype
