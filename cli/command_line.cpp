#include "cli/command_line.h"

#include <fstream>
#include <iterator>

namespace slidetype {
namespace {

std::string quoted(const std::string& argument) {
    constexpr auto kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@%";
    if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) return argument;
    std::string out = "'";
    for (const char c : argument) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

std::string command_line() {
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = bytes.find('\0', at);
        const auto argument = bytes.substr(at, end - at);
        out += out.empty() ? quoted(argument) : " " + quoted(argument);
        if (end == std::string::npos) break;
        at = end + 1;
    }
    return out.empty() ? "slidetype" : out;
}

}  // namespace slidetype
