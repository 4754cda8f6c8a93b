#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/feature_files/pickle_reader.h"
#include "model/zip/zip_archive.h"

namespace slidetype {

/// A table of numbers as torch.save() wrote it: where its rows lie, in an archive's member of raw numbers.
struct SavedTensor {
    enum class Element { half, single, twice, brain, int16, int32, int64 };

    std::string key;  ///< names the member
    Element element = Element::single;
    std::size_t element_bytes = 4;
    std::uint64_t stored = 0;  ///< numbers in the member
    std::uint64_t offset = 0;  ///< of the first number
    std::uint64_t step = 0;    ///< from one row to the next, in numbers; at least `width`
    std::size_t rows = 0, width = 0;
};

/// What a saved file holds for us.
struct SavedBag {
    SavedTensor features;
    std::optional<SavedTensor> places;
};

/// A tensor, or a dict that has one as `features` or `feats`, and perhaps `coords`. Tensors must have two axes, or a
/// first one of length 1 before them, and rows that lie one after another. Throws Error(bad_data).
SavedBag find_saved_bag(const Pickle& pickle, const std::string& source);

/// Reads the rows of a tensor, some megabytes at a time: `take` gets the number of the first and width × element_bytes
/// bytes for each. Throws the archive's error where the member does not hold what the tensor says.
void read_saved_rows(const ZipArchive& archive, const std::string& member, const SavedTensor& tensor,
                     const std::function<void(std::size_t first, std::span<const std::byte> rows)>& take);

}  // namespace slidetype
