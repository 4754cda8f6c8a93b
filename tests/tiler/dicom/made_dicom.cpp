#include "tests/tiler/dicom/made_dicom.h"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include "base/resampling/resample.h"
#include "tests/tiler/jpeg_encoder.h"

namespace slidetype::testing {
namespace {

void append(Bytes& to, const Bytes& bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

Bytes little_endian(std::uint64_t value, int count) {
    Bytes bytes;
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return bytes;
}

Bytes text(std::string value, char filling = ' ') {
    if (value.size() % 2 != 0) value += filling;
    return {value.begin(), value.end()};
}

Bytes real(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return little_endian(bits, 4);
}

/// Elements in a row.
class Elements {
  public:
    explicit Elements(bool implicit_vr) : implicit_(implicit_vr) {}

    void add(std::uint32_t tag, std::string_view vr, const Bytes& value) {
        const bool long_one = vr == "OB" || vr == "OW" || vr == "OV" || vr == "SQ" || vr == "UN" || vr == "UT";
        head(tag, vr);
        if (!implicit_ && long_one) append(bytes, little_endian(0, 2));
        append(bytes, little_endian(value.size(), implicit_ || long_one ? 4 : 2));
        append(bytes, value);
    }
    /// Where there is something to say.
    void add_text(std::uint32_t tag, std::string_view vr, const std::string& value) {
        if (!value.empty()) add(tag, vr, text(value, vr == "UI" ? '\0' : ' '));
    }
    void add_number(std::uint32_t tag, std::string_view vr, std::uint64_t value) {
        add(tag, vr, little_endian(value, vr == "US" ? 2 : 4));
    }
    void add_sequence(std::uint32_t tag, const std::vector<Bytes>& items) {
        Bytes value;
        for (const auto& item : items) {
            append(value, little_endian(0xE000FFFE, 4));
            append(value, little_endian(item.size(), 4));
            append(value, item);
        }
        add(tag, "SQ", value);
    }
    /// A value of undefined length.
    void add_open(std::uint32_t tag, std::string_view vr, const Bytes& value) {
        head(tag, vr);
        if (!implicit_) append(bytes, little_endian(0, 2));
        append(bytes, little_endian(0xFFFFFFFF, 4));
        append(bytes, value);
    }

    Bytes bytes;

  private:
    void head(std::uint32_t tag, std::string_view vr) {
        append(bytes, little_endian(tag >> 16, 2));
        append(bytes, little_endian(tag & 0xFFFF, 2));
        if (!implicit_) append(bytes, {static_cast<std::uint8_t>(vr[0]), static_cast<std::uint8_t>(vr[1])});
    }
    bool implicit_;
};

class Writer {
  public:
    explicit Writer(const MadeDicom& made) : made_(made), data_(made.implicit_vr) {}

    Bytes run() {
        Elements meta(false);
        meta.add_text(0x00020010, "UI", made_.transfer_syntax);
        Bytes file(128, 0);
        append(file, {'D', 'I', 'C', 'M'});
        append(file, meta.bytes);
        add_names();
        add_shape();
        add_slide();
        add_groups();
        add_pixels();
        append(file, data_.bytes);
        return file;
    }

  private:
    void add_names() {
        data_.add_text(0x00080008, "CS", made_.image_type);
        data_.add_text(0x00080016, "UI", made_.sop_class);
        data_.add_text(0x00080018, "UI", made_.instance_uid);
        data_.add_text(0x00080019, "UI", made_.pyramid_uid);
        data_.add_text(0x00080020, "DA", "19991231");
        data_.add_text(0x00080050, "SH", made_.patient.empty() ? "" : "ACC-" + made_.patient);
        data_.add_text(0x00080070, "LO", "Made for tests");
        data_.add_text(0x00080080, "LO", made_.patient.empty() ? "" : "Hospital of " + made_.patient);
        data_.add_text(0x00100010, "PN", made_.patient);
        data_.add_text(0x00100020, "LO", made_.patient);
        data_.add_text(0x0020000E, "UI", made_.series_uid);
        data_.add_text(0x00200013, "IS", "1");
        data_.add_text(0x00200052, "UI", made_.frame_of_reference_uid);
        data_.add_text(0x00209161, "UI", made_.concatenation_uid);
        if (made_.part > 0) data_.add_number(0x00209162, "US", made_.part);
        if (made_.parts > 0) data_.add_number(0x00209163, "US", made_.parts);
        if (!made_.concatenation_uid.empty()) data_.add_number(0x00209228, "UL", made_.first_frame);
        data_.add_text(0x00209311, "CS", made_.organisation);
    }

    void add_shape() {
        data_.add_number(0x00280002, "US", made_.samples);
        data_.add_text(0x00280004, "CS", made_.photometric);
        data_.add_number(0x00280006, "US", made_.planar);
        data_.add_text(0x00280008, "IS",
                       made_.frames_claimed.empty() ? std::to_string(made_.frames.size()) : made_.frames_claimed);
        data_.add_number(0x00280010, "US", made_.rows);
        data_.add_number(0x00280011, "US", made_.columns);
        data_.add_number(0x00280100, "US", made_.bits > 8 ? 16 : 8);
        data_.add_number(0x00280101, "US", made_.bits);
    }

    void add_slide() {
        if (made_.volume_width_mm) data_.add(0x00480001, "FL", real(*made_.volume_width_mm));
        if (made_.volume_height_mm) data_.add(0x00480002, "FL", real(*made_.volume_height_mm));
        if (made_.total_columns > 0) data_.add_number(0x00480006, "UL", made_.total_columns);
        if (made_.total_rows > 0) data_.add_number(0x00480007, "UL", made_.total_rows);
        if (made_.z_um) data_.add_sequence(0x00480008, {z_item(*made_.z_um)});
        if (made_.shows_label) data_.add_text(0x00480010, "CS", "YES");
        std::vector<Bytes> paths;
        for (const auto& name : made_.optical_paths) {
            Elements path(made_.implicit_vr);
            if (made_.icc_bytes > 0) path.add(0x00282000, "OB", Bytes(made_.icc_bytes, 7));
            path.add_text(0x00480106, "SH", name);
            path.add_text(0x00480112, "DS", "40");
            paths.push_back(path.bytes);
        }
        if (!paths.empty()) data_.add_sequence(0x00480105, paths);
        if (made_.focal_planes > 1) data_.add_number(0x00480303, "UL", made_.focal_planes);
    }

    Bytes z_item(double z_um) const {
        Elements item(made_.implicit_vr);
        item.add_text(0x0040074A, "DS", std::to_string(z_um));
        return item.bytes;
    }

    Bytes measures() const {
        Elements item(made_.implicit_vr);
        item.add_text(0x00280030, "DS", made_.spacing_mm);
        Elements group(made_.implicit_vr);
        group.add_sequence(0x00289110, {item.bytes});
        return group.bytes;
    }

    Bytes place_of(const MadeDicom::Place& place) const {
        Elements group(made_.implicit_vr);
        if (made_.spacing_per_frame) append(group.bytes, measures());
        Elements at(made_.implicit_vr);
        if (place.z_um) at.add_text(0x0040074A, "DS", std::to_string(*place.z_um));
        at.add(0x0048021E, "SL", little_endian(static_cast<std::uint32_t>(place.column + 1), 4));
        at.add(0x0048021F, "SL", little_endian(static_cast<std::uint32_t>(place.row + 1), 4));
        group.add_sequence(0x0048021A, {at.bytes});
        if (!place.path.empty()) {
            Elements path(made_.implicit_vr);
            path.add_text(0x00480106, "SH", place.path);
            group.add_sequence(0x00480207, {path.bytes});
        }
        return group.bytes;
    }

    void add_groups() {
        Elements shared(made_.implicit_vr);
        if (!made_.spacing_mm.empty() && !made_.spacing_per_frame) shared.bytes = measures();
        Bytes nested;
        for (int i = 0; i < made_.nesting; ++i) {
            Elements next(made_.implicit_vr);
            next.add_sequence(0x00289110, {nested});
            nested = next.bytes;
        }
        append(shared.bytes, nested);
        data_.add_sequence(0x52009229, {shared.bytes});
        std::vector<Bytes> groups;
        for (const auto& place : made_.places) groups.push_back(place_of(place));
        if (groups.empty() && made_.spacing_per_frame) groups.assign(made_.frames.size(), measures());
        if (!groups.empty()) data_.add_sequence(0x52009230, groups);
    }

    /// Of a frame: its items.
    Bytes items_of(const Bytes& frame) const {
        Bytes items;
        const auto step = (frame.size() / static_cast<std::size_t>(made_.fragments) + 1) / 2 * 2;
        for (int i = 0; i < made_.fragments; ++i) {
            const auto from = std::min(frame.size(), step * static_cast<std::size_t>(i));
            const auto to = i + 1 == made_.fragments ? frame.size() : std::min(frame.size(), from + step);
            Bytes part(frame.begin() + static_cast<std::ptrdiff_t>(from),
                       frame.begin() + static_cast<std::ptrdiff_t>(to));
            if (part.size() % 2 != 0) part.push_back(0);
            append(items, little_endian(0xE000FFFE, 4));
            append(items, little_endian(part.size(), 4));
            append(items, part);
        }
        return items;
    }

    void add_pixels() {
        Bytes pixels, offsets, lengths;
        for (const auto& frame : made_.frames) {
            if (!made_.encapsulated) {
                append(pixels, frame);
                continue;
            }
            const bool extended = made_.offsets == MadeDicom::Offsets::extended;
            const auto at = made_.offsets == MadeDicom::Offsets::wrong ? offsets.size() * 7 + 3 : pixels.size();
            append(offsets, little_endian(at, extended ? 8 : 4));
            append(lengths, little_endian(frame.size(), 8));
            append(pixels, items_of(frame));
        }
        if (!made_.encapsulated) return data_.add(0x7FE00010, "OW", pixels);
        const bool basic = made_.offsets == MadeDicom::Offsets::basic || made_.offsets == MadeDicom::Offsets::wrong;
        if (made_.offsets == MadeDicom::Offsets::extended) {
            data_.add(0x7FE00001, "OV", offsets);
            data_.add(0x7FE00002, "OV", lengths);
        }
        Bytes value = little_endian(0xE000FFFE, 4);
        append(value, little_endian(basic ? offsets.size() : 0, 4));
        if (basic) append(value, offsets);
        append(value, pixels);
        if (made_.ends) append(value, little_endian(0xE0DDFFFE, 8));
        data_.add_open(0x7FE00010, "OB", value);
    }

    const MadeDicom& made_;
    Elements data_;
};

OPJ_SIZE_T write_to(void* buffer, OPJ_SIZE_T count, void* user) {
    auto& bytes = *static_cast<Bytes*>(user);
    const auto* from = static_cast<const std::uint8_t*>(buffer);
    bytes.insert(bytes.end(), from, from + count);
    return count;
}

}  // namespace

Bytes dicom_bytes(const MadeDicom& made) {
    return Writer(made).run();
}

void write_dicom(const std::filesystem::path& path, const MadeDicom& made) {
    const auto bytes = dicom_bytes(made);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

Bytes as_jpeg(const RgbImage& tile) {
    return encode_jpeg(tile.pixels, tile.width, tile.height, false);
}

Bytes as_rgb(const RgbImage& tile) {
    return tile.pixels;
}

Bytes as_jpeg2000(const RgbImage& tile, bool colour_transform) {
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.tcp_rates[0] = 0;
    parameters.cp_disto_alloc = 1;
    parameters.numresolution = 3;  // tiles may be small
    parameters.tcp_mct = colour_transform ? 1 : 0;
    opj_image_cmptparm_t component{};
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(tile.width), component.h = static_cast<OPJ_UINT32>(tile.height);
    component.prec = 8;
    opj_image_cmptparm_t components[3] = {component, component, component};
    const std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)> image(
        opj_image_create(3, components, OPJ_CLRSPC_SRGB), opj_image_destroy);
    image->x1 = component.w, image->y1 = component.h;
    for (std::size_t i = 0; i < tile.pixels.size(); ++i) image->comps[i % 3].data[i / 3] = tile.pixels[i];
    Bytes bytes;
    const std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)> stream(opj_stream_default_create(OPJ_FALSE),
                                                                              opj_stream_destroy);
    opj_stream_set_user_data(stream.get(), &bytes, nullptr);
    opj_stream_set_write_function(stream.get(), write_to);
    const std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)> codec(opj_create_compress(OPJ_CODEC_J2K),
                                                                           opj_destroy_codec);
    opj_setup_encoder(codec.get(), &parameters, image.get());
    opj_start_compress(codec.get(), image.get(), stream.get());
    opj_encode(codec.get(), stream.get());
    opj_end_compress(codec.get(), stream.get());
    return bytes;
}

std::vector<Bytes> tiles_of(const RgbImage& picture, int width, int height, const TileEncoder& encode) {
    std::vector<Bytes> tiles;
    for (int y = 0; y < picture.height; y += height) {
        for (int x = 0; x < picture.width; x += width) {
            RgbImage tile(width, height);
            const int across = std::min(width, picture.width - x);
            for (int row = 0; row < std::min(height, picture.height - y); ++row)
                std::memcpy(tile.at(0, row), picture.at(x, y + row), static_cast<std::size_t>(across) * 3);
            tiles.push_back(encode(tile));
        }
    }
    return tiles;
}

MadeDicom made_of(const RgbImage& picture, const TileEncoder& encode, int tile) {
    MadeDicom made;
    made.columns = made.rows = static_cast<std::uint16_t>(tile);
    made.total_columns = static_cast<std::uint32_t>(picture.width);
    made.total_rows = static_cast<std::uint32_t>(picture.height);
    made.frames = tiles_of(picture, tile, tile, encode);
    return made;
}

MadeDicom plain_of(const RgbImage& picture, int tile) {
    auto made = made_of(picture, as_rgb, tile);
    made.transfer_syntax = "1.2.840.10008.1.2.1";
    made.photometric = "RGB";
    made.encapsulated = false;
    return made;
}

RgbImage half_of(const RgbImage& picture) {
    return averaged(picture, picture.width / 2, picture.height / 2);
}

}  // namespace slidetype::testing
