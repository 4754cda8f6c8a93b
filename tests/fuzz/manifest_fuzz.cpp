// Any bytes as a CSV manifest, of slides for `run`, of pictures and of diagnoses for `train`: refused with an Error, or
// read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/text_encoding.h"
#include "model/data/cohort.h"
#include "model/data/cohort_folds.h"
#include "model/data/dataset.h"
#include "model/data/manifest.h"
#include "plugin/batch/slide_list.h"
#include "tests/fuzz/memory_file.h"

namespace {

template <typename Reading>
void tolerate(const Reading& reading) {
    try {
        reading();
    } catch (const slidetype::Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slidetype;
    const testing::MemoryFile memory(data, size);
    tolerate([&] {
        std::vector<std::string> notes;
        for (const auto& slide : read_batch_manifest(memory.path(), notes)) {
            if (slide.path.empty() || (slide.spacing_um_px && !(*slide.spacing_um_px > 0))) std::abort();
        }
    });
    tolerate([&] { (void)read_dataset(memory.path(), "/nowhere"); });
    tolerate([&] {
        // Where a few files are: stat, maps, status.
        const auto cohort = read_cohort(memory.path(), {"/proc/self", {}});
        for (const auto& slide : cohort.slides) {
            if (slide.patient.empty() || slide.file.empty() || slide.label < 0 || slide.label > 1) std::abort();
        }
        if (make_cohort_folds(cohort).fold.size() != cohort.slides.size()) std::abort();
    });
    tolerate([&] {
        const auto manifest = read_manifest(memory.path(), {"file", "class"});
        for (const auto& row : manifest.rows) {
            if (row.size() < manifest.columns.size()) std::abort();
            tolerate([&] { (void)read_part(manifest, row); });
            if (manifest.has("group") && !is_utf8(manifest.at(row, "group"))) std::abort();
        }
    });
    tolerate([&] { (void)read_header(memory.path()); });
    tolerate([&] { (void)read_own_table(memory.path(), {"file"}); });
    return 0;
}
