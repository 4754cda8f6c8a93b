#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "bench/cross_validation/network.h"
#include "bench/scanner_tissue/tissue_result.h"
#include "bench/scanner_tissue/tissue_sheet.h"
#include "plugin/analysis/engine.h"

namespace slidetype::bench {

/// A model, and for tissue that its gate learned from, models whose gate did not see that slide.
struct TissueModels {
    std::reference_wrapper<const Engine> shipped;
    std::map<std::string, Engine> without;  ///< by the slide's name, or its fields' patient

    const Engine& of(const TissueIdentity& identity) const;
    bool taught_by(const TissueIdentity& identity) const { return &of(identity) != &shipped.get(); }
};

/// What the model says of all pieces of a set, gate and guard as shipped. A field is opened as `run` opens a picture;
/// its call is that of tiles side by side, its tiles overlap by half, so that small fields give what they have. The
/// fields of one patient also lie on a sheet together, since one field holds too little tissue for a call. `work` is a
/// folder for the sheets, which are removed again. Tells its progress and the time that is left through `say`. Throws
/// what Engine::analyse() throws: nothing is left out.
TissueResult measure_tissue(const TissueSet& set, const std::string& label, const TissueModels& models,
                            const std::filesystem::path& work, int threads, const Say& say);

}  // namespace slidetype::bench
