#include "model/zip/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace slidetype {
namespace {

constexpr zip_int64_t kMaxMembers = 100'000;
constexpr std::uint64_t kDeflate = 1032;  // to one byte: what deflate packs at most

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

struct ZipArchive::Library {
    std::unique_ptr<zip_t, Discard> zip;
    std::uint64_t bytes = 0;  // of the archive
};

struct ZipArchive::Member::Library {
    std::unique_ptr<zip_file_t, Discard> file;
};

ZipArchive::Member::Member(const ZipArchive& archive, std::string name, std::uint64_t size,
                           std::shared_ptr<Library> library)
    : archive_(&archive), name_(std::move(name)), size_(size), library_(std::move(library)) {}

void ZipArchive::Member::read(std::span<std::byte> bytes) {
    if (bytes.size() > size_ - done_) archive_->fail("member " + name_ + " is shorter than what should be in it");
    while (!bytes.empty()) {
        const auto now = zip_fread(library_->file.get(), bytes.data(), bytes.size());
        if (now <= 0) archive_->fail("member " + name_ + " is damaged");
        bytes = bytes.subspan(static_cast<std::size_t>(now));
        done_ += static_cast<std::uint64_t>(now);
    }
}

void ZipArchive::Member::skip(std::uint64_t bytes) {
    std::array<std::byte, 1U << 14> passed{};
    while (bytes > 0) {
        const auto now = std::span(passed).first(std::min<std::uint64_t>(passed.size(), bytes));
        read(now);
        bytes -= now.size();
    }
}

void ZipArchive::Member::finish() {
    skip(size_ - done_);
    std::byte beyond{};  // reading past the end is what verifies the checksum
    if (zip_fread(library_->file.get(), &beyond, 1) != 0) archive_->fail("member " + name_ + " is damaged");
}

ZipArchive::ZipArchive(const std::filesystem::path& file, ErrorCode code)
    : source_(file.string()), code_(code), library_(std::make_unique<Library>()) {
    int why = 0;
    library_->zip.reset(zip_open(file.c_str(), ZIP_RDONLY, &why));
    if (library_->zip == nullptr) fail("is no zip archive, or is damaged or cut short");
    std::error_code error;
    library_->bytes = std::filesystem::file_size(file, error);
    if (error) fail("cannot be read: " + error.message());
}

ZipArchive::~ZipArchive() = default;

void ZipArchive::fail(const std::string& cause, const std::string& hint) const {
    throw Error(code_, source_, cause, hint);
}

std::vector<std::string> ZipArchive::names() const {
    const auto count = zip_get_num_entries(library_->zip.get(), 0);
    if (count > kMaxMembers) fail("is an archive of too many members");
    std::vector<std::string> names;
    for (zip_int64_t i = 0; i < count; ++i) {
        const char* name = zip_get_name(library_->zip.get(), static_cast<zip_uint64_t>(i), 0);
        if (name != nullptr) names.emplace_back(name);
    }
    return names;
}

std::optional<ZipArchive::Member> ZipArchive::open(const std::string& name) const {
    auto* zip = library_->zip.get();
    const auto index = zip_name_locate(zip, name.c_str(), 0);
    if (index < 0) return std::nullopt;
    const auto place = static_cast<zip_uint64_t>(index);
    zip_stat_t stat;
    constexpr auto kSizes = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if (zip_stat_index(zip, place, 0, &stat) != 0 || (stat.valid & kSizes) != kSizes) {
        fail("member " + name + " has no size");
    }
    if (stat.comp_size > library_->bytes || stat.size / kDeflate > stat.comp_size) {
        fail("member " + name + " claims to be larger than it can be");
    }
    auto library = std::make_shared<Member::Library>();
    library->file.reset(zip_fopen_index(zip, place, 0));
    if (library->file == nullptr) fail("member " + name + " cannot be unpacked: " + zip_strerror(zip));
    return Member(*this, name, stat.size, std::move(library));
}

std::optional<std::string> ZipArchive::read(const std::string& name, std::uint64_t limit) const {
    auto member = open(name);
    if (!member) return std::nullopt;
    if (member->size() > limit) fail("member " + name + " is larger than anything expected here");
    std::string bytes(member->size(), '\0');
    member->read(std::as_writable_bytes(std::span(bytes)));
    member->finish();
    return bytes;
}

}  // namespace slidetype
