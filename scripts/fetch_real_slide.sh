#!/usr/bin/env bash
# Fetches one genuine slide, CMU-1-Small-Region (CC0, from OpenSlide's test data), out of Debian's source package of
# OpenSlide. The system's own package sources stay as they are: the lists go into a folder of ours.
# Usage: fetch_real_slide.sh OUTFILE
set -euo pipefail
out=$1
[ -s "$out" ] && { echo "$out is there already."; exit 0; }
command -v apt-get >/dev/null || { echo "This needs apt (Debian)." >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/parts" "$work/lists/partial" "$work/archives/partial"
# The same archive as the system's, as source packages.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "No Debian archive is configured for apt." >&2; exit 1; }
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$work/parts/source.list"
options=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists"
         -o "Dir::Cache=$work" -o "APT::Sandbox::User=")
apt-get "${options[@]}" -q update
(cd "$work" && apt-get "${options[@]}" -q source --download-only openslide)
mkdir -p "$(dirname "$out")"
tar -xJf "$work"/openslide_*.orig-debian-tests-data.tar.xz -C "$work" --wildcards '*CMU-1-Small-Region.*'
slide=$(find "$work" -name 'CMU-1-Small-Region.*' -type f | head -n 1)
mv "$slide" "$out.part"
mv "$out.part" "$out"
echo "Fetched $out ($(stat -c %s "$out") bytes)."
