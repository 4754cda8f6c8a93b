#include "plugin/viewer/light_table/table_json.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "plugin/analysis/engine.h"
#include "plugin/results/text.h"

namespace slidetype::viewer {
namespace {

using Json = nlohmann::ordered_json;

/// Four decimals, as scores are written.
Json number_json(const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) return nullptr;
    return std::round(*value * 1e4) / 1e4;
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json model_classes_json(const std::vector<std::string>& names) {
    const auto labels = class_labels(names);
    Json classes = Json::array();
    for (std::size_t c = 0; c < names.size(); ++c) {
        classes.push_back({{"name", names[c]}, {"label", labels[c]}, {"color", class_color(names[c], c)}});
    }
    return classes;
}

Json own_classes_json() {
    Json classes = Json::array();
    for (const auto& [name, color] : own_classes()) classes.push_back({{"name", name}, {"color", color}});
    return classes;
}

/// Pictures as columns, their cases and statuses as places in lists.
class PictureColumns {
  public:
    explicit PictureColumns(const PictureTable& table) {
        for (std::size_t c = 0; c < table.class_names.size(); ++c) prob_.push_back(Json::array());
        for (const auto& picture : table.pictures) add(picture);
    }

    Json json() && {
        return {{"cases", std::move(cases_.names)},
                {"statuses", std::move(statuses_.names)},
                {"id", std::move(id_)},
                {"name", std::move(name_)},
                {"case", std::move(case_)},
                {"there", std::move(there_)},
                {"width", std::move(width_)},
                {"height", std::move(height_)},
                {"status", std::move(status_)},
                {"class", std::move(class_)},
                {"prob", std::move(prob_)},
                {"tumour", std::move(tumour_)},
                {"strangeness", std::move(strangeness_)},
                {"reason", std::move(reason_)},
                {"note", std::move(note_)},
                {"heatmap", std::move(heatmap_)}};
    }

  private:
    struct Words {
        Json names = Json::array();
        std::map<std::string, std::size_t> places;
        std::size_t place(const std::string& word) {
            const auto [found, is_new] = places.emplace(word, places.size());
            if (is_new) names.push_back(word);
            return found->second;
        }
    };

    void add(const TablePicture& picture) {
        id_.push_back(picture.id);
        name_.push_back(picture.name);
        case_.push_back(cases_.place(picture.case_name));
        there_.push_back(!picture.place.empty());
        const auto& score = picture.score;
        width_.push_back(score ? score->width : 0);
        height_.push_back(score ? score->height : 0);
        status_.push_back(score ? Json(statuses_.place(score->status)) : Json());
        class_.push_back(score ? text_or_null(score->class_name) : Json());
        for (std::size_t c = 0; c < prob_.size(); ++c) {
            prob_[c].push_back(score && c < score->probabilities.size() ? number_json(score->probabilities[c])
                                                                        : Json());
        }
        tumour_.push_back(score ? number_json(score->tumour) : Json());
        strangeness_.push_back(score ? number_json(score->strangeness) : Json());
        reason_.push_back(score ? text_or_null(score->reason) : Json());
        note_.push_back(score ? text_or_null(score->note) : Json());
        heatmap_.push_back(score && !score->heatmap.empty());
    }

    Words cases_, statuses_;
    Json id_ = Json::array(), name_ = Json::array(), case_ = Json::array(), there_ = Json::array(),
         width_ = Json::array(), height_ = Json::array(), status_ = Json::array(), class_ = Json::array(),
         prob_ = Json::array(), tumour_ = Json::array(), strangeness_ = Json::array(), reason_ = Json::array(),
         note_ = Json::array(), heatmap_ = Json::array();
};

Json calls_json(const PictureTable& table) {
    Json calls = Json::object();
    for (const auto& [name, outcome] : table.cases) {
        calls[name] = {{"call", outcome.call}, {"reason", outcome.reason}};
    }
    return calls;
}

Json summary_json(const std::string& text) {
    auto summary = Json::parse(text, nullptr, false);
    return summary.is_object() ? summary : Json();
}

}  // namespace

std::string answer_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const std::vector<OwnClass>& own_classes() {
    static const std::vector<OwnClass> classes = {{"LUAD", class_color("LUAD", 0)},
                                                  {"LUSC", class_color("LUSC", 1)},
                                                  {"benign", Color{134, 166, 128}},
                                                  {"Ignore*", Color{180, 180, 180}}};
    return classes;
}

std::string table_json(const PictureTable& table, const TableFacts& facts) {
    return answer_text({{"version", version()},
                        {"source", table.title},
                        {"scored", table.is_scored()},
                        {"score_command", text_or_null(facts.score_command)},
                        {"classes", model_classes_json(table.class_names)},
                        {"own_classes", own_classes_json()},
                        {"label_file", facts.label_file},
                        {"label_obstacle", text_or_null(facts.obstacle)},
                        {"notes", table.notes},
                        {"summary", summary_json(table.summary)},
                        {"calls", calls_json(table)},
                        {"pictures", PictureColumns(table).json()}});
}

std::string labels_json(const PictureTable& table, const LabelFile::Labels& labels) {
    Json known = Json::object();
    for (const auto& picture : table.pictures) {
        const auto found = labels.classes.find(picture.place.empty() ? picture.file : picture.place);
        if (found != labels.classes.end()) known[picture.id] = found->second;
    }
    const auto others = labels.classes.size() - std::min(labels.classes.size(), known.size());
    return answer_text({{"labels", std::move(known)}, {"others", others}});
}

}  // namespace slidetype::viewer
