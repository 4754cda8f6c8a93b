#include "plugin/teaching/beside_slide.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <fstream>
#include <string_view>

#include "base/words.h"
#include "tiler/slides/file_kind.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

std::string name_of(const fs::path& file) {
    return file.filename().string();
}

/// The names under which a slide's annotations may lie, but for their endings: its own, then the short one.
struct Names {
    explicit Names(const fs::path& slide) : whole(name_of(slide)), stem(slide.stem().string()) {
        const auto ending = in_lower_case(slide.stem().extension().string());
        shortest = ending == ".ome" ? slide.stem().stem().string() : stem;
    }
    bool has(const std::string& name) const { return name == whole || name == stem || name == shortest; }

    std::string whole, stem, shortest;  ///< "a.ome.tiff", "a.ome", "a"; the last two are the same for most
};

/// In the order in which they are taken where nothing else decides.
constexpr std::array<std::string_view, 5> kEndings = {".geojson", ".geojson.gz", ".json", ".json.gz", ".zip"};

/// A file that may hold annotations: its name without the ending, and which ending that is.
struct Candidate {
    std::string base;
    std::size_t ending = kEndings.size();
};

Candidate candidate(const fs::path& file) {
    const auto name = name_of(file), plain = in_lower_case(name);
    for (std::size_t e = 0; e < kEndings.size(); ++e) {
        if (plain.size() > kEndings[e].size() && plain.ends_with(kEndings[e]))
            return {name.substr(0, name.size() - kEndings[e].size()), e};
    }
    return {};
}

/// Files of these endings may be anything: the first of it tells. What is compressed says so when it is read.
bool looks_like_annotations(const fs::path& file, const Candidate& named) {
    if (kEndings[named.ending].starts_with(".geojson")) return true;
    std::ifstream stream(file, std::ios::binary);
    std::string head(4096, '\0');
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(stream.gcount()));
    if (head.starts_with("PK\3\4")) return in_lower_case(head.substr(0, 300)).find("json") != std::string::npos;
    if (head.starts_with("\x1f\x8b")) return true;
    constexpr std::array<std::string_view, 4> kWords = {"\"FeatureCollection\"", "\"Feature\"", "Polygon\"",
                                                        "\"GeometryCollection\""};
    return std::ranges::any_of(kWords, [&](std::string_view word) { return head.find(word) != std::string::npos; });
}

/// Whether a name goes on from `stem` as a name of its own does: "b.tiff - Series 1" from "b", but not "b2".
bool goes_on_from(const std::string& name, const std::string& stem) {
    if (!name.starts_with(stem) || name.size() == stem.size()) return false;
    return std::isalnum(static_cast<unsigned char>(name[stem.size()])) == 0;
}

/// Other slides of the folder that have one of the short names.
std::vector<fs::path> sharers_of(const fs::path& slide, const std::string& name, const std::vector<fs::path>& files) {
    std::vector<fs::path> sharers;
    for (const auto& file : files) {
        if (name_of(file) == name_of(slide) || !is_named_like_slide(file)) continue;
        const Names other(file);
        if (other.stem != name && other.shortest != name) continue;
        const auto kind = kind_of_file(file);  // a picture beside a slide shows it, and is none to draw on
        if (kind == FileKind::slide || kind == FileKind::suspect) sharers.push_back(file);
    }
    return sharers;
}

bool is_newer(const fs::path& a, const fs::path& b) {
    std::error_code error;
    const auto time_a = fs::last_write_time(a, error), time_b = fs::last_write_time(b, error);
    // What was copied or unpacked together says nothing by its seconds.
    return time_a - time_b > std::chrono::seconds(2);
}

std::string quoted(const std::vector<fs::path>& files) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(files.size(), 3); ++i)
        text += (i > 0 ? ", " : "") + fmt::format("\"{}\"", name_of(files[i]));
    return files.size() > 3 ? text + ", …" : text;
}

}  // namespace

const std::vector<fs::path>& AnnotationFinder::files_of(const fs::path& folder) {
    const auto found = folders_.find(folder);
    if (found != folders_.end()) return found->second;
    std::vector<fs::path> files;
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return folders_.emplace(folder, std::move(files)).first->second;
}

AnnotationsBeside AnnotationFinder::beside(const fs::path& slide) {
    const auto folder = slide.has_parent_path() ? slide.parent_path() : fs::path(".");
    const auto& files = files_of(folder);
    const Names names(slide);
    AnnotationsBeside result;
    std::vector<std::pair<std::pair<bool, std::size_t>, fs::path>> fitting;  // short name, ending
    for (const auto& file : files) {
        const auto named = candidate(file);
        if (named.base.empty()) continue;
        const bool fits = names.has(named.base);
        if (!fits && !goes_on_from(named.base, names.shortest)) continue;
        if (!looks_like_annotations(file, named)) continue;
        if (!fits) {
            result.near.push_back(file);
        } else if (named.base == names.whole) {
            fitting.push_back({{false, named.ending}, file});
        } else if (auto sharers = sharers_of(slide, named.base, files); sharers.empty()) {
            fitting.push_back({{true, named.ending}, file});
        } else {
            result.shared = file, result.sharers = std::move(sharers);
        }
    }
    std::ranges::sort(fitting);
    for (auto& [order, file] : fitting) {
        if (!slide.has_parent_path()) file = file.filename();
        const bool taken = result.file.empty() || is_newer(file, result.file);
        if (!taken) result.passed.push_back(file);
        if (taken && !result.file.empty()) result.passed.push_back(result.file);
        if (taken) result.file = file;
    }
    return result;
}

fs::path annotations_beside(const fs::path& slide) {
    return AnnotationFinder().beside(slide).file;
}

std::string no_annotations_text(const fs::path& slide, const AnnotationsBeside& beside) {
    const Names names(slide);
    if (!beside.shared.empty()) {
        auto sharers = beside.sharers;
        sharers.insert(sharers.begin(), slide);
        return fmt::format(
            "cannot have \"{}\" for its annotations, since {} have that short name: call the file after the whole name "
            "of its slide, as \"{}.geojson\"",
            name_of(beside.shared), quoted(sharers), names.whole);
    }
    auto text = fmt::format("has no annotations beside it ({}.geojson or {}.geojson)", names.whole, names.shortest);
    if (beside.near.empty()) return text;
    return text + fmt::format("; {} lies there: give it the slide's name if it belongs to it", quoted(beside.near));
}

std::string choice_text(const fs::path& slide, const AnnotationsBeside& beside) {
    if (beside.passed.empty()) return "";
    const bool older =
        std::ranges::all_of(beside.passed, [&](const fs::path& file) { return is_newer(beside.file, file); });
    return fmt::format("\"{}\" is taken for the annotations of {}; {}{} not", name_of(beside.file), name_of(slide),
                       quoted(beside.passed),
                       beside.passed.size() > 1 ? (older ? ", which are older, are" : " are")
                                                : (older ? ", which is older, is" : " is"));
}

}  // namespace slidetype
