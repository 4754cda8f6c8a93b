#include "plugin/batch/patient_caller.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "base/words.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/records/fingerprint.h"
#include "plugin/results/stored_result.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using State = SlideRecord::State;

/// What the line of a patient is made from: equal text, equal line.
std::string key_of(const std::string& patient, std::span<const SlideRecord* const> slides) {
    std::string key = patient;
    for (const auto* slide : slides) {
        key += fmt::format("\n{} {} {} {}", slide->name, to_string(slide->state), slide->label, slide->error_code);
        if (const auto& print = slide->fingerprint) {
            key += fmt::format(" {} {} {} {}", print->format, print->model, print->parameters, print->slide);
        }
    }
    return key;
}

/// Why a slide without a result takes no part, to stand behind its name.
std::string state_words(const SlideRecord& slide) {
    switch (slide.state) {
        case State::failed:
            return slide.error_code.empty() ? "failed" : "failed (" + slide.error_code + ")";
        case State::running:
        case State::locked:
            return "is being worked on";
        default:
            return "is not done yet";
    }
}

/// As a field of patients.csv: what each slide was called, or what became of it.
std::string slide_calls(std::span<const SlideRecord* const> slides) {
    std::string text;
    for (const auto* slide : slides) {
        text += (text.empty() ? "" : "; ") + slide->name + ": ";
        text += slide->state == State::done ? call_words(slide->call, slide->prob_lusc)
                                            : std::string(to_string(slide->state));
    }
    return text;
}

std::string common_label(std::span<const SlideRecord* const> slides) {
    const auto& first = slides.front()->label;
    const bool one = std::ranges::all_of(slides, [&](const auto* slide) { return slide->label == first; });
    return one ? first : std::string();
}

/// Its call says so, and nothing else of it counts.
bool is_unlike(const SlideRecord& slide) {
    return slide.state == State::done && slide.known == false && slide.supported &&
           slide.call != to_string(CallLabel::none);
}

void fill_in(PatientLine& line, const SlideCall& call) {
    line.call = std::string(to_string(call.label));
    line.reason = call.reason;
    line.supported = call.supported;
    line.prob_lusc = call.prob_lusc;
    line.ci95 = call.ci95;
    if (call.heads) line.heads = {call.heads->count, call.heads->agreeing};
    line.scored_mm2 = call.scored_area_mm2, line.voting_mm2 = call.voting_area_mm2;
}

/// The slides of one patient on their way to a call.
class PatientSlides {
  public:
    PatientSlides(const Engine& engine, const fs::path& output, const AnalyseOptions& options,
                  const std::string& model_digest)
        : engine_(engine), output_(output), options_(options), model_digest_(model_digest) {}

    /// Says which take part, and why others do not.
    void sort_out(std::span<const SlideRecord* const> slides) {
        const bool any_known = std::ranges::any_of(
            slides, [](const auto* slide) { return slide->state == State::done && !is_unlike(*slide); });
        for (const auto* slide : slides) {
            if (slide->state != State::done) {
                left_out_.push_back(slide->name + " " + state_words(*slide));
            } else if (any_known && is_unlike(*slide)) {
                left_out_.push_back(slide->name + " does not look like the pictures that the model was made from");
            } else {
                taken_.push_back(slide);
            }
        }
    }

    /// Reads what the call is made of; says why there can be no call, or nothing.
    std::string read() {
        const auto settings = shared_settings(engine_.parameters(options_));
        for (const auto* slide : taken_) {
            const auto& print = slide->fingerprint;
            if (!print || print->model != model_digest_) return slide->name + " was scored by another model";
            SlideResult result;
            try {
                const auto folder = slide->folder.empty() ? output_ / slide->name : slide->folder;
                const bool needs_tiles = !engine_.calls_bags() && taken_.size() > 1;
                result = needs_tiles ? read_stored_result(folder) : read_stored_summary(folder);
            } catch (const Error& error) {
                return fmt::format("the result of {} cannot be read: {}", slide->name, error.what());
            }
            if (shared_settings(result.parameters) != settings) return slide->name + " was scored with other settings";
            if (result.call.heads && result.call.heads->parts.size() != result.call.heads->count) {
                return slide->name + " was scored by an earlier version, which did not keep what this takes";
            }
            min_area_mm2_ = result.thresholds.min_area_mm2;
            evidence_.push_back(evidence_of(result, options_.gate));
        }
        return {};
    }

    void call(PatientLine& line, PatientCall how) const {
        line.called = taken_.size();
        fill_in(line, call_of(how));
        if (left_out_.empty()) return;
        line.reason += fmt::format(" Made of {} of {}: {}.", taken_.size(), counted(line.slides, "slide"), others());
    }

    bool empty() const { return taken_.empty(); }

    /// "c failed (corrupt), d is not done yet"
    std::string others() const {
        std::string text;
        for (const auto& each : left_out_) text += (text.empty() ? "" : ", ") + each;
        return text;
    }

  private:
    /// As heed_domain() does with a slide.
    void heed_unlike(SlideCall& call) const {
        const auto unlike = unlike_count_text(taken_.size(), taken_.size(), "slide");
        const bool little = call.scored_area_mm2 < min_area_mm2_;
        call.label = little ? CallLabel::insufficient : CallLabel::indeterminate;
        call.reason = little ? call.reason + " " + unlike + "." : unlike + ", so no subtype call is made.";
    }

    SlideCall call_of(PatientCall how) const {
        auto call = engine_.call_patient(evidence_, how, options_);
        if (taken_.size() > 1 && std::ranges::all_of(taken_, [](const auto* slide) { return is_unlike(*slide); })) {
            heed_unlike(call);
            return call;
        }
        const auto unlike = static_cast<std::size_t>(
            std::ranges::count_if(evidence_, [](const auto& slide) { return !slide.call.supported; }));
        if (unlike > 0 && taken_.size() > 1) {
            call.supported = false;
            call.reason = fmt::format("Unsupported: {}. What would have been said: {}",
                                      unlike_count_text(unlike, taken_.size(), "slide"), call.reason);
        }
        return call;
    }

    const Engine& engine_;
    const fs::path& output_;
    const AnalyseOptions& options_;
    const std::string& model_digest_;
    std::vector<const SlideRecord*> taken_;
    std::vector<SlideEvidence> evidence_;
    std::vector<std::string> left_out_;
    double min_area_mm2_ = 0;  ///< which all slides have in common
};

}  // namespace

PatientCaller::PatientCaller(const Engine& engine, fs::path output, AnalyseOptions options, PatientCall how)
    : engine_(engine),
      output_(std::move(output)),
      options_(std::move(options)),
      how_(how),
      model_digest_(model_digest(engine.model())) {}

PatientLine PatientCaller::call_patient(const std::string& patient, const Slides& slides) const {
    PatientLine line;
    line.name = patient;
    line.label = common_label(slides);
    line.slides = slides.size();
    line.slide_calls = slide_calls(slides);
    PatientSlides some(engine_, output_, options_, model_digest_);
    some.sort_out(slides);
    if (some.empty()) {
        line.reason = fmt::format("No slide has a result: {}.", some.others());
        return line;
    }
    if (const auto why = some.read(); !why.empty()) {
        line.reason = fmt::format("No call, since {}. Run that slide again, if need be with --force.", why);
        return line;
    }
    try {
        some.call(line, how_);
    } catch (const Error& error) {
        line.reason = error.code() == ErrorCode::unsupported
                          ? fmt::format("No call: the model {}. {}", error.cause(), error.hint())
                          : fmt::format("No call: {}. Run the slides again with --force.", error.what());
    }
    return line;
}

std::vector<PatientLine> PatientCaller::call(std::span<const SlideRecord> records) {
    std::map<std::string, Slides> by_patient;
    for (const auto& record : records) {
        if (!record.patient.empty()) by_patient[record.patient].push_back(&record);
    }
    struct Work {
        const std::string* patient;
        const Slides* slides;
        std::string key;
    };
    std::vector<Work> work;
    std::vector<PatientLine> lines;
    for (const auto& [patient, slides] : by_patient) {
        work.push_back({&patient, &slides, key_of(patient, slides)});
        const auto known = known_.find(work.back().key);
        lines.push_back(known == known_.end() ? PatientLine{} : known->second);
    }
    parallel_for(options_.threads > 0 ? options_.threads : default_threads(), work.size(), [&](std::size_t i) {
        if (lines[i].name.empty()) lines[i] = call_patient(*work[i].patient, *work[i].slides);
    });
    known_.clear();
    for (std::size_t i = 0; i < work.size(); ++i) known_.emplace(std::move(work[i].key), lines[i]);
    return lines;
}

}  // namespace slidetype
