#include "model/bags/feature_file.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.h"

#ifdef SLIDETYPE_HAVE_FEATURE_MODULE
#include "base/own_module.h"
#include "model/bags/feature_module.h"
#endif

namespace slidetype {
namespace {

constexpr std::array kFeatureLayouts = {FeatureLayout::slidetype, FeatureLayout::clam, FeatureLayout::trident,
                                        FeatureLayout::stamp};

}  // namespace

std::string_view to_string(FeatureLayout layout) {
    switch (layout) {
        case FeatureLayout::slidetype:
            return "slidetype";
        case FeatureLayout::clam:
            return "clam";
        case FeatureLayout::trident:
            return "trident";
        case FeatureLayout::stamp:
            return "stamp";
    }
    return "slidetype";
}

std::vector<std::string> feature_layout_names() {
    std::vector<std::string> names;
    names.reserve(kFeatureLayouts.size());
    for (const auto layout : kFeatureLayouts) names.emplace_back(to_string(layout));
    return names;
}

FeatureLayout find_feature_layout(std::string_view name) {
    const auto* found = std::ranges::find(kFeatureLayouts, name, [](auto layout) { return to_string(layout); });
    if (found != kFeatureLayouts.end()) return *found;
    std::string all;
    for (const auto& each : feature_layout_names()) all += (all.empty() ? "" : ", ") + each;
    throw Error(ErrorCode::usage, std::string(name), "is no layout of feature files", "There are: " + all + ".");
}

bool is_named_like_features(const std::filesystem::path& file) {
    auto extension = file.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension == ".h5" || extension == ".hdf5" || extension == ".pt";
}

#ifdef SLIDETYPE_HAVE_FEATURE_MODULE

namespace {

const FeatureModule& feature_module() {
    static const FeatureModule* const module = [] {
        void* symbol = load_own_module({"module of feature files", "libslidetype_feature_files.so",
                                        "slidetype_feature_module_v1", "SLIDETYPE_FEATURE_MODULE"});
        return reinterpret_cast<decltype(&slidetype_feature_module_v1)>(symbol)();
    }();
    return *module;
}

}  // namespace

std::unique_ptr<FeatureWriter> open_feature_writer(const std::filesystem::path& file, FeatureLayout layout,
                                                   FeatureNumbers numbers, std::size_t dimension,
                                                   const BagOrigin& origin) {
    return feature_module().open_writer(file, layout, numbers, dimension, origin);
}

Bag read_bag(const std::filesystem::path& file) {
    return feature_module().read(file);
}

Bag read_bag_head(const std::filesystem::path& file) {
    return feature_module().read_head(file);
}

#else

namespace {

[[noreturn]] void refuse_features(const std::filesystem::path& file) {
    throw Error(ErrorCode::unsupported, file.string(), "this build of slidetype has no feature files",
                "Install libhdf5-dev and libzip-dev and build again.");
}

}  // namespace

std::unique_ptr<FeatureWriter> open_feature_writer(const std::filesystem::path& file, FeatureLayout, FeatureNumbers,
                                                   std::size_t, const BagOrigin&) {
    refuse_features(file);
}

Bag read_bag(const std::filesystem::path& file) {
    refuse_features(file);
}

Bag read_bag_head(const std::filesystem::path& file) {
    refuse_features(file);
}

#endif

}  // namespace slidetype
