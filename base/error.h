#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace slidetype {

/// Why something could not be done. The name (see `to_string`) goes into run.json, so scripts may rely on it.
enum class ErrorCode {
    usage,        ///< the request makes no sense: unknown option value, contradictory parameters
    not_found,    ///< a file or folder does not exist
    io,           ///< the operating system refused: permissions, disk full, vanished folder
    unsupported,  ///< a file of a format that we cannot read
    corrupt,      ///< a file that claims a format but breaks its rules
    no_spacing,   ///< the slide does not say how many µm a pixel spans
    bad_spacing,  ///< a spacing outside the plausible window
    too_coarse,   ///< the slide has fewer pixels per µm than the model needs
    bad_model,    ///< a model directory that is incomplete, damaged or contradictory
    bad_data,     ///< training or evaluation data that cannot be used
    cancelled,    ///< the caller asked to stop
    internal,     ///< a bug of ours
    memory,       ///< more memory is needed than there is, or than may be used
};

/// The stable lower-case name of a code, such as "no_spacing".
std::string_view to_string(ErrorCode code);

/// The one exception type of slidetype. `what()` reads "SUBJECT: cause"; the hint says what the user can do.
/// Immutable once it is thrown, so it may be read from any thread.
class Error : public std::runtime_error {
  public:
    /// `subject` is the file (or option) it is about, `cause` what is wrong, `hint` what to do about it (may be empty).
    Error(ErrorCode code, std::string subject, std::string cause, std::string hint = {});

    ErrorCode code() const { return code_; }
    const std::string& subject() const { return subject_; }
    const std::string& cause() const { return cause_; }
    const std::string& hint() const { return hint_; }

    /// Whether trying again later could help, all else unchanged: of `io` and `memory`, unless it was said to last.
    bool may_pass() const { return !lasts_ && (code_ == ErrorCode::io || code_ == ErrorCode::memory); }
    /// Says whether it lasts until somebody changes something: a permission, a bound that was given. Before it is
    /// thrown.
    Error& lasting(bool it_does = true) {
        lasts_ = it_does;
        return *this;
    }

  private:
    ErrorCode code_;
    bool lasts_ = false;
    std::string subject_, cause_, hint_;
};

}  // namespace slidetype
