#include "plugin/results/uuid.h"

#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <filesystem>

namespace slidetype {
namespace {

/// Drawn once at random; changing it would change every id.
constexpr boost::uuids::uuid kNamespace = {
    {0x8a, 0xc9, 0xac, 0xfb, 0xaf, 0x2c, 0x41, 0x29, 0x8c, 0xef, 0x05, 0x39, 0x2e, 0x5f, 0xb0, 0x46}};

}  // namespace

std::string name_uuid(std::string_view name) {
    boost::uuids::name_generator_sha1 generate(kNamespace);
    return boost::uuids::to_string(generate(name.data(), name.size()));
}

ObjectIds::ObjectIds(const SlideIdentity& slide)
    : slide_(!slide.quickhash.empty()
                 ? fmt::format("hash\n{}", slide.quickhash)
                 : fmt::format("file\n{}\n{}\n{}\n{}", std::filesystem::path(slide.source).filename().string(),
                               slide.vendor, slide.width, slide.height)) {}

std::string ObjectIds::operator()(std::string_view kind, std::size_t index) const {
    return name_uuid(fmt::format("{}\n{}\n{}", slide_, kind, index));
}

}  // namespace slidetype
