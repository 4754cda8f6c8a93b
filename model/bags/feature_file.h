#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/bags/bag.h"

namespace slidetype {

/// The layouts in which features are written; docs/feature-files.md has each in full.
enum class FeatureLayout { slidetype, clam, trident, stamp };
std::string_view to_string(FeatureLayout layout);
/// Throws Error(usage) for another name.
FeatureLayout find_feature_layout(std::string_view name);
std::vector<std::string> feature_layout_names();

/// How numbers are stored: halves are what encoders give anyway, since they compute in half precision on GPUs.
enum class FeatureNumbers { half, single };

/// Writes the features of one slide to an HDF5 file while they are computed: memory does not grow with the slide. The
/// file has its name once finish() has returned, and not before; an unfinished one is removed. One object belongs to
/// one thread.
class FeatureWriter {
  public:
    virtual ~FeatureWriter() = default;
    /// Appends tiles: places.size() × dimension floats, row-major, and the places of the tiles in level-0 pixels.
    /// Throws Error(io) where it cannot be written (a full disk), Error(bad_model) naming the tile for what is not
    /// finite or larger than a half can hold (65 504) where halves are written.
    virtual void append(std::span<const float> features, std::span<const TilePlace> places) = 0;
    /// Completes the file. A slide of no tiles gives a file of no rows. Throws Error(io).
    virtual void finish() = 0;
};

/// Begins a file. `origin` is written as far as the layout has a place for it; its `unit` does not matter, since places
/// are appended in level-0 pixels (STAMP's micrometres are made of `level0_spacing_um_px`, without which that layout
/// throws Error(usage)). Layouts may hold other numbers than were asked for: CLAM's and TRIDENT's are always floats, of
/// halves if these were asked for, and STAMP's halves.
/// Throws Error(io), Error(unsupported) where this build has no HDF5.
std::unique_ptr<FeatureWriter> open_feature_writer(const std::filesystem::path& file, FeatureLayout layout,
                                                   FeatureNumbers numbers, std::size_t dimension,
                                                   const BagOrigin& origin);

/// Whether a file is named like one with features: .h5, .hdf5, .pt, in any case.
bool is_named_like_features(const std::filesystem::path& file);

/// Reads a feature file of any of the layouts, or with `tile_embeds` (Prov-GigaPath, TRUECAM), or a saved tensor (.pt:
/// CLAM's pt_files, slideflow's bags; nothing in it is executed). Which it is, is told by its content. Bytes are not
/// trusted: shapes, types and sizes are checked before memory is taken.
/// Throws Error(not_found | io | memory), Error(bad_data) naming the file and what is wrong: damage, no features,
/// numbers that are not finite (naming the first row), no tiles (the message says that the bag is empty),
/// Error(unsupported) where this build has no HDF5. Thread-safe; files are read one at a time, since HDF5 is not.
Bag read_bag(const std::filesystem::path& file);

/// The same without features and places: how many tiles and numbers, and what the file says of them. Quick. That there
/// are no tiles is no error here.
Bag read_bag_head(const std::filesystem::path& file);

}  // namespace slidetype
