#include "model/heads/bag_store.h"

#include <utility>

namespace slidetype {
namespace {

std::uint64_t bytes_of(const Bag& bag) {
    return bag.features.size() * sizeof(bag.features.front()) + bag.places.size() * sizeof(TilePlace);
}

}  // namespace

BagStore::BagStore(std::vector<std::filesystem::path> files, std::uint64_t memory_bytes, Reader reader)
    : files_(std::move(files)), memory_bytes_(memory_bytes), reader_(std::move(reader)), kept_(files_.size()) {}

std::shared_ptr<const Bag> BagStore::get(std::size_t bag) {
    {
        const std::lock_guard lock(mutex_);
        if (kept_.at(bag)) return kept_[bag];
    }
    auto read = std::make_shared<const Bag>(reader_(files_[bag]));
    const std::lock_guard lock(mutex_);
    // The first that fit stay: turning them over would read all of them anew in every epoch.
    if (!kept_[bag] && kept_bytes_ + bytes_of(*read) <= memory_bytes_) {
        kept_[bag] = read;
        kept_bytes_ += bytes_of(*read);
    }
    return read;
}

std::shared_ptr<BagStore> BagStore::of_these(std::span<const std::size_t> bags) {
    const std::lock_guard lock(mutex_);
    std::vector<std::filesystem::path> files;
    for (const auto bag : bags) files.push_back(files_.at(bag));
    auto store = std::make_shared<BagStore>(std::move(files), memory_bytes_, reader_);
    for (std::size_t i = 0; i < bags.size(); ++i) {
        const auto& bag = kept_[bags[i]];
        if (!bag) continue;
        store->kept_[i] = bag;
        store->kept_bytes_ += bytes_of(*bag);
    }
    return store;
}

}  // namespace slidetype
