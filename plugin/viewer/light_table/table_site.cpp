#include "plugin/viewer/light_table/table_site.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/words.h"
#include "plugin/analysis/engine.h"
#include "plugin/viewer/answers.h"
#include "plugin/viewer/light_table/table_json.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// As a shell takes it for one word.
std::string shell_word(const std::string& text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-@%";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + '\'';
}

[[noreturn]] void refuse_labels(const std::string& cause) {
    throw Error(ErrorCode::bad_data, "labels", cause, "Reload the page; nothing was saved.");
}

/// What the page sent: {"labels": {id: class or null}}.
std::vector<LabelEdit> edits_in(const std::string& body, const ViewedPictures& pictures) {
    const auto json = Json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("labels") || !json["labels"].is_object()) {
        refuse_labels("are no list of pictures and classes");
    }
    std::vector<LabelEdit> edits;
    for (const auto& [id, name] : json["labels"].items()) {
        const auto picture = pictures.find(id);
        if (!picture) refuse_labels("are for a picture that is not in the list any more");
        LabelEdit edit;
        edit.file = picture->file;
        edit.place = picture->place.empty() ? picture->file : picture->place;
        edit.group = group_of_case(picture->case_name);
        if (name.is_string()) {
            edit.name = name.get<std::string>();
            if (std::ranges::count(own_classes(), *edit.name, &OwnClass::name) == 0) {
                refuse_labels("have a class that is none: " + *edit.name);
            }
        } else if (!name.is_null()) {
            refuse_labels("have a class that is no text");
        }
        edits.push_back(std::move(edit));
    }
    return edits;
}

}  // namespace

TableSite::TableSite(const ViewedPictures& pictures, const fs::path& labels, std::map<std::string, Asset> assets)
    : pictures_(pictures), labels_(labels.empty() ? pictures.folder() : labels), assets_(std::move(assets)) {}

HttpResponse TableSite::answer(const HttpRequest& request) {
    return answered([&] { return route(request); });
}

HttpResponse TableSite::route(const HttpRequest& request) {
    if (auto asset = asset_answer(assets_, request)) return std::move(*asset);
    const auto parts = path_parts(request.path);
    if (parts.size() < 2 || parts[0] != "api") return not_found();
    const bool reads = is_reading(request);
    if (parts.size() == 2 && parts[1] == "batch" && reads) {
        // What the page asks first; it goes on to the table.
        return respond(answer_text({{"version", version()},
                                    {"source", pictures_.folder().filename().string()},
                                    {"slides", Json::array()},
                                    {"pictures", true}}));
    }
    if (parts[1] != "table") return not_found();
    if (parts.size() == 2 && reads) return table();
    if (parts.size() == 3 && parts[2] == "labels") {
        if (reads) return read_labels(request);
        if (request.method == "POST") return change_labels(request);
        return refuse(405, "This cannot be done here.");
    }
    if (parts.size() == 5 && parts[2] == "pictures" && reads) return picture(parts[3], parts[4], request);
    return not_found();
}

HttpResponse TableSite::picture(const std::string& id, const std::string& what, const HttpRequest& request) {
    const auto picture = pictures_.find(id);
    if (!picture) return not_found();
    if (what == "thumbnail.jpg") return files_.thumbnail(*picture, request);
    if (what == "whole.jpg") return files_.whole(*picture, request);
    if (what == "heatmap.png") return PictureFiles::heatmap(*picture);
    return not_found();
}

HttpResponse TableSite::table() const {
    const auto table = pictures_.table();
    TableFacts facts;
    facts.label_file = labels_.file().string();
    facts.obstacle = labels_.obstacle();
    if (!table->is_scored()) {
        const auto folder = pictures_.folder().string();
        const auto output = shell_word(folder + "_scores");
        facts.score_command = "slidetype score " + shell_word(folder) + " -o " + output + "\nslidetype view " + output;
    }
    return respond(table_json(*table, facts));
}

HttpResponse TableSite::read_labels(const HttpRequest& request) const {
    const auto labels = labels_.read();
    auto response = respond({});
    response.etag = labels.etag;
    if (request.if_none_match == labels.etag) {
        response.status = 304;
        return response;
    }
    response.body = std::make_shared<const std::string>(labels_json(*pictures_.known(), labels));
    return response;
}

HttpResponse TableSite::change_labels(const HttpRequest& request) const {
    const auto edits = edits_in(request.body, pictures_);
    const auto saved = labels_.change(edits);
    auto response =
        respond(answer_text({{"saved", edits.size()}, {"file", labels_.file().string()}, {"before", saved.before}}));
    response.etag = saved.after;
    return response;
}

}  // namespace slidetype::viewer
