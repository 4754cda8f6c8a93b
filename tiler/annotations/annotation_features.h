#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tiler/annotations/object_kind.h"

namespace slidetype {

/// A feature of a GeoJSON document as it is read, members in the order of the file.
using FeatureJson = nlohmann::ordered_json;

/// The features of a GeoJSON text (see geojson_text()) in one flat list and one form, whichever program or version of
/// QuPath wrote it. Taken are a FeatureCollection, a Feature, a geometry, arrays of these, and objects within objects
/// (QuPath's `childObjects`), which follow those that held them. Of each feature afterwards
/// - `type` is "Feature"; `geometry` an object, or null where there is none or an empty one; `properties` an object;
/// - `id` is absent where it told no object from another (QuPath 0.2 wrote the kind there);
/// - `objectType` is one of to_string(ObjectKind), from `objectType`, `object_type` and `id`, "annotation" where none
/// of
///   them names a kind; where two contradict each other it is that which a program made;
/// - `classification` is {"name"[, "color"]} or absent: from a name, a list of names, an object, or a text that holds
///   one in JSON or Python; `colorRGB` becomes `color`;
/// - `measurements` is an object where it was a list of names and values; `isLocked` true where it was "true".
/// What is not understood stays as it is: other members, classifications of another form, geometries (which are not
/// looked at). Throws Error(corrupt) naming `source` for what is no JSON, nests deeper than 64, or is no GeoJSON;
/// Error(cancelled) soon after `stop_requested` says so.
std::vector<FeatureJson> annotation_features(std::string_view text, const std::string& source,
                                             const std::function<bool()>& stop_requested = {});

/// What the features of the list are. These take no other features.
ObjectKind kind_of(const FeatureJson& feature);
/// Empty where the class is none or not understood.
std::string class_of(const FeatureJson& feature);
/// The name of the object itself; empty for none.
std::string name_of(const FeatureJson& feature);
bool is_locked(const FeatureJson& feature);

/// Whether slidetype made it and nobody claimed it. Its ids are UUIDs of version 5, which no viewer draws; tiles have
/// measurements of ours beside it. An annotation is claimed when it is unlocked; it is also ours by its lock and
/// measurements alone, since ids may be replaced, and by its lock and id alone, since QuPath can leave measurements
/// out. (So a UUID that is made up for an object of a person must not be of version 5.)
bool is_own(const FeatureJson& feature);

}  // namespace slidetype
