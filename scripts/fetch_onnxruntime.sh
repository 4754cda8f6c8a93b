#!/usr/bin/env bash
# Fetches ONNX Runtime, which runs encoders in ONNX files and which Debian 12 does not have: its C header out of the package
# of Debian 13, its library out of the npm package onnxruntime-node. Into DIR/include, DIR/lib and DIR/licences; nothing of
# the system changes, the lists of packages go into a folder of ours.
# Usage: fetch_onnxruntime.sh DIR
set -euo pipefail
out=$1
node_package=onnxruntime-node@1.21.0  # the version of Debian 13, so that header and library are of one
header=onnxruntime_c_api.h library=libonnxruntime.so.1

[ -s "$out/include/$header" ] && [ -s "$out/lib/$library" ] && { echo "ONNX Runtime is in $out already."; exit 0; }
for program in apt-get dpkg-deb npm; do
    command -v "$program" >/dev/null || { echo "Fetching ONNX Runtime needs $program." >&2; exit 1; }
done
case $(uname -m) in
    x86_64) processor=x64 ;;
    aarch64) processor=arm64 ;;
    *) echo "There is no built ONNX Runtime for $(uname -m) in $node_package." >&2; exit 1 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/parts" "$work/lists/partial" "$work/archives/partial" "$work/package" "$work/new/include" "$work/new/lib" \
    "$work/new/licences"
# The same archive as the system's, of the next release.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "No Debian archive is configured for apt." >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/parts/source.list"
options=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists"
         -o "Dir::Cache=$work" -o "APT::Sandbox::User=" -o "Acquire::Languages=none" -o "Acquire::Retries=2")
apt-get "${options[@]}" -q update >"$work/apt.log" 2>&1 || { tail -n 3 "$work/apt.log" >&2; exit 1; }
(cd "$work" && apt-get "${options[@]}" -q download libonnxruntime-dev >>apt.log 2>&1) || { tail -n 3 "$work/apt.log" >&2; exit 1; }
dpkg-deb -x "$work"/libonnxruntime-dev_*.deb "$work/package"
(cd "$work" && npm pack --silent "$node_package" >npm.log 2>&1) || { tail -n 3 "$work/npm.log" >&2; exit 1; }
tar -xzf "$work"/onnxruntime-node-*.tgz -C "$work" --wildcards "package/bin/napi-v*/linux/$processor/$library"

mv "$(find "$work/package" -name "$header" -print -quit)" "$work/new/include/"
mv "$(find "$work/package/bin" -name "$library" -print -quit)" "$work/new/lib/"
mv "$work/package/usr/share/doc/libonnxruntime-dev/copyright" "$work/new/licences/onnxruntime"
# Each file whole or not at all, the library last.
for part in include licences lib; do
    mkdir -p "$out/$part"
    for file in "$work/new/$part"/*; do
        name=$(basename "$file")
        cp "$file" "$out/$part/$name.part"
        mv "$out/$part/$name.part" "$out/$part/$name"
    done
done
echo "Fetched ONNX Runtime ($node_package) into $out."
