#include "model/data/cohort_columns.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/words.h"

namespace slidetype {
namespace {

constexpr std::size_t kMostColumnsNamed = 12;

using Names = std::span<const std::string_view>;
/// What CLAM, STAMP, TRIDENT, cBioPortal and the GDC call them.
constexpr std::string_view kSlideNames[] = {"slide_id", "filename", "file_name", "file", "wsi"};
constexpr std::string_view kLabelNames[] = {
    "class",     "diagnosis",     "subtype",    "cancer_type", "cancer_subtype",    "tumour_type",      "tumor_type",
    "histology", "oncotree_code", "project_id", "project",     "histological_type", "primary_diagnosis"};
constexpr std::string_view kPatientNames[] = {"patient_id", "case_id", "case", "case_submitter_id"};
constexpr std::string_view kSiteNames[] = {"site_id",  "centre",      "center",
                                           "hospital", "institution", "tissue_source_site"};

std::string in_a_row(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kMostColumnsNamed); ++i) {
        text += (i == 0 ? "" : ", ") + in_quotes(names[i]);
    }
    return names.size() > kMostColumnsNamed ? text + ", …" : text;
}

/// The column for one thing; empty where there is none.
std::string find_one(const std::vector<std::string>& header, const std::string& ours, Names others,
                     const std::string& source) {
    if (std::ranges::count(header, ours) > 0) return ours;
    std::vector<std::string> found;
    for (const auto& name : header) {
        auto joined = name;  // the GDC's sample sheet has "File Name"
        std::ranges::replace(joined, ' ', '_');
        if (std::ranges::find(others, joined) != others.end()) found.push_back(name);
    }
    if (found.size() > 1) {
        throw Error(ErrorCode::bad_data, source, "has several columns that may be the " + ours + ": " + in_a_row(found),
                    "Rename the one that is meant to " + in_quotes(ours) + ".");
    }
    return found.empty() ? std::string() : found.front();
}

}  // namespace

CohortColumns find_cohort_columns(const std::vector<std::string>& header, const std::string& source) {
    CohortColumns columns;
    columns.slide = find_one(header, "slide", kSlideNames, source);
    columns.label = find_one(header, "label", kLabelNames, source);
    columns.patient = find_patient_column(header, source);
    columns.site = find_one(header, "site", kSiteNames, source);
    for (const auto& [found, name] : {std::pair(columns.slide, "slide"), std::pair(columns.label, "label")}) {
        if (!found.empty()) continue;
        throw Error(ErrorCode::bad_data, source,
                    std::string("has no column for the ") + name + "; its first line has " + in_a_row(header),
                    "The first line names the columns: slide,label[,patient][,site][,fold][,split]");
    }
    return columns;
}

std::string find_patient_column(const std::vector<std::string>& header, const std::string& source) {
    return find_one(header, "patient", kPatientNames, source);
}

Manifest read_cohort_table(const std::filesystem::path& table, const CohortColumns& columns) {
    std::vector<std::string> optional;
    for (const auto& name : {columns.patient, columns.site}) {
        if (!name.empty()) optional.push_back(name);
    }
    optional.insert(optional.end(), {"fold", "split"});
    return read_manifest(table, {columns.slide, columns.label}, optional);
}

}  // namespace slidetype
