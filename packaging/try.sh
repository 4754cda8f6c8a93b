#!/usr/bin/env bash
# Installs, uses and removes what was packed in a bare Debian made by debootstrap, and prints a transcript of it.
#   packaging/try.sh deb ROOT DEB        the Debian package (the root needs a network, or a full apt cache)
#   packaging/try.sh archive ROOT TAR…   the relocatable archive, as a user without rights and with nothing installed; with
#                                        the archive slidetype-torch as well, training, too
# ROOT is a folder with such a root (debootstrap --variant=minbase SUITE ROOT); it is left as it was, since all is written
# into an overlay. Needs root rights (mounts, chroot).
set -euo pipefail
usage() { sed -n '2,8s/^# \?//p' "$0" >&2; exit 1; }
[ $# -ge 3 ] || usage
kind=$1 base=$(realpath "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
case $kind in deb) inside=$here/try_deb.sh ;; archive) inside=$here/try_archive.sh ;; *) usage ;; esac
[ "$(id -u)" = 0 ] || { echo "packaging/try.sh: mounting needs root rights" >&2; exit 1; }
[ -x "$base/usr/bin/dpkg" ] || { echo "packaging/try.sh: $base is no root of a Debian" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/slidetype-try-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/upper" "$work/work" "$work/root" "$work/files"
cp "$inside" "$work/files/inside.sh"
cp "$here/try_steps.sh" "$work/files/steps.sh"
cp "$@" "$work/files/"
# In a mount namespace of its own, so that nothing stays mounted.
BASE=$base WORK=$work APT_CACHE=${APT_CACHE:-} unshare --mount bash -c '
    set -e
    mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$WORK/upper,workdir=$WORK/work" "$WORK/root"
    root=$WORK/root
    mkdir -p "$root/srv/files"
    mount --bind "$WORK/files" "$root/srv/files"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    [ -z "$APT_CACHE" ] || mount --bind "$APT_CACHE" "$root/var/cache/apt/archives"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 chroot "$root" bash /srv/files/inside.sh'
