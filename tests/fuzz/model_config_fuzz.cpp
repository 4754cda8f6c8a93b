// Any text as a model's config.json: refused with an Error, or read into settings that stay the same when they are
// written and read again. And as an encoder's encoder.json.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "model/network/encoder_config.h"
#include "model/network/model_directory.h"

namespace {

std::optional<slidetype::ModelConfig> read(std::string_view text) {
    try {
        return slidetype::parse_config(text, "fuzz");
    } catch (const slidetype::Error&) {
        return std::nullopt;
    }
}

void read_encoder(std::string_view text) {
    try {
        if (slidetype::parse_encoder_config(text, "fuzz").dimension == 0) std::abort();
    } catch (const slidetype::Error&) {
        // Refused.
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view given(reinterpret_cast<const char*>(data), size);
    read_encoder(given);
    const auto config = read(given);
    if (!config) return 0;
    const auto text = slidetype::format_config(*config);
    const auto again = read(text);
    if (!again || slidetype::format_config(*again) != text) std::abort();
    return 0;
}
