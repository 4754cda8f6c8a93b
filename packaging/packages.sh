#!/usr/bin/env bash
# Makes a release: the Debian packages for the system that it runs on (Debian 12 or newer) and, on Debian 12, whose glibc is
# old enough for others, the relocatable archive. Twice the same bytes from the same sources on the same system.
# Usage: packaging/packages.sh [BUILD [OUT]]   by default build/packages and build/packages/out
set -euo pipefail
cd "$(dirname "$0")/.."
source_folder=$PWD
build=${1:-build/packages}
out=${2:-$build/out}
mkdir -p "$build" "$out"
build=$(realpath "$build") out=$(realpath "$out")

. /etc/os-release
if [ "${ID:-}" != debian ]; then
    echo "packaging/packages.sh: this is ${PRETTY_NAME:-an unknown system}; Debian packages are made on the Debian that they are for." >&2
    exit 1
fi
programs=(cmake cpack dpkg-shlibdeps gzip)
[ "${VERSION_ID:-}" != 12 ] || programs+=(patchelf)
for program in "${programs[@]}"; do
    command -v "$program" >/dev/null || { echo "packaging/packages.sh: $program is needed; scripts/install_dependencies.sh --packages installs it." >&2; exit 1; }
done

# When the sources are of: of the last commit, or of the release in CHANGELOG.md ("## 0.2.0, 2027-01-31").
time_of_sources() {
    local time day
    time=$(git log -1 --format=%ct 2>/dev/null) && [ -n "$time" ] && { echo "$time"; return; }
    day=$(sed -n 's/^## .*\([0-9]\{4\}-[0-9][0-9]-[0-9][0-9]\).*/\1/p' CHANGELOG.md | head -n 1)
    [ -n "$day" ] && { date --utc --date="$day" +%s; return; }
    echo "packaging/packages.sh: neither git nor CHANGELOG.md tells the time of these sources; set SOURCE_DATE_EPOCH." >&2
    return 1
}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(time_of_sources)}
export LC_ALL=C.UTF-8 TZ=UTC
umask 022

# For instance SLIDETYPE_CMAKE_OPTIONS=-DCMAKE_CXX_COMPILER_LAUNCHER=ccache
read -ra options <<<"${SLIDETYPE_CMAKE_OPTIONS:-}"
[ -z "${SLIDETYPE_MAINTAINER:-}" ] || options+=("-DSLIDETYPE_MAINTAINER=$SLIDETYPE_MAINTAINER")
if [ "${VERSION_ID:-}" = 12 ]; then  # the only one that has none
    scripts/fetch_onnxruntime.sh build/onnxruntime
    options+=("-DSLIDETYPE_ONNXRUNTIME_FOLDER=$source_folder/build/onnxruntime")
else  # that of the system, whatever was fetched for the tests
    options+=("-DSLIDETYPE_ONNXRUNTIME_FOLDER=$build/no-onnxruntime")
fi
release=1~deb${VERSION_ID:-+$VERSION_CODENAME}
# No folder of this machine in what is made.
map="-ffile-prefix-map=$build=build -ffile-prefix-map=$source_folder=."
cmake --preset release -B "$build" -DCMAKE_INSTALL_PREFIX=/usr -DSLIDETYPE_TESTS=OFF -DSLIDETYPE_BENCH=OFF \
    -DSLIDETYPE_DEBIAN_RELEASE="$release" -DCMAKE_CXX_FLAGS="$map" -DCMAKE_C_FLAGS="$map" \
    -DCMAKE_EXE_LINKER_FLAGS="-Wl,-z,relro,-z,now" -DCMAKE_MODULE_LINKER_FLAGS="-Wl,-z,relro,-z,now" \
    -DCMAKE_SHARED_LINKER_FLAGS="-Wl,-z,relro,-z,now" "${options[@]}"
cmake --build "$build"

rm -rf "$out"/*.deb "$out"/*.tar.gz "$build/_CPack_Packages"
(cd "$build" && cpack -G DEB -B "$build/cpack" >"$build/cpack.log") || { tail -n 20 "$build/cpack.log" >&2; exit 1; }
mv "$build"/cpack/*.deb "$out"
if [ "${VERSION_ID:-}" = 12 ]; then
    packaging/archive.py "$build" "$out"
fi
shopt -s nullglob
(cd "$out" && sha256sum -- *.deb *.tar.gz | tee SHA256SUMS)
