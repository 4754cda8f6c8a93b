#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slidetype {

/// Where one frame lies on the slide, of a picture whose frames say so themselves.
struct DicomFramePlace {
    std::int64_t column = 0, row = 0;  ///< of its upper left pixel in the whole picture, from 0
    std::string optical_path;          ///< empty where it names none
    std::optional<double> z_um;
};

/// What a DICOM object says of itself, as far as it is read: nothing of the patient, of dates, people and places is.
/// Figures are as the file has them, so nothing of it is to be trusted.
struct DicomInstance {
    std::string sop_class, instance_uid, series_uid, frame_of_reference_uid, pyramid_uid;
    std::string kind;  ///< DICOM's name of the class, such as "CTImageStorage"; the UID where it has none
    std::string manufacturer, model;
    std::vector<std::string> image_type;
    bool shows_label = false;  ///< Specimen Label In Image
    std::int64_t instance_number = 0;

    std::string concatenation_uid;  ///< empty where the object is whole
    std::int64_t part = 0, parts = 0, first_frame = 0;

    std::int64_t columns = 0, rows = 0;              ///< pixels of a frame
    std::int64_t total_columns = 0, total_rows = 0;  ///< pixels of the picture; 0 where it does not say
    std::int64_t frames = 1, focal_planes = 1;
    std::int64_t samples = 0, bits_allocated = 0, bits_stored = 0, planar = 0;
    std::string photometric, organisation;

    std::optional<double> spacing_x_mm, spacing_y_mm;  ///< of a pixel; Pixel Spacing, whose first value is that of rows
    std::optional<double> volume_width_mm, volume_height_mm;
    std::optional<double> z_um;
    std::vector<std::string> optical_paths;  ///< their identifiers
    double objective_power = 0;              ///< 0 where it is not said
    std::uint32_t icc_bytes = 0;
    std::vector<DicomFramePlace> places;  ///< one for each frame; empty where they do not say
};

}  // namespace slidetype
