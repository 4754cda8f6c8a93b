// Tissue from scanners, which the shipped model was not made from: it must know that, and call none of it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Calls {
    std::size_t slides = 0, subtypes = 0, judged = 0, noticed = 0;
};

/// Runs all of a folder with the default model at this pixel size. Even the smallest field is tissue enough.
Calls calls_of(const fs::path& slides, const std::string& spacing, const fs::path& out) {
    const auto run = testing::slidetype(
        {"run", slides.string(), "--pictures", "-o", out.string(), "--spacing", spacing, "--min-area", "0", "-q"});
    EXPECT_EQ(run.code, 0) << run.error;
    Calls calls;
    for (const auto& each : fs::directory_iterator(out)) {
        if (!fs::exists(each.path() / "summary.json")) continue;
        const auto summary = json::parse(read_file(each.path() / "summary.json"));
        const auto label = summary["call"]["label"].get<std::string>();
        ++calls.slides;
        calls.subtypes += label == "LUAD" || label == "LUSC" ? 1 : 0;
        if (summary["domain"].is_null()) continue;  // no tile on tissue
        ++calls.judged;
        calls.noticed += summary["domain"]["known"].get<bool>() ? 0 : 1;
    }
    return calls;
}

TEST(ScannerTissue, IsNeverCalledByTheShippedModel) {
    SLIDETYPE_SHARED_OR_SKIP(scanner, "scanner");
    const testing::TemporaryFolder out;
    const std::vector<std::pair<std::string, std::string>> folders = {{"slides", "0.27"},
                                                                      {"fields/LUAD", "0.25"},
                                                                      {"fields/LUSC", "0.25"},
                                                                      {"controls/pancreas_adenocarcinoma", "0.27"},
                                                                      {"controls/lymph_node_anthracosis", "0.27"},
                                                                      {"controls/benign_squamous_epithelium", "0.27"},
                                                                      {"controls/other_organs", "0.25"},
                                                                      {"controls/pen_and_glass", "1"}};
    std::size_t judged = 0, noticed = 0;
    for (const auto& [name, spacing] : folders) {
        const auto calls = calls_of(scanner / name, spacing, out / fs::path(name).filename().string());
        EXPECT_GT(calls.slides, 0U) << name;
        EXPECT_EQ(calls.subtypes, 0U) << name;
        judged += calls.judged, noticed += calls.noticed;
    }
    EXPECT_GE(static_cast<double>(noticed), 0.95 * static_cast<double>(judged)) << noticed << " of " << judged;
}

}  // namespace
}  // namespace slidetype
