#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "plugin/analysis/slide_result.h"
#include "plugin/viewer/light_table/label_file.h"
#include "plugin/viewer/light_table/viewed_pictures.h"

/// What the page gets to know of a light table, as JSON text.
namespace slidetype::viewer {

/// What a person may say of a picture: the classes that `train` and `evaluate` know, and that it is for neither.
struct OwnClass {
    std::string name;
    Color color;
};
const std::vector<OwnClass>& own_classes();

/// What is known beside the pictures.
struct TableFacts {
    std::string label_file;     ///< where labels are saved
    std::string obstacle;       ///< why they cannot be; empty: nothing is known to be in the way
    std::string score_command;  ///< what would score the pictures and show them; empty where they are scored
};

/// As the body of an answer; bytes that are no UTF-8 are replaced.
std::string answer_text(const nlohmann::ordered_json& json);

/// One array per column, for there may be many pictures.
std::string table_json(const PictureTable& table, const TableFacts& facts);

/// {"labels": {id: class}}, of pictures of the table alone; "others" is how many labels the file has beside them.
std::string labels_json(const PictureTable& table, const LabelFile::Labels& labels);

}  // namespace slidetype::viewer
