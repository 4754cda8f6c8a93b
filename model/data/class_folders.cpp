#include "model/data/class_folders.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/words.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::array kParts = {Part::train, Part::validation, Part::test};

bool is_picture_name(const fs::path& file) {
    static const std::set<std::string> known = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp"};
    return known.contains(in_lower_case(file.extension().string()));
}

/// Notebooks keep older states of what they show in .ipynb_checkpoints, for one.
bool is_hidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

/// The folders in it, by name as Keras sorts them: by the numbers of their characters, capital letters first.
std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::error_code error;  // such as a link in a circle
        if (entry.is_directory(error)) folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    return folders;
}

bool has_class_folder(const fs::path& folder) {
    return std::ranges::any_of(folders_in(folder),
                               [](const fs::path& each) { return class_index(each.filename().string()) >= 0; });
}

/// "lung_aca, lung_scc".
std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

class FolderReader {
  public:
    FolderReader(const fs::path& folder, std::size_t source, const std::function<void()>& seen)
        : folder_(folder), source_(source), seen_(seen) {}

    FolderPictures read() {
        out_.divided = is_divided_into_parts(folder_);
        if (out_.divided) {
            read_parts();
        } else {
            read_classes(folder_, Part::none);
        }
        if (hidden_ > 0) {
            note(folder_, counted(hidden_, "picture") + " in hidden folders, such as " + hidden_example_.string() +
                              (hidden_ == 1 ? ", is left out" : ", are left out"));
        }
        return std::move(out_);
    }

  private:
    struct PartContent {
        std::vector<std::string> folders;     ///< that are this part
        std::map<int, std::size_t> pictures;  ///< by label
        std::size_t sum = 0;
    };

    void note(const fs::path& where, const std::string& what) { out_.notes.push_back(where.string() + ": " + what); }

    void read_parts() {
        std::vector<std::string> classes, others;
        for (const auto& each : folders_in(folder_)) {
            const auto name = each.filename().string();
            if (is_hidden(each)) {
                pass_over_hidden(each);
            } else if (const auto part = part_named(name)) {
                parts_[*part].folders.push_back(name);
                read_classes(each, *part);
            } else {
                (class_index(name) >= 0 ? classes : others).push_back(name);
            }
        }
        if (!classes.empty()) refuse_mixture(classes);
        count_loose(folder_, "no part");
        for (const auto& name : others) {
            const auto count = pictures_below(folder_ / name);
            if (count > 0) note(folder_ / name, "is no part (train, validation, test): " + left_out(count));
        }
        describe_parts();
    }

    [[noreturn]] void refuse_mixture(const std::vector<std::string>& classes) const {
        std::vector<std::string> parts;
        for (const auto& [part, content] : parts_) {
            parts.insert(parts.end(), content.folders.begin(), content.folders.end());
        }
        throw Error(ErrorCode::bad_data, folder_.string(),
                    "holds class folders (" + listed(classes) + ") beside parts (" + listed(parts) +
                        "), and which are meant cannot be told",
                    "Move the ones or the others to a folder of their own.");
    }

    void read_classes(const fs::path& folder, Part part) {
        count_loose(folder, "no class folder");
        for (const auto& each : folders_in(folder)) {
            const auto name = each.filename().string();
            if (is_hidden(each)) {
                pass_over_hidden(each);
                continue;
            }
            const int label = class_index(name);
            const auto count = label >= 0 ? read_class(each, label, part) : pictures_below(each);
            if (label < 0 && count > 0) out_.ignored[shown_class(each)] += count;
            if (label >= 0 && count == 0) note(each, "holds no pictures");
            if (part != Part::none) classes_.insert(name);
        }
    }

    /// Of a folder that is named like a part but holds classes that we do not know, those are what matters.
    static std::string shown_class(const fs::path& folder) {
        const auto name = folder.filename().string();
        if (!part_named(name)) return name;
        const auto inner = folders_in(folder);
        return inner.empty() ? name : name + "/" + inner.front().filename().string();
    }

    /// Returns how many pictures there are.
    std::size_t read_class(const fs::path& folder, int label, Part part) {
        std::size_t count = 0;
        for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
            const auto& entry = *at;
            std::error_code error;
            if (entry.is_directory(error)) {
                if (!is_hidden(entry.path())) continue;
                at.disable_recursion_pending();
                pass_over_hidden(entry.path());
                continue;
            }
            if (!is_picture_name(entry.path())) continue;
            ++count;
            if (!entry.is_regular_file(error)) {
                out_.problems.push_back(entry.path().string() +
                                        (entry.exists(error) ? ": is no file" : ": is a link to nothing"));
                continue;
            }
            LabelledTile tile;
            tile.file = entry.path(), tile.label = label, tile.group = entry.path().string();
            tile.source = source_, tile.part = part;
            out_.tiles.push_back(std::move(tile));
            if (seen_) seen_();
        }
        parts_[part].pictures[label] += count, parts_[part].sum += count;
        return count;
    }

    static std::size_t pictures_below(const fs::path& folder) {
        std::size_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            std::error_code error;
            if (is_picture_name(entry.path()) && !entry.is_directory(error)) ++count;
        }
        return count;
    }

    void pass_over_hidden(const fs::path& folder) {
        const auto count = pictures_below(folder);
        if (count > 0 && hidden_ == 0) hidden_example_ = folder.lexically_relative(folder_);
        hidden_ += count;
    }

    static std::string left_out(std::size_t count) {
        return counted(count, "picture") + (count == 1 ? " in it is left out" : " in it are left out");
    }

    void count_loose(const fs::path& folder, const std::string& nowhere) {
        std::vector<std::string> loose;
        for (const auto& entry : fs::directory_iterator(folder)) {
            std::error_code error;
            if (!entry.is_directory(error) && is_picture_name(entry.path())) {
                loose.push_back(entry.path().filename().string());
            }
        }
        if (loose.empty()) return;
        note(folder, counted(loose.size(), "picture") +
                         (loose.size() == 1 ? " lies in " + nowhere + " and is left out: "
                                            : " lie in " + nowhere + " and are left out, such as ") +
                         *std::ranges::min_element(loose));
    }

    void describe_parts() {
        std::string sizes;
        for (const auto part : kParts) {
            const auto& content = parts_[part];
            const auto name = std::string(to_string(part));
            if (content.sum > 0) {
                sizes += (sizes.empty() ? "" : ", ") + name + " " + counted(content.sum, "picture");
            } else {
                note(folder_, content.folders.empty() ? "a part is missing: there is no folder " + name
                                                      : "the part " + name + " holds no pictures");
            }
            if (content.folders.size() > 1) {
                note(folder_, listed(content.folders) + " are taken together for the " + name + " part");
            }
            name_missing_classes(part);
        }
        out_.notes.insert(out_.notes.begin(), folder_.string() + ": divided into " + sizes + ", which are kept apart");
        out_.notes.insert(out_.notes.begin() + 1, folder_.string() + ": " + numbered_classes());
    }

    void name_missing_classes(Part part) {
        const auto& content = parts_[part];
        if (content.sum == 0) return;
        for (int label = 0; label <= kBenignLabel; ++label) {
            if (content.pictures.contains(label) && content.pictures.at(label) > 0) continue;
            for (const auto other : kParts) {
                const auto& there = parts_[other].pictures;
                if (!there.contains(label) || there.at(label) == 0) continue;
                note(folder_, "the part " + std::string(to_string(part)) + " holds no pictures of " +
                                  std::string(label_name(label)) + ", of which " + std::string(to_string(other)) +
                                  " has " + std::to_string(there.at(label)));
                break;
            }
        }
    }

    /// Keras numbers class folders by their names; with two a sigmoid gives the probability of the second.
    std::string numbered_classes() const {
        std::string text;
        std::vector<int> labels;
        for (const auto& name : classes_) {
            const int label = class_index(name);
            text += (labels.empty() ? "" : ", ") + std::to_string(labels.size()) + " " + name + " (" +
                    (label < 0 ? "no class of ours" : std::string(label_name(label))) + ")";
            labels.push_back(label);
        }
        text = "as Keras numbers the class folders: " + text;
        if (labels == std::vector<int>{1, 0}) {
            text += "; a network that Keras taught on them gives P(LUAD), so import it with --swap-classes";
        }
        return text;
    }

    const fs::path& folder_;
    std::size_t source_;
    const std::function<void()>& seen_;
    FolderPictures out_;
    std::map<Part, PartContent> parts_;
    std::set<std::string> classes_;  ///< names of the class folders of all parts
    std::size_t hidden_ = 0;
    fs::path hidden_example_;
};

}  // namespace

bool is_divided_into_parts(const fs::path& folder) {
    return std::ranges::any_of(folders_in(folder), [](const fs::path& each) {
        return part_named(each.filename().string()) && has_class_folder(each);
    });
}

FolderPictures read_class_folders(const fs::path& folder, std::size_t source, const std::function<void()>& seen) {
    return FolderReader(folder, source, seen).read();
}

}  // namespace slidetype
