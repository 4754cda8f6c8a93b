#include "cli/print.h"

namespace slidetype {

void print_text(std::FILE* to, std::string_view text) {
    (void)std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace slidetype
