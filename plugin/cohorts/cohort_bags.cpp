#include "plugin/cohorts/cohort_bags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "model/bags/feature_file.h"
#include "model/data/cohort_columns.h"
#include "model/data/manifest.h"

namespace slidetype {
namespace {

/// What a file says of itself, or why it cannot be read.
struct Look {
    BagOrigin origin;
    std::size_t tiles = 0, dimension = 0;
    std::string problem;
};

std::vector<Look> look_at_all(BagStore& store, int threads, const std::function<void(std::size_t, std::size_t)>& done) {
    std::vector<Look> looks(store.size());
    const auto look = [&](std::size_t i) {
        try {
            const auto bag = store.get(i);
            looks[i] = {bag->origin, bag->tiles, bag->dimension, {}};
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled || error.code() == ErrorCode::memory) throw;
            looks[i].problem = error.what();
        }
    };
    parallel_for(threads, looks.size(), look, done);
    return looks;
}

[[noreturn]] void fail_mixed(const std::filesystem::path& file, const std::string& is,
                             const std::filesystem::path& other, const std::string& other_is) {
    throw Error(ErrorCode::bad_data, file.string(), fmt::format("{}, and {} {}", is, other.string(), other_is),
                "All slides of a cohort need the features of one encoder.");
}

/// Against the first file that says something: what is not said is not held against it.
void require_one_encoder(const Cohort& cohort, const std::vector<Look>& looks) {
    const Look* first = nullptr;
    const Look* named = nullptr;
    std::array<std::filesystem::path, 2> files;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        const auto& look = looks[i];
        const auto& file = cohort.slides[i].features;
        if (!look.problem.empty()) continue;
        if (first == nullptr) first = &look, files[0] = file;
        if (look.dimension != first->dimension) {
            fail_mixed(file, fmt::format("holds vectors of {} numbers", look.dimension), files[0],
                       fmt::format("of {}", first->dimension));
        }
        if (look.origin.encoder_sha256.empty()) continue;
        if (named == nullptr) named = &look, files[1] = file;
        if (look.origin.encoder_sha256 != named->origin.encoder_sha256) {
            fail_mixed(file, "is of the encoder " + look.origin.encoder, files[1],
                       "of another, " + named->origin.encoder);
        }
    }
}

EncoderInfo encoder_by_files(const std::vector<Look>& looks) {
    EncoderInfo info;
    for (const auto& look : looks) {
        if (!look.problem.empty()) continue;
        info.dimension = look.dimension;
        const auto& origin = look.origin;
        if (info.name.empty()) info.name = origin.encoder;
        if (info.sha256.empty()) info.sha256 = origin.encoder_sha256;
        if (info.patch_size_px == 0) info.patch_size_px = origin.patch_size_px.value_or(0);
        if (info.spacing_um_px == 0) info.spacing_um_px = origin.spacing_um_px.value_or(0);
    }
    return info;
}

void require_said_encoder(const EncoderInfo& said, const EncoderInfo& files, const std::string& table) {
    const bool other = said.dimension != files.dimension || (!files.sha256.empty() && files.sha256 != said.sha256);
    if (!other) return;
    throw Error(ErrorCode::bad_data, table,
                fmt::format("its features ({} numbers a tile{}) are not those of the encoder {} ({})", files.dimension,
                            files.name.empty() ? "" : ", of " + files.name, said.name, said.dimension),
                "Give the features of that encoder, or name the one that they were made with.");
}

/// Leaves the slides that could be read; the others become problems. Gives the places of those that stay.
std::vector<std::size_t> keep_readable(Cohort& cohort, const std::vector<Look>& looks) {
    std::vector<CohortSlide> kept;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        if (looks[i].problem.empty()) {
            kept.push_back(std::move(cohort.slides[i]));
            places.push_back(i);
        } else {
            cohort.problems.push_back(looks[i].problem);
        }
    }
    cohort.slides = std::move(kept);
    std::array<std::size_t, 2> count{};
    for (const auto& slide : cohort.slides) ++count.at(static_cast<std::size_t>(slide.label));
    for (std::size_t c = 0; c < count.size(); ++c) {
        if (count.at(c) > 0) continue;
        throw Error(ErrorCode::bad_data, cohort.source,
                    fmt::format("no slide of {} is left whose features can be read", cohort.class_names.at(c)),
                    cohort.problems.empty() ? "" : "The first: " + cohort.problems.front());
    }
    return places;
}

std::shared_ptr<BagStore> store_of(const Cohort& cohort, std::uint64_t memory_bytes) {
    std::vector<std::filesystem::path> files;
    files.reserve(cohort.slides.size());
    for (const auto& slide : cohort.slides) files.push_back(slide.features);
    return std::make_shared<BagStore>(std::move(files), memory_bytes, read_bag);
}

}  // namespace

bool names_diagnoses(const std::filesystem::path& table) {
    if (!is_named_like_table(table)) return false;
    try {
        const auto header = read_header(table);
        const auto has = [&](const char* column) { return std::ranges::find(header, column) != header.end(); };
        if (has("annotations") || (has("file") && has("class"))) return false;  // outlines; labelled pictures
        const auto columns = find_cohort_columns(header, table.string());
        return !columns.slide.empty() && !columns.label.empty();
    } catch (const Error&) {
        return false;
    }
}

CohortBags read_cohort_bags(Cohort cohort, const std::optional<EncoderInfo>& encoder, std::uint64_t memory_bytes,
                            int threads, const std::function<void(std::size_t, std::size_t)>& done) {
    CohortBags bags;
    bags.store = store_of(cohort, memory_bytes);
    const auto looks = look_at_all(*bags.store, threads, done);
    require_one_encoder(cohort, looks);
    const auto of_files = encoder_by_files(looks);
    for (const auto& look : looks) bags.tiles += look.tiles;
    const auto readable = keep_readable(cohort, looks);
    if (readable.size() != looks.size()) bags.store = bags.store->of_these(readable);
    if (encoder) require_said_encoder(*encoder, of_files, cohort.source);
    bags.encoder = encoder.value_or(of_files);
    bags.cohort = std::move(cohort);
    return bags;
}

}  // namespace slidetype
