#include "plugin/pictures/picture_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/pictures/picture_facts.h"
#include "base/words.h"
#include "model/data/manifest.h"
#include "model/data/table_files.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/folder_walk.h"
#include "plugin/pictures/scores_table.h"
#include "plugin/results/result_folder.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// A larger field or pixel is a slip: of a number in another unit.
constexpr double kLargestField = 1e5, kLargestSpacing = 100;

/// The deepest folder that holds both.
fs::path common_folder(const fs::path& one, const fs::path& other) {
    fs::path common;
    auto a = one.begin(), b = other.begin();
    for (; a != one.end() && b != other.end() && *a == *b; ++a, ++b) common /= *a;
    return common;
}

/// Absolute, without dots and without a slash at the end.
fs::path full_folder(const fs::path& folder) {
    auto whole = fs::absolute(folder).lexically_normal();
    return whole.has_filename() || whole == whole.root_path() ? whole : whole.parent_path();
}

class Lister {
  public:
    explicit Lister(const fs::path& output) : output_(full_folder(output)) {}

    PictureList list(std::span<const fs::path> arguments) {
        for (const auto& path : expand_patterns(arguments)) {
            std::error_code error;
            if (fs::is_directory(path, error)) {
                add_folder(path);
            } else if (is_named_like_table(path)) {
                add_table(path);
            } else {
                add({path, {}, {}, {}});
                widen_root(full_folder(path).parent_path());
            }
        }
        say_twice();
        name_all();
        return std::move(list_);
    }

  private:
    void add(ListedPicture picture) {
        if (seen_.insert(full_name(picture.file)).second) {
            list_.pictures.push_back(std::move(picture));
        } else if (twice_++ == 0) {
            example_ = picture.file.string();
        }
    }

    void widen_root(const fs::path& folder) {
        list_.root = list_.root.empty() ? folder : common_folder(list_.root, folder);
    }

    void add_folder(const fs::path& folder) {
        widen_root(full_folder(folder));
        auto content = walk_folder(folder, [this](const fs::path& each) {
            std::error_code error;
            return full_folder(each) == output_ || fs::exists(each / kSourceFile, error) ||
                   fs::exists(each / kScoresFile, error);
        });
        for (auto& file : content.files) {
            const bool hidden = file.filename().string().starts_with('.');  // as macOS puts beside pictures
            if (!hidden && is_named_like_picture(file)) {
                add({std::move(file), {}, {}, {}});
            } else {
                ++list_.other_files;
            }
        }
        list_.other_files += content.others.size();
        for (auto& path : content.unreachable) {
            // A link that leads nowhere, a folder that may not be read: it fails with a reason.
            if (is_named_like_picture(path) || (fs::is_directory(path, error_) && !is_of_the_system(path))) {
                add({std::move(path), {}, {}, {}});
            } else {
                ++list_.other_files;
            }
        }
        std::ranges::move(content.problems, std::back_inserter(list_.problems));
    }

    void add_table(const fs::path& file) {
        const auto table = read_manifest(file, {"file"}, {"case", "field_um", "spacing"});
        TableFiles files(table, full_folder(file).parent_path());
        for (const auto& row : table.rows) {
            auto picture = files.find(row, "file");
            if (picture.empty()) {
                throw Error(ErrorCode::bad_data, table.source, table.place(row) + " names no file");
            }
            widen_root(full_folder(picture).parent_path());
            add({std::move(picture), {}, table.has("case") ? table.at(row, "case") : std::string(), scale(table, row)});
        }
        std::ranges::copy(table.notes, std::back_inserter(list_.problems));
        std::ranges::move(files.notes(), std::back_inserter(list_.problems));
        for (const auto& column : table.unknown) {
            list_.problems.push_back(table.source + ": the column " + in_quotes(column) + " is not known and not read");
        }
    }

    static ScaleOptions scale(const Manifest& table, const std::vector<std::string>& row) {
        const auto number = [&](const std::string& column, double largest) {
            const auto value = table.number(row, column);
            if (value && !(*value > 0 && *value <= largest)) {
                throw Error(
                    ErrorCode::bad_data, table.source,
                    fmt::format("{}: {} in column {} cannot be meant; it is in µm", table.place(row), *value, column));
            }
            return value;
        };
        return {number("field_um", kLargestField), number("spacing", kLargestSpacing)};
    }

    void say_twice() {
        if (twice_ == 0) return;
        list_.problems.push_back(counted(twice_, "picture") + (twice_ == 1 ? " is" : " are") +
                                 " named twice and scored once (" + example_ + ")");
    }

    /// Once it is known where the root is.
    void name_all() {
        for (auto& picture : list_.pictures) {
            const auto relative = full_folder(picture.file).lexically_relative(list_.root);
            picture.name = valid_utf8(relative.generic_string());
            if (!picture.case_name.empty()) continue;
            const auto folder = relative.parent_path().generic_string();
            picture.case_name = folder.empty() ? "." : valid_utf8(folder);
        }
        std::ranges::stable_sort(
            list_.pictures, {}, [](const ListedPicture& picture) { return std::tie(picture.case_name, picture.name); });
    }

    fs::path output_;
    std::error_code error_;  ///< of looks that may fail
    PictureList list_;
    std::set<std::string> seen_;
    std::size_t twice_ = 0;
    std::string example_;
};

}  // namespace

PictureList list_pictures(std::span<const fs::path> arguments, const fs::path& output) {
    return Lister(output).list(arguments);
}

}  // namespace slidetype
