#pragma once

namespace slidetype {

/// Tells libraries that were brought along, as in the relocatable archive, where their own files are, which they else
/// look for where their distribution has them: share/slidetype/bundled/environment names variables of theirs and files
/// beside itself. Nothing happens where there is no such file; what is set already stays. Changes the environment of
/// the process, so it is for programs, before they start a thread.
void use_bundled_data();

}  // namespace slidetype
