#include "plugin/viewer/light_table/label_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/data/dataset.h"
#include "model/data/manifest.h"
#include "model/data/table_files.h"
#include "plugin/viewer/light_table/picture_tables.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

/// Keeps other processes from changing the table between its reading and its writing. Where the file system knows no
/// locks there is none, and the last of two processes that write in the same moment wins.
class FolderLock {
  public:
    explicit FolderLock(const fs::path& folder) : handle_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (handle_ >= 0) (void)::flock(handle_, LOCK_EX);
    }
    ~FolderLock() {
        if (handle_ >= 0) ::close(handle_);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int handle_;
};

/// A field with all of its bytes, for names of files may be in no encoding.
std::string field(const std::string& text) {
    const bool plain = text.find_first_of(",;\t\"\r\n") == std::string::npos && !text.starts_with(' ') &&
                       !text.ends_with(' ') && !text.starts_with('=');
    if (plain) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::string line(const std::vector<std::string>& fields) {
    std::string text;
    for (const auto& value : fields) text += (&value == &fields.front() ? "" : ",") + field(value);
    return text + '\n';
}

std::string tag_of(const std::string& content) {
    return '"' + sha256_hex(content).substr(0, 32) + '"';
}

/// What the system says to a new file in a folder; 0 where it takes one. What rights promise need not hold: disks are
/// mounted read-only. A file without a name is tried, and where there is no such thing, one that is removed at once.
int try_to_write(const fs::path& folder) {
    int handle = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (handle < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
        auto name = (folder / ".slidetype-XXXXXX").string();
        handle = ::mkstemp(name.data());
        if (handle >= 0) ::unlink(name.c_str());
    }
    const int why = handle < 0 ? errno : 0;
    if (handle >= 0) ::close(handle);
    return why;
}

/// A class as the page names it: those that training knows by their own names, whatever the table calls them.
std::string class_in(const std::string& text) {
    const int label = class_index(text);
    return label < 0 ? text : std::string(label_name(label));
}

}  // namespace

std::string group_of_case(const std::string& case_name) {
    for (const auto& part : fs::path(case_name)) {
        const auto name = part.string();
        if (class_index(name) < 0 && !part_named(name)) return case_name;
    }
    return {};
}

LabelFile::LabelFile(const fs::path& folder) : folder_(fs::absolute(folder).lexically_normal()) {}

std::string LabelFile::obstacle() const {
    auto place = folder_;
    std::error_code error;
    while (!fs::exists(place, error) && place.has_relative_path()) place = place.parent_path();
    if (!fs::is_directory(place, error)) return place.string() + " is no folder";
    const int why = try_to_write(place);
    return why == 0 ? std::string() : place.string() + ": " + std::strerror(why);
}

/// Brings table_ up to what is on the disk.
void LabelFile::load() const {
    const auto state = state_of_file(file());
    if (state == seen_) return;
    Table table;
    if (state == "none") {
        table.header = {"file", "class"};
        table.etag = tag_of("");
    } else {
        // No column but these two is asked for: what stands in the others stays as it is.
        const auto manifest = read_manifest(file(), {"file", "class"});
        TableFiles files(manifest, folder_);
        for (const auto& [name, index] : manifest.columns) {
            if (table.header.size() <= index) table.header.resize(index + 1);
            table.header[index] = name;
        }
        if (!manifest.rows.empty()) table.header.resize(manifest.rows.front().size());
        table.file = manifest.columns.at("file"), table.name = manifest.columns.at("class");
        if (manifest.has("group")) table.group = manifest.columns.at("group");
        table.places.reserve(manifest.rows.size());
        for (const auto& row : manifest.rows) {
            std::error_code error;
            const auto named = files.find(row, "file");
            auto place = fs::weakly_canonical(named, error);
            table.places.push_back(error ? named : place);
        }
        table.rows = manifest.rows;
        table.etag = tag_of(read_file(file(), kLargestTable));
    }
    table_ = std::move(table);
    seen_ = state;
}

LabelFile::Labels LabelFile::read() const {
    const std::lock_guard lock(mutex_);
    load();
    Labels labels;
    for (std::size_t i = 0; i < table_.rows.size(); ++i) {
        const auto& name = table_.rows[i][table_.name];
        if (!name.empty()) labels.classes[table_.places[i]] = class_in(name);
    }
    labels.etag = table_.etag;
    return labels;
}

/// As a person would write it: from the table's own folder where the picture is in there.
std::string LabelFile::relative(const fs::path& file) const {
    return is_below(file, folder_) ? file.lexically_relative(folder_).string() : file.string();
}

void LabelFile::apply(Table& table, const LabelEdit& edit) const {
    bool known = false;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        if (table.places[i] != edit.place) continue;
        table.rows[i][table.name] = edit.name.value_or("");
        known = true;
    }
    if (known || !edit.name) return;
    std::vector<std::string> row(table.header.size());
    row[table.file] = relative(edit.file), row[table.name] = *edit.name;
    if (table.group) row[*table.group] = edit.group;
    table.rows.push_back(std::move(row));
    table.places.push_back(edit.place);
}

LabelFile::Saved LabelFile::change(std::span<const LabelEdit> edits) const {
    const std::lock_guard lock(mutex_);
    create_folders(folder_);
    const FolderLock whole(folder_);
    load();
    auto table = table_;
    const bool has_groups = std::ranges::any_of(edits, [](const LabelEdit& edit) { return !edit.group.empty(); });
    if (table.rows.empty() && !table.group && has_groups) {
        table.group = table.header.size();
        table.header.emplace_back("group");
    }
    for (const auto& edit : edits) apply(table, edit);
    // Rows without a class go, unless they say something else.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const auto& row = table.rows[i];
        bool says = !row[table.name].empty();
        for (std::size_t c = 0; c < row.size(); ++c) {
            says = says || (c != table.file && c != table.name && c != table.group && !row[c].empty());
        }
        if (!says) continue;
        if (kept != i) table.rows[kept] = std::move(table.rows[i]), table.places[kept] = std::move(table.places[i]);
        ++kept;
    }
    table.rows.resize(kept), table.places.resize(kept);
    auto text = line(table.header);
    for (const auto& row : table.rows) text += line(row);
    write_file(file(), text);
    Saved saved{table_.etag, tag_of(text)};
    table.etag = saved.after;
    table_ = std::move(table);
    seen_ = state_of_file(file());
    return saved;
}

}  // namespace slidetype::viewer
