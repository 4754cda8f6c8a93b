// In config.json, below "slidetype":
//   "heads": {"count": 5, "pooling": "attention" | "mean" | "torchscript", "columns": {"LUAD": 1, "LUSC": 0},
//             "encoder": {"name": "uni_v1", "sha256": "…", "dimension": 1024, "patch_size_pixels": 224,
//                         "spacing_um_px": 0.5, "path": "/models/uni.pt" | "encoder"},
//             "stated_error": {"error": 0.05, "LUAD": {"q": 0.31, "n": 40}, "LUSC": {"q": 0.28, "n": 44}}}
#include "model/network/heads_json.h"

#include <array>
#include <string>

namespace slidetype {
namespace {

constexpr int kMostHeads = 100;
constexpr int kMostNumbers = 1 << 16;

constexpr std::array<const char*, 2> kClasses = {"LUAD", "LUSC"};

StatedError read_stated_error(const CheckedJson& reader, const nlohmann::json& object) {
    StatedError stated;
    stated.error = reader.number(object, "error");
    if (stated.error <= 0 || stated.error >= 0.5) reader.fail("error of stated_error is out of range");
    constexpr int kMostPatients = 1'000'000'000;
    for (std::size_t c = 0; c < kClasses.size(); ++c) {
        const auto& of_class = reader.member(object, kClasses.at(c));
        stated.q.at(c) = reader.number(of_class, "q");
        if (stated.q.at(c) < 0 || stated.q.at(c) > 1) reader.fail("q of stated_error is no probability");
        stated.patients.at(c) = static_cast<std::size_t>(reader.integer(of_class, "n", 1, kMostPatients));
    }
    return stated;
}

nlohmann::ordered_json to_json(const StatedError& stated) {
    nlohmann::ordered_json out = {{"error", stated.error}};
    for (std::size_t c = 0; c < kClasses.size(); ++c) {
        out[kClasses.at(c)] = {{"q", stated.q.at(c)}, {"n", stated.patients.at(c)}};
    }
    return out;
}

/// Which of two outputs each class is.
std::array<std::size_t, 2> read_columns(const CheckedJson& reader, const nlohmann::json& object) {
    std::array<std::size_t, 2> columns{};
    for (std::size_t c = 0; c < kClasses.size(); ++c) {
        columns.at(c) = static_cast<std::size_t>(reader.integer(object, kClasses.at(c), 0, 1));
    }
    if (columns[0] == columns[1]) reader.fail("columns of heads names one output twice");
    return columns;
}

}  // namespace

HeadsConfig read_heads(const CheckedJson& reader, const nlohmann::json& object) {
    HeadsConfig heads;
    heads.heads = static_cast<std::size_t>(reader.integer(object, "count", 1, kMostHeads));
    const auto pooling = reader.text(object, "pooling");
    if (pooling == "torchscript") {
        heads.columns = read_columns(reader, reader.member(object, "columns"));
        if (heads.heads != 1) reader.fail("a TorchScript head is one");
    } else if (pooling != "attention" && pooling != "mean") {
        reader.fail("pooling of heads is neither attention nor mean nor torchscript");
    }
    heads.attention = pooling != "mean";
    const auto& encoder = reader.member(object, "encoder");
    heads.encoder.name = reader.text(encoder, "name");
    heads.encoder.sha256 = reader.text(encoder, "sha256");
    heads.encoder.dimension = static_cast<std::size_t>(reader.integer(encoder, "dimension", 1, kMostNumbers));
    heads.encoder.patch_size_px = reader.patch_size(encoder);
    heads.encoder.spacing_um_px = reader.spacing(encoder);
    heads.encoder.path = reader.text(encoder, "path");
    if (object.contains("stated_error")) heads.stated_error = read_stated_error(reader, object["stated_error"]);
    return heads;
}

nlohmann::ordered_json to_json(const HeadsConfig& heads) {
    nlohmann::ordered_json out = {{"count", heads.heads},
                                  {"pooling", heads.columns     ? "torchscript"
                                              : heads.attention ? "attention"
                                                                : "mean"},
                                  {"encoder",
                                   {{"name", heads.encoder.name},
                                    {"sha256", heads.encoder.sha256},
                                    {"dimension", heads.encoder.dimension},
                                    {"patch_size_pixels", heads.encoder.patch_size_px},
                                    {"spacing_um_px", heads.encoder.spacing_um_px},
                                    {"path", heads.encoder.path.string()}}}};
    if (heads.columns) {
        for (std::size_t c = 0; c < kClasses.size(); ++c) out["columns"][kClasses.at(c)] = heads.columns->at(c);
    }
    if (heads.stated_error) out["stated_error"] = to_json(*heads.stated_error);
    return out;
}

}  // namespace slidetype
