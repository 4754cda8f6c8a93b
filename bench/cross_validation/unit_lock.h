#pragma once

#include <filesystem>

namespace slidetype::bench {

/// Held while a unit is worked on, so that several processes share the work. The system lets go of it when its process
/// ends, however that ends.
class UnitLock {
  public:
    /// Tries once. Throws Error(io) where `file` cannot be created.
    explicit UnitLock(const std::filesystem::path& file);
    ~UnitLock();
    UnitLock(const UnitLock&) = delete;
    UnitLock& operator=(const UnitLock&) = delete;
    /// False where another process, or another object of this one, holds it.
    bool held() const { return held_; }

  private:
    int descriptor_;
    bool held_ = false;
};

}  // namespace slidetype::bench
