#pragma once

#include <string_view>

namespace slidetype {

/// The style sheet of the reports. LUAD is blue and LUSC vermilion as in all pictures of slidetype, benign is bluish
/// green (Okabe and Ito's palette, told apart by colour-blind readers); the dark scheme has lighter ones of each hue.
std::string_view report_style();

}  // namespace slidetype
