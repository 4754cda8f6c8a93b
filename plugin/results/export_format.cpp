#include "plugin/results/export_format.h"

#include <algorithm>

#include "base/error.h"

namespace slidetype {
namespace exporting {

using WriteFormat = void(const SlideResult& result, const std::filesystem::path& folder);
/// Each is the one function of exporters/NAME.cpp.
WriteFormat asap_xml, dsa_json, heatmap_tiff, report_html, score_tiff, wsinfer;

}  // namespace exporting

std::span<const ExportFormat> export_formats() {
    static constexpr ExportFormat kTable[] = {
        {"asap", "NAME.xml: regions for ASAP", exporting::asap_xml},
        {"dsa", "NAME.dsa.json: coloured tiles and regions for the Digital Slide Archive and HistomicsUI",
         exporting::dsa_json},
        {"heatmap-tif", "NAME.heatmap.tif: colours as a pyramid that lies over the slide", exporting::heatmap_tiff},
        {"report", "NAME.report.html: the slide on one page to look at, with its tiles", exporting::report_html},
        {"scores-tif", "NAME.scores.tif: the same with probabilities as 32-bit numbers", exporting::score_tiff},
        {"wsinfer", "wsinfer_results/: one folder for all slides, laid out as WSInfer's results", exporting::wsinfer,
         "wsinfer_results"},
    };
    return kTable;
}

const ExportFormat& find_export_format(std::string_view name) {
    const auto formats = export_formats();
    const auto found = std::ranges::find(formats, name, &ExportFormat::name);
    if (found != formats.end()) return *found;
    std::string known;
    for (const auto& format : formats) known += (known.empty() ? "" : ", ") + std::string(format.name);
    throw Error(ErrorCode::usage, std::string(name), "is no format that slidetype writes", "Known are: " + known + ".");
}

}  // namespace slidetype
