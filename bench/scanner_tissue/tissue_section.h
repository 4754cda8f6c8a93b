#pragma once

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

/// One item of README's limits: what the model with these weights says of scanner tissue.
std::string readme_item(std::span<const TissueResult> results, const std::string& weights_sha256);

/// `readme` with the text between the two marks replaced by readme_item(). Throws Error(bad_data) without the marks.
std::string with_readme_item(const std::string& readme, const std::string& item);

/// Lines of at most `width` columns, the second and later ones indented by two.
std::string wrapped_item(const std::string& text, std::size_t width = 120);

}  // namespace slidetype::bench
