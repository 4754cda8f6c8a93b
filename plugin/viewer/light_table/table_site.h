#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "plugin/viewer/assets.h"
#include "plugin/viewer/http_message.h"
#include "plugin/viewer/light_table/label_file.h"
#include "plugin/viewer/light_table/picture_files.h"
#include "plugin/viewer/light_table/viewed_pictures.h"

namespace slidetype::viewer {

/// Answers what Access has let pass, where `view` shows pictures and not slides. The paths are listed in
/// docs/viewer.md; pictures are asked for by ids of the list, never by names. Thread-safe.
class TableSite {
  public:
    /// Keeps a reference to `pictures`. `labels`: the folder of labels.csv; empty: that of the pictures or scores.
    TableSite(const ViewedPictures& pictures, const std::filesystem::path& labels, std::map<std::string, Asset> assets);

    /// Never throws for what a request holds: errors are answers too.
    HttpResponse answer(const HttpRequest& request);

  private:
    HttpResponse route(const HttpRequest& request);
    HttpResponse picture(const std::string& id, const std::string& what, const HttpRequest& request);
    HttpResponse table() const;
    HttpResponse read_labels(const HttpRequest& request) const;
    HttpResponse change_labels(const HttpRequest& request) const;

    const ViewedPictures& pictures_;
    LabelFile labels_;
    std::map<std::string, Asset> assets_;
    PictureFiles files_;
};

}  // namespace slidetype::viewer
