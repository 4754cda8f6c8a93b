#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/bags/bag.h"
#include "model/bags/feature_file.h"
#include "model/hdf5/hdf5_file.h"
#include "model/hdf5/hdf5_number.h"
#include "model/hdf5/hdf5_writer.h"

namespace slidetype {

/// What a file of a layout is made of.
struct FeaturePlan {
    struct Attribute {
        std::string object;  ///< a dataset, or the root ("")
        std::string name;
        Hdf5Writer::Value value;
    };
    Hdf5Number features, places;
    std::size_t chunk_rows = 1;  ///< of features
    double place_scale = 1;      ///< what a level-0 pixel is in the layout's unit
    std::vector<Attribute> attributes;
};

/// How a program lays out the features of a slide in HDF5: one small file each, and a line in the table of
/// feature_layouts().
struct HeldLayout {
    std::optional<FeatureLayout> written;  ///< nothing: it is read only
    const char* features;                  ///< name of the dataset; that of places is "coords" in all of them

    /// Whether a file that has the dataset of features is of this layout.
    bool (*is)(const Hdf5File& file);
    /// What the file says of its features.
    BagOrigin (*origin)(const Hdf5File& file);
    /// Null for layouts that are read only. Throws Error(usage) where the layout needs what `origin` lacks.
    FeaturePlan (*plan)(FeatureNumbers numbers, std::size_t dimension, const BagOrigin& origin);
};

inline constexpr const char* kPlacesDataset = "coords";

extern const HeldLayout kSlidetypeLayout, kClamLayout, kTridentLayout, kStampLayout, kTileEmbedsLayout;

/// All of them, in the order in which a file is held against them.
std::span<const HeldLayout* const> feature_layouts();

/// The layout of a file. Throws Error(bad_data) where it is of none.
const HeldLayout& layout_of(const Hdf5File& file);

// Attributes of strangers: what is missing, of another kind, beyond all reason or said to be None is not said.
std::string said_text(const Hdf5File& file, const std::string& object, const std::string& name);
std::optional<double> said_length(const Hdf5File& file, const std::string& object, const std::string& name);
std::optional<int> said_pixels(const Hdf5File& file, const std::string& object, const std::string& name);

/// A whole number as such, as other programs read it; what is not whole stays as it is.
Hdf5Writer::Value whole_if_it_is(double number);

}  // namespace slidetype
