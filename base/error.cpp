#include "base/error.h"

#include <utility>

namespace slidetype {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::usage:
            return "usage";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::io:
            return "io";
        case ErrorCode::unsupported:
            return "unsupported";
        case ErrorCode::corrupt:
            return "corrupt";
        case ErrorCode::no_spacing:
            return "no_spacing";
        case ErrorCode::bad_spacing:
            return "bad_spacing";
        case ErrorCode::too_coarse:
            return "too_coarse";
        case ErrorCode::bad_model:
            return "bad_model";
        case ErrorCode::bad_data:
            return "bad_data";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::memory:
            return "memory";
        case ErrorCode::internal:
            return "internal";
    }
    return "internal";
}

Error::Error(ErrorCode code, std::string subject, std::string cause, std::string hint)
    : std::runtime_error(subject.empty() ? cause : subject + ": " + cause),
      code_(code),
      subject_(std::move(subject)),
      cause_(std::move(cause)),
      hint_(std::move(hint)) {}

}  // namespace slidetype
