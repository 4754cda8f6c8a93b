#include "cli/cutting_progress.h"

#include <fmt/format.h>

#include <utility>

#include "cli/stop.h"

namespace slidetype {

CutCallbacks show_cutting(Progress& bar, std::size_t slides, std::string opening) {
    CutCallbacks callbacks;
    callbacks.stop_requested = stop_requested;
    callbacks.progress = [&bar, slides, opening = std::move(opening)](std::size_t slide, CutStage stage,
                                                                      std::size_t done, std::size_t total) {
        const auto which = fmt::format("slide {} of {}", slide + 1, slides);
        if (stage == CutStage::open) {
            bar.say(opening + which);
        } else {
            bar.update(done, total, which + (stage == CutStage::label ? ", labelling" : ""));
        }
    };
    return callbacks;
}

}  // namespace slidetype
