#include "model/keras/zip_member.h"

#include <zip.h>

#include <memory>

#include "base/error.h"

namespace slidetype {
namespace {

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

[[noreturn]] void refuse_archive(const std::filesystem::path& archive, const std::string& cause) {
    throw Error(ErrorCode::bad_model, archive.string(), cause);
}

}  // namespace

std::optional<std::string> read_zip_member(const std::filesystem::path& archive, const std::string& name,
                                           std::uint64_t limit) {
    int code = 0;
    const std::unique_ptr<zip_t, Discard> zip(zip_open(archive.c_str(), ZIP_RDONLY, &code));
    if (zip == nullptr) refuse_archive(archive, "is no zip archive, or is damaged or cut short");
    const auto index = zip_name_locate(zip.get(), name.c_str(), 0);
    if (index < 0) return std::nullopt;
    zip_stat_t stat;
    const auto place = static_cast<zip_uint64_t>(index);
    if (zip_stat_index(zip.get(), place, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
        refuse_archive(archive, "member " + name + " has no size");
    }
    if (stat.size > limit) refuse_archive(archive, "member " + name + " is larger than anything expected here");
    const std::unique_ptr<zip_file_t, Discard> file(zip_fopen_index(zip.get(), place, 0));
    if (file == nullptr) refuse_archive(archive, "member " + name + " cannot be unpacked: " + zip_strerror(zip.get()));
    std::string bytes(stat.size, '\0');
    std::uint64_t done = 0;
    while (done < stat.size) {
        const auto now = zip_fread(file.get(), bytes.data() + done, stat.size - done);
        if (now <= 0) refuse_archive(archive, "member " + name + " is damaged");
        done += static_cast<std::uint64_t>(now);
    }
    char beyond = 0;  // reading past the end is what verifies the checksum
    if (zip_fread(file.get(), &beyond, 1) != 0) refuse_archive(archive, "member " + name + " is damaged");
    return bytes;
}

}  // namespace slidetype
