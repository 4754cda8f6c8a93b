// In config.json, below "slidetype":
//   "self_test": {"drawing": 1, "tolerance": 1e-4, "scores": [P(second class), one per tile], "tumour": [..],
//                 "strangeness": [..], "config_sha256": "…", "sha256": "…"}
// config_sha256 is that of config.json without "self_test", sha256 that of "self_test" without itself, both as compact
// JSON with sorted keys: so a changed configuration and changed scores are told apart, whatever the indentation.
#include "model/backends/self_test.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/backends/backend.h"
#include "model/backends/self_test_tiles.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uintmax_t kMaxConfig = 1U << 20;
std::string scores_digest(json self_test) {
    self_test.erase("sha256");
    return sha256_hex(self_test.dump());
}

SelfTestConfig score(const ModelDirectory& model) {
    const auto tiles = self_test_tiles(model.config.patch_size_px);
    return self_test_of(model, open_classifier(model)->classify(tiles, kSelfTestTiles));
}

void require_own(const ModelDirectory& model) {
    if (model.is_torchscript()) require_network(model, "stays as it is");
}

class Verification {
  public:
    explicit Verification(const fs::path& directory) : directory_(directory) {}

    ModelCheck run() {
        attempt(check_.config, [this] { read_config(); });
        if (check_.config != CheckResult::bad) check_.config = compare_config();
        if (!readable_) return check_;
        if (config_.slidetype) attempt(check_.weights, [this] { compare_weights(); });
        if (check_.weights == CheckResult::bad) return check_;
        attempt(check_.shapes, [this] { model_ = read_model_directory(directory_); });
        if (!config_.slidetype && check_.shapes == CheckResult::good) {
            check_.weights = check_.shapes = CheckResult::absent;
        }
        if (check_.problems.empty() || check_.shapes == CheckResult::good) {
            attempt(check_.scores, [this] { compare_scores(); });
            if (check_.scores != CheckResult::cannot_run) check_.backends = check_backends(model_, scores_belong_);
        }
        return check_;
    }

  private:
    template <class Work>
    void attempt(CheckResult& result, Work work) {
        const auto before = check_.problems.size();
        try {
            result = CheckResult::good;
            work();
        } catch (const Error& error) {
            check_.problems.emplace_back(error.what());
        }
        if (check_.problems.size() > before && result != CheckResult::cannot_run) result = CheckResult::bad;
    }

    const SelfTestConfig* stored() const {
        return config_.slidetype && config_.slidetype->self_test ? &*config_.slidetype->self_test : nullptr;
    }

    void read_config() {
        const auto file = directory_ / "config.json";
        const auto text = read_file(file, kMaxConfig);
        config_ = parse_config(text, file.string());
        json_ = json::parse(text);
        readable_ = true;
    }

    CheckResult compare_config() {
        if (stored() == nullptr) return CheckResult::absent;
        if (config_digest(json_.dump()) == stored()->config_sha256) return CheckResult::good;
        check_.problems.emplace_back("config.json was changed after its self-test was stored");
        return CheckResult::bad;
    }

    void compare_weights() {
        const auto& ours = *config_.slidetype;
        compare_file(ours.weights_file, ours.weights_sha256);
        if (ours.familiarity) compare_file(ours.familiarity->file, ours.familiarity->sha256);
        if (ours.domain) compare_file(ours.domain->file, ours.domain->sha256);
    }

    void compare_file(const std::string& name, const std::string& sha256) {
        if (sha256_hex(read_file(directory_ / name)) != sha256) {
            check_.problems.push_back(name +
                                      " does not have the SHA-256 that config.json names: it was changed or "
                                      "belongs to another model");
        }
    }

    void compare_scores() {
        if (config_.slidetype && stored() == nullptr) {
            check_.scores = CheckResult::absent;
            return;
        }
        if (stored() != nullptr && scores_digest(json_["slidetype"]["self_test"]) != stored()->sha256) {
            check_.problems.emplace_back("the stored scores of the self-test were changed");
            return;
        }
        if (stored() != nullptr && stored()->drawing != kSelfTestDrawing) {
            check_.scores = CheckResult::absent;  // of tiles that this version no longer draws
            return;
        }
        SelfTestConfig now;
        try {
            now = score(model_);
        } catch (const Error& error) {
            check_.problems.emplace_back(error.hint().empty() ? error.what() : error.what() + (". " + error.hint()));
            check_.scores = CheckResult::cannot_run;
            return;
        }
        if (stored() == nullptr) {  // a model of others: it runs and gives probabilities, which is all that can be said
            check_.scores = CheckResult::absent;
            return;
        }
        check_.largest_difference = largest_difference(*stored(), now);
        scores_belong_ = check_.config == CheckResult::good && check_.weights == CheckResult::good;
        if (check_.largest_difference > stored()->tolerance) {
            check_.problems.emplace_back(
                check_.config == CheckResult::bad || check_.weights == CheckResult::bad
                    ? "with that change, the tiles of the self-test get other scores"
                    : "no file was changed, yet the tiles of the self-test get other scores on this machine");
        }
    }

    const fs::path& directory_;
    ModelCheck check_;
    ModelConfig config_;
    json json_;
    ModelDirectory model_;
    bool readable_ = false;
    bool scores_belong_ = false;  ///< what is stored belongs to the files as they are
};

}  // namespace

void attach_self_test(const fs::path& model_directory) {
    const auto model = read_model_directory(model_directory);
    require_own(model);
    const auto file = model_directory / "config.json";
    const auto text = read_file(file, kMaxConfig);
    auto config = model.config;
    auto& test = config.slidetype->self_test.emplace(score(model));
    test.config_sha256 = config_digest(text);
    // Into the text as it is, so that what we do not know of stays in it.
    auto root = ordered_json::parse(text);
    auto& stored = root["slidetype"]["self_test"];
    stored = ordered_json::parse(format_config(config))["slidetype"]["self_test"];
    stored["sha256"] = scores_digest(json::parse(stored.dump()));
    write_file(file, root.dump(2) + "\n");
}

void store_int8(const fs::path& model_directory, const Int8Config& int8) {
    auto model = read_model_directory(model_directory);
    require_own(model);
    model.config.slidetype->int8 = int8;
    const auto file = model_directory / "config.json";
    auto root = ordered_json::parse(read_file(file, kMaxConfig));
    root["slidetype"]["int8"] = ordered_json::parse(format_config(model.config))["slidetype"]["int8"];
    write_file(file, root.dump(2) + "\n");
    attach_self_test(model_directory);
}

void store_domain(const fs::path& model_directory, const DomainConfig& config, const KnownDomain& domain) {
    auto model = read_model_directory(model_directory);
    require_own(model);
    const auto file = model_directory / "config.json";
    auto root = ordered_json::parse(read_file(file, kMaxConfig));
    const auto bytes = format_safetensors(to_tensors(domain), StorageType::f32);
    // Left without it in between, so that whenever this ends no file is there that config.json names otherwise.
    if (root["slidetype"].erase("domain") > 0) write_file(file, root.dump(2) + "\n");
    model.config.slidetype->domain.emplace(config).sha256 = sha256_hex(bytes);
    write_file(model_directory / config.file, bytes);
    root["slidetype"]["domain"] = ordered_json::parse(format_config(model.config))["slidetype"]["domain"];
    write_file(file, root.dump(2) + "\n");
    attach_self_test(model_directory);
}

void store_good_for(const fs::path& model_directory, const std::string& text) {
    require_good_for(text);
    require_own(read_model_directory(model_directory));
    const auto file = model_directory / "config.json";
    auto root = ordered_json::parse(read_file(file, kMaxConfig));
    if (text.empty()) {
        root["slidetype"].erase("good_for");
    } else {
        root["slidetype"]["good_for"] = text;
    }
    write_file(file, root.dump(2) + "\n");
    attach_self_test(model_directory);
}

bool ModelCheck::good() const {
    return problems.empty() && std::ranges::find(backends, CheckResult::bad, &BackendCheck::result) == backends.end();
}

ModelCheck verify_model(const fs::path& model_directory) {
    return Verification(model_directory).run();
}

}  // namespace slidetype
