#!/usr/bin/env bash
# Builds the container with buildah on a base made by debootstrap, and runs it: container.sh OUT [BASE_ROOT]
# OUT has the relocatable archive that `make packages` made. BASE_ROOT is a root of debootstrap; without, one is made, which
# takes a Debian mirror and a minute. Says SKIPPED and why where it cannot be tried.
set -euo pipefail
skip() { echo "SKIPPED: $*"; exit 0; }
out=$1 root=${2:-${SLIDETYPE_BASE_ROOT:-}}
here=$(cd "$(dirname "$0")/../.." && pwd)
command -v buildah >/dev/null || skip "buildah is not installed"
[ "$(id -u)" = 0 ] || skip "buildah is tried as root alone, with the isolation of chroot"
archive=$(ls "$out"/slidetype-[0-9]*.tar.gz 2>/dev/null | head -n 1) || true
[ -n "$archive" ] || skip "there is no archive in $out: make packages"

work=$(mktemp -d)
buildah() { command buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
trap 'command buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs rm --all >/dev/null 2>&1; rm -rf "$work"' EXIT
if [ -z "$root" ]; then
    command -v debootstrap >/dev/null || skip "debootstrap is not installed, and no root is named in SLIDETYPE_BASE_ROOT"
    root=$work/debian
    debootstrap --variant=minbase bookworm "$root" >"$work/log" 2>&1 || skip "debootstrap: $(tail -n 1 "$work/log")"
fi
mkdir "$work/context"
cp "$archive" "$work/context"
base=$(buildah from scratch 2>"$work/log") || skip "buildah may not work here: $(tail -n 1 "$work/log")"
buildah add -q "$base" "$root" / >/dev/null
buildah commit -q "$base" localhost/debian >/dev/null
buildah rm "$base" >/dev/null

buildah bud -q --isolation chroot --build-arg BASE=localhost/debian -f "$here/Containerfile" -t localhost/slidetype "$work/context"
buildah inspect --type image --format 'user {{.OCIv1.Config.User}}, entry point {{.OCIv1.Config.Entrypoint}}' localhost/slidetype |
    tee "$work/facts"
grep -q 'user slidetype, entry point \[/opt/slidetype/bin/slidetype\]' "$work/facts"
box=$(buildah from localhost/slidetype)
inside() { buildah run --isolation chroot "$box" -- "$@"; }
inside id -un | grep -x slidetype
inside slidetype run /opt/slidetype/share/doc/slidetype/sample_slides/acinar.tiff -o results -q
inside test -s results/acinar/overlay.png
inside slidetype doctor | tail -n 1 | tee "$work/doctor"
grep -q "slidetype works here" "$work/doctor"
