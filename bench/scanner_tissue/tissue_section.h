#pragma once

#include <array>
#include <span>
#include <string>

#include "bench/scanner_tissue/tissue_result.h"

namespace slidetype::bench {

/// The parts of the model card on scanner tissue, each Markdown that ends in a line break, the results of several
/// models side by side. Without results each reads "not run".
std::string scanner_models(std::span<const TissueResult> results, std::span<const std::string> shipped_sha256);
std::string scanner_patients(std::span<const TissueResult> results);
std::string scanner_classes(std::span<const TissueResult> results);
std::string scanner_auc(std::span<const TissueResult> results);
std::string scanner_votes(std::span<const TissueResult> results);
std::string scanner_calls(std::span<const TissueResult> results);

/// What a model with these weights noticed as unlike its training, a cell for each of kNoticedColumns: "3 of 4", "no
/// check" where it was measured without one, "not run" where nobody measured it.
inline constexpr std::array<const char*, 4> kNoticedColumns = {"noticed: slides of tumour", "fields of tumour",
                                                               "fields of other tissue", "such fields on one sheet"};
std::array<std::string, 4> noticed_cells(std::span<const TissueResult> results, const std::string& weights_sha256);

/// One item of README's limits: what the model with these weights says of scanner tissue.
std::string readme_item(std::span<const TissueResult> results, const std::string& weights_sha256);

/// `readme` with the text between the two marks replaced by readme_item(). Throws Error(bad_data) without the marks.
std::string with_readme_item(const std::string& readme, const std::string& item);

/// `readme` with the text between each pair of marks for what the default model is good for replaced by `text`, in
/// lines. Throws Error(bad_data) without the marks.
std::string with_good_for(const std::string& readme, const std::string& text);

/// Lines of at most `width` columns, the second and later ones indented by two.
std::string wrapped_item(const std::string& text, std::size_t width = 120);

}  // namespace slidetype::bench
