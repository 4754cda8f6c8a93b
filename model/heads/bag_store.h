#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "model/bags/bag.h"

namespace slidetype {

/// The bags of a cohort, read when they are asked for. What fits `memory_bytes` is kept, so that a small cohort is read
/// once, and a large one does not fill the memory. Thread-safe.
class BagStore {
  public:
    using Reader = std::function<Bag(const std::filesystem::path&)>;

    /// `reader` is read_bag() but in tests; it must be thread-safe.
    BagStore(std::vector<std::filesystem::path> files, std::uint64_t memory_bytes, Reader reader);

    std::size_t size() const { return files_.size(); }
    const std::filesystem::path& file(std::size_t bag) const { return files_.at(bag); }

    /// Throws what the reader throws.
    std::shared_ptr<const Bag> get(std::size_t bag);

    /// A store of some of the bags, in this order, that has those already which this one keeps.
    std::shared_ptr<BagStore> of_these(std::span<const std::size_t> bags);

  private:
    std::vector<std::filesystem::path> files_;
    std::uint64_t memory_bytes_;
    Reader reader_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<const Bag>> kept_;
    std::uint64_t kept_bytes_ = 0;
};

}  // namespace slidetype
