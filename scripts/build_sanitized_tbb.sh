#!/usr/bin/env bash
# build_sanitized_tbb.sh FOLDER: builds the TBB that is installed, from the distribution's own source package, with the
# thread sanitizer of clang, which else takes whatever one task hands to the next for a race. Prints the folder of the library,
# for LD_LIBRARY_PATH; does nothing more where it is built already. Needs no root.
set -euo pipefail
[ $# = 1 ] || { echo "usage: scripts/build_sanitized_tbb.sh FOLDER" >&2; exit 1; }
mkdir -p "$1"
folder=$(realpath "$1")
log=$folder/build.log
package=$(dpkg-query --show --showformat '${source:Package}=${source:Version}' libtbb12)

library() { find "$folder/build" -name 'libtbb.so.12' -printf '%h\n' 2>/dev/null | head -n 1; }

if [ ! -e "$folder/$package-clang.done" ]; then
    # Lists of source packages beside those of the system, which has none as a rule.
    mkdir -p "$folder"/{sources,lists/partial,cache/archives/partial}
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -e "$file" ] && sed -n 's/^deb /deb-src /p' "$file" >"$folder/sources/$(basename "$file" .list).list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -e "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$folder/sources/$(basename "$file")"
    done
    apt=(apt-get -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$folder/sources"
        -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root)
    # Joined by &&, for before || bash does not stop at the first failure.
    {
        { "${apt[@]}" update || true; } &&  # a source without source packages is no reason to stop
            (cd "$folder" && "${apt[@]}" source --download-only "$package") &&
            rm -rf "$folder/source" "$folder/build" &&
            mkdir "$folder/source" &&
            (cd "$folder/source" && cmake -E tar xf "$folder"/onetbb_*.orig.tar.*) &&
            cmake -S "$folder"/source/* -B "$folder/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
                -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
                -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF &&
            cmake --build "$folder/build"
    } >"$log" 2>&1 || { tail -n 30 "$log" >&2; echo "scripts/build_sanitized_tbb.sh: cannot build $package" >&2; exit 1; }
    [ -n "$(library)" ] || { echo "scripts/build_sanitized_tbb.sh: $package has no libtbb.so.12" >&2; exit 1; }
    touch "$folder/$package-clang.done"
fi
library
