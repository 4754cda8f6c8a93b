// Libraries may compute wrongly without a word: in a trial with oneDNN 3.7 the weights of 8-bit integers were garbled,
// and nothing but the scores showed it. So each backend is held to what does not depend on it: floats to the scores
// that were stored when the model was written, and what rounds to the features of floats. Features show more than
// scores, which lie near 0 or 1 whatever enters them.
#include "model/backends/backend_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/backends/self_test_tiles.h"

namespace slidetype {
namespace {

/// Processors and libraries round sums differently, by 1e-6 or so; a wrong channel order or input shows in the first
/// digits.
constexpr double kScoreTolerance = 1e-4;
/// Of features, whole vectors against whole vectors, see relative_difference(). With 8-bit integers the models that are
/// shipped differ by 0.04 or less on the drawn tiles, with garbled weights by 0.8. Where steps were chosen from tiles
/// of few colours the drawn ones reach beyond them, so what was measured then counts, with room for other processors.
constexpr double kRoundingTolerance = 0.2, kRoomForOthers = 1.2;

bool rounds(Backend backend) {
    return backend == Backend::onednn_int8 || backend == Backend::cuda;
}

double rounding_tolerance(const ModelDirectory& model, Backend backend) {
    const auto& ours = model.config.slidetype;
    if (backend != Backend::onednn_int8 || !ours || !ours->int8) return kRoundingTolerance;
    return std::max(kRoundingTolerance, kRoomForOthers * ours->int8->drawn_difference);
}

/// Seven digits after the point: more than the tolerance needs, and short to read.
std::vector<double> rounded(const std::vector<float>& values) {
    std::vector<double> out;
    out.reserve(values.size());
    for (const float value : values) out.push_back(std::round(double{value} * 1e7) / 1e7);
    return out;
}

double largest_difference(const std::vector<double>& stored, const std::vector<double>& now) {
    if (stored.size() < now.size() || stored.empty() != now.empty()) return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
        largest = std::max(largest, std::abs(stored[i] - now[i]) / std::max(1.0, std::abs(stored[i])));
    }
    return largest;
}

/// |seen - expected| / |expected| as vectors.
double relative_difference(std::span<const float> seen, std::span<const float> expected) {
    if (seen.size() != expected.size()) return INFINITY;
    double apart = 0, length = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        apart += std::pow(double{seen[i]} - double{expected[i]}, 2);
        length += std::pow(double{expected[i]}, 2);
    }
    return apart == 0 ? 0 : std::sqrt(apart / length);
}

/// Null where nothing is stored, or of tiles that this version no longer draws.
const SelfTestConfig* stored_of(const ModelDirectory& model) {
    const auto& ours = model.config.slidetype;
    const bool usable = ours && ours->self_test && ours->self_test->drawing == kSelfTestDrawing;
    return usable ? &*ours->self_test : nullptr;
}

/// Such as "1.2e-04".
std::string scientific(double value, int digits) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.begin(), text.end(), value, std::chars_format::scientific, digits).ptr;
    return {text.begin(), end};
}

std::string too_far(double difference, double tolerance, const std::string& against) {
    return "differs from the " + against + " by " + scientific(difference, 1) + ", and " + scientific(tolerance, 0) +
           " is allowed";
}

/// What to do about a backend that is wrong while the files are as they were.
std::string advice_for(Backend backend) {
    switch (backend) {
        case Backend::onednn_int8:
            return "Use floats (`--backend onednn`) instead. Where the model is yours, `slidetype models calibrate` "
                   "may choose better steps; else oneDNN computes wrongly here: another version of it may not.";
        case Backend::cuda:
            return "Use `--backend onednn` instead: libtorch, the driver or the GPU computes wrongly.";
        case Backend::torch:
            return "Use `--backend onednn` instead; libtorch computes wrongly here: another version of it may not.";
        case Backend::automatic:
        case Backend::onednn:
            break;
    }
    return "Use `--backend torch` instead; oneDNN computes wrongly here: another version of it may not.";
}

class BackendChecks {
  public:
    BackendChecks(const ModelDirectory& model, bool stored)
        : model_(model), tiles_(self_test_tiles(model.config.patch_size_px)) {
        if (const auto* scores = stored ? stored_of(model) : nullptr) reference_ = *scores;
    }

    std::vector<BackendCheck> run() {
        for (const auto backend : {Backend::onednn, Backend::torch, Backend::onednn_int8, Backend::cuda}) {
            attempt(backend);
        }
        if (checks_.empty()) attempt(Backend::automatic);  // such as ONNX Runtime
        return std::move(checks_);
    }

  private:
    void attempt(Backend backend) {
        try {
            const auto open = open_model(model_, backend);
            auto& check = checks_.emplace_back();
            check.backend =
                backend == Backend::automatic ? open.encoder->description() : std::string(to_string(backend));
            try {
                compare(check, backend, open);
            } catch (const Error& error) {
                check.result = CheckResult::bad;
                check.problem = error.what();
                check.advice = advice_for(backend);
            }
        } catch (const Error& error) {
            // Not there, not for this model, or not calibrated: nothing that is wrong. What cannot be run at all is
            // told of by the model's self-test.
            const auto code = error.code();
            if (code == ErrorCode::unsupported || code == ErrorCode::usage || code == ErrorCode::not_found) return;
            checks_.push_back({.backend = std::string(to_string(backend)),
                               .result = CheckResult::bad,
                               .against = {},
                               .problem = error.what(),
                               .advice = error.hint().empty() ? advice_for(backend) : error.hint()});
        }
    }

    void compare(BackendCheck& check, Backend backend, const OpenModel& open) {
        const auto features = open.encoder->encode(tiles_, kSelfTestTiles);
        if (rounds(backend)) {
            if (features_.empty()) return;
            check.against = "features of " + features_of_;
            check.difference = relative_difference(features, features_);
            check.tolerance = rounding_tolerance(model_, backend);
        } else {
            const auto scores = self_test_of(model_, open.scorer->score(features, kSelfTestTiles));
            if (reference_) {
                check.against = reference_of_;
                check.difference = largest_difference(*reference_, scores);
                check.tolerance = reference_->tolerance;
            }
            const bool right = !reference_ || check.difference <= check.tolerance;
            if (right && features_.empty()) {
                features_ = features;
                features_of_ = check.backend;
            }
            if (!reference_) {
                reference_ = scores;
                reference_of_ = "scores of " + check.backend;
                return;
            }
        }
        const bool good = check.difference <= check.tolerance;  // not so of NaN
        check.result = good ? CheckResult::good : CheckResult::bad;
        if (good) return;
        check.problem = too_far(check.difference, check.tolerance, check.against);
        check.advice = advice_for(backend);
    }

    const ModelDirectory& model_;
    std::vector<std::uint8_t> tiles_;
    std::optional<SelfTestConfig> reference_;
    std::string reference_of_ = "stored scores", features_of_;
    std::vector<float> features_;  ///< of floats that are right
    std::vector<BackendCheck> checks_;
};

[[noreturn]] void fail(const ModelDirectory& model, Backend backend, const std::string& what) {
    throw Error(ErrorCode::bad_model, model.path.string(),
                "the backend " + std::string(to_string(backend)) +
                    " computes other scores on this machine than it should: on a drawn tile, what comes out " + what,
                advice_for(backend) + " `slidetype doctor` tries all backends.");
}

}  // namespace

std::vector<BackendCheck> check_backends(const ModelDirectory& model, bool stored) {
    return BackendChecks(model, stored).run();
}

void require_right_backend(const ModelDirectory& model, Backend backend, const OpenModel& open) {
    const auto tile = [&] { return self_test_tiles(model.config.patch_size_px, 1); };
    if (rounds(backend)) {
        const auto drawn = tile();
        const auto floats = open_model(model).encoder->encode(drawn, 1);
        const double difference = relative_difference(open.encoder->encode(drawn, 1), floats);
        const double tolerance = rounding_tolerance(model, backend);
        if (difference <= tolerance) return;
        fail(model, backend, too_far(difference, tolerance, "features of floats"));
    }
    const auto* stored = stored_of(model);
    constexpr std::uintmax_t kLargestConfig = 1U << 20;
    if (stored == nullptr ||
        config_digest(read_file(model.path / "config.json", kLargestConfig)) != stored->config_sha256) {
        return;
    }
    const double difference = largest_difference(*stored, self_test_of(model, open.classify(tile(), 1)));
    if (difference <= stored->tolerance) return;
    fail(model, backend, too_far(difference, stored->tolerance, "stored scores"));
}

double measured_rounding(const ModelDirectory& model, std::span<const std::uint8_t> tiles, std::size_t count) {
    const auto floats = open_model(model, Backend::onednn), integers = open_model(model, Backend::onednn_int8);
    const auto apart = [&](std::span<const std::uint8_t> some, std::size_t many) {
        return relative_difference(integers.encoder->encode(some, many), floats.encoder->encode(some, many));
    };
    if (const double own = apart(tiles, count); !(own <= kRoundingTolerance)) {
        throw Error(
            ErrorCode::bad_model, model.path.string(),
            "cannot be computed with 8-bit integers here: on the tiles from which their steps were chosen, what "
            "comes out " +
                too_far(own, kRoundingTolerance, "features of floats"),
            "Use floats (`--backend onednn`). `slidetype doctor` tells whether oneDNN computes rightly here.");
    }
    // The first tile alone is what a run tries.
    const auto drawn = self_test_tiles(model.config.patch_size_px);
    const auto first = std::span(drawn).first(drawn.size() / kSelfTestTiles);
    return std::max(apart(drawn, kSelfTestTiles), apart(first, 1));
}

SelfTestConfig self_test_of(const ModelDirectory& model, const TileScores& scores) {
    SelfTestConfig test;
    test.drawing = kSelfTestDrawing;
    test.tolerance = kScoreTolerance;
    const auto classes = model.config.class_names.size(), count = scores.probabilities.size() / classes;
    std::vector<float> second;
    second.reserve(count);
    for (std::size_t i = 0; i < count; ++i) second.push_back(scores.probabilities[i * classes + classes - 1]);
    test.scores = rounded(second);
    test.tumour = rounded(scores.tumour);
    test.strangeness = rounded(scores.strangeness);
    return test;
}

double largest_difference(const SelfTestConfig& stored, const SelfTestConfig& now) {
    return std::max({largest_difference(stored.scores, now.scores), largest_difference(stored.tumour, now.tumour),
                     largest_difference(stored.strangeness, now.strangeness)});
}

std::string config_digest(const std::string& text) {
    auto root = nlohmann::json::parse(text);
    root["slidetype"].erase("self_test");
    return sha256_hex(root.dump());
}

}  // namespace slidetype
