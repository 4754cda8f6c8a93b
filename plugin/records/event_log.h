#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace slidetype {

/// What happens, for machines: one JSON object per line with time, event and process, appended to a file as it happens.
/// Each line is written in one go, so processes may share the file. Once it cannot be written any more nothing more is.
/// Not thread-safe; callers serialise.
class EventLog {
  public:
    /// Throws Error(io) where the file cannot be opened.
    explicit EventLog(const std::filesystem::path& file);
    ~EventLog();
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    /// `members`: an object with what else the line holds.
    void write(const char* event, const nlohmann::ordered_json& members);

  private:
    int descriptor_;
};

}  // namespace slidetype
