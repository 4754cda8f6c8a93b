#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/half.h"
#include "base/random.h"
#include "model/bags/bag.h"
#include "model/heads/bag_store.h"
#include "model/heads/head_training.h"

namespace slidetype {

/// Bags in which some tiles tell the class and most are the same in both: number 0 is 1 (LUSC) or -1 (LUAD) in
/// `telling` of the tiles, all others are chance.
inline Bag made_bag(int label, std::size_t tiles, std::size_t telling, std::size_t dimension, std::uint64_t seed) {
    Random random(seed);
    Bag bag;
    bag.tiles = tiles;
    bag.dimension = dimension;
    for (std::size_t tile = 0; tile < tiles; ++tile) {
        for (std::size_t i = 0; i < dimension; ++i) {
            double value = random.normal();
            if (tile < telling && i == 0) value = (label == 1 ? 4 : -4) + 0.5 * random.normal();
            if (i == 1) value = tile < telling ? 3 : 0;
            bag.features.push_back(to_half(static_cast<float>(value)));
        }
        bag.places.push_back({static_cast<double>(tile), 0});
    }
    return bag;
}

struct MadeCohort {
    std::vector<Bag> bags;
    std::vector<TeachingBag> teaching;

    BagStore store(std::uint64_t memory_bytes = 1U << 30) const {
        std::vector<std::filesystem::path> files;
        for (std::size_t i = 0; i < bags.size(); ++i) files.emplace_back(std::to_string(i));
        return {files, memory_bytes,
                [this](const std::filesystem::path& file) { return bags[std::stoul(file.string())]; }};
    }
};

inline MadeCohort made_cohort(std::size_t slides, int folds, std::size_t dimension = 6, std::size_t tiles = 40) {
    MadeCohort cohort;
    for (std::size_t i = 0; i < slides; ++i) {
        const int label = i % 2 == 0 ? 0 : 1;
        cohort.bags.push_back(made_bag(label, tiles + i % 5, tiles / 5, dimension, i + 1));
        cohort.teaching.push_back({i, label, i, static_cast<int>((i / 2) % static_cast<std::size_t>(folds))});
    }
    return cohort;
}

}  // namespace slidetype
