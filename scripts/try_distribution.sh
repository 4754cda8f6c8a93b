#!/usr/bin/env bash
# try_distribution.sh NAME [options]: whether slidetype builds, passes its tests and gives the same scores on another Debian.
# NAME is bookworm, trixie or testing (or 12, 13). It makes a root with debootstrap if there is none, copies a clean checkout
# into it, runs the two commands of the README there as a new user with sudo would (`make demo`, `make test`), scores the
# sample slides and, where shared data is at hand, genuine ones, with floats, 8-bit integers and libtorch, and compares that
# with what Debian 12 gave. Prints a summary and a row for docs/systems.md, and keeps both as NAME.json (scripts/systems.py
# --help: how they get into the page). Exit code 0: all built, no test failed, the scores are those of the reference.
#   --folder DIR      where roots and results are kept (slidetype/distributions of the user's cache)
#   --reference DIR   scores to compare with (default: those of Debian 12 in the folder: try bookworm first)
#   --no-tests        `make demo` and the scores alone
#   --working-tree    copies what lies here, committed or not; else what is committed (HEAD)
#   --fresh           makes the root anew, though there is one
#   --seed ROOT       copies this root of debootstrap instead of fetching one
#   --mirror URL      Debian's archive (default: debootstrap's own)
#   --standing-mirror the archive stands still, as snapshots of it do: its lists may be out of date
#   --packages DIR    keeps fetched packages there, for the next time
# SLIDETYPE_CCACHE=DIR lets ccache keep there what was compiled (the time to build is not told then). SLIDETYPE_SHARED: shared data (../shared).
# Needs root (for mounts and chroot), debootstrap, python3 and the network. All mounts are in a namespace of its own: they
# are gone when it ends, however it does, and so is everything that still runs in the root.
set -euo pipefail
fail() { echo "try_distribution.sh: $*" >&2; exit 1; }
usage() { sed -n '2,20s/^# \{0,1\}//p' "$0"; exit "$1"; }

cd "$(dirname "$(realpath "$0")")/.."
source_folder=$PWD
name='' folder=${XDG_CACHE_HOME:-$HOME/.cache}/slidetype/distributions reference='' tests=yes tree=head fresh=no seed=''
mirror='' standing=no packages=''
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --folder | --reference | --seed | --mirror | --packages)
            [ $# -ge 2 ] || fail "$1 needs a value"
            declare "${1#--}=$2"
            shift ;;
        --no-tests) tests=no ;;
        --working-tree) tree=working ;;
        --fresh) fresh=yes ;;
        --standing-mirror) standing=yes ;;
        -h | --help) usage 0 ;;
        -*) fail "there is no option $1; see --help" ;;
        *) [ -z "$name" ] || fail "one distribution at a time, not $name and $1"
           name=$1 ;;
    esac
    shift
done
case $name in
    12 | bookworm) name=bookworm ;;
    13 | trixie) name=trixie ;;
    testing) ;;
    '') usage 1 >&2 ;;
    *) fail "'$name' is not bookworm (12), trixie (13) or testing" ;;
esac
[ "$(id -u)" = 0 ] || fail "this needs root: run it with sudo"
command -v python3 >/dev/null || fail "this needs python3"
mkdir -p "$folder"
folder=$(realpath "$folder")
root=$folder/root-$name scores=$folder/scores-$name
[ -n "$reference" ] || reference=$folder/scores-bookworm
[ "$name" = bookworm ] || [ -d "$reference" ] || fail "there is no reference in $reference: try bookworm first, or name one with --reference"
[ -z "$seed" ] || [ -d "$seed/usr" ] || fail "$seed is no root of a system"
[ -d "$root" ] || [ -n "$seed" ] || command -v debootstrap >/dev/null || fail "this needs debootstrap (apt-get install debootstrap)"

# Once more in a namespace of its own for mounts and processes; --kill-child: what runs there ends with this.
if [ "${SLIDETYPE_IN_NAMESPACE:-}" != yes ]; then
    command -v unshare >/dev/null || fail "this needs unshare (util-linux)"
    exec 8>"$folder/$name.lock"
    flock --nonblock 8 || fail "$name is being tried by another process in $folder"
    export SLIDETYPE_IN_NAMESPACE=yes
    exec unshare --mount --propagation private --pid --fork --kill-child -- "$0" "${arguments[@]}"
fi

export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'  # root reads a checkout of somebody else's
commit=$(git rev-parse --short HEAD 2>/dev/null || true)
[ $tree = head ] || commit=$commit+
trap 'exit 130' INT TERM  # the first process of a namespace is spared by signals that it does not ask for
begin=$SECONDS
say() { echo "== $name, $((SECONDS - begin)) s: $*"; }
log=$folder/$name.log
: >"$log"

make_root() {
    [ $fresh = no ] || rm -rf "$root"
    [ ! -e "$root/etc/slidetype-root" ] || { say "the root is there: $root"; return; }
    rm -rf "$root" "$root.part"
    if [ -n "$seed" ]; then
        say "copies $seed"
        cp -a --one-file-system "$seed" "$root.part"
    else
        say "debootstrap, into $root"
        debootstrap --variant=minbase "$name" "$root.part" ${mirror:+"$mirror"} >>"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "debootstrap failed, see $log"; }
    fi
    touch "$root.part/etc/slidetype-root"
    mv "$root.part" "$root"
}

mount_into_root() {
    mkdir -p "$root"/{proc,sys,dev,.outside}
    mount --bind "$root" "$root"  # pivot_root asks for a mount
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --bind -o ro /sys "$root/sys"
    cp --remove-destination -L /etc/hosts "$root/etc/hosts"
    [ ! -e /etc/resolv.conf ] || cp --remove-destination -L /etc/resolv.conf "$root/etc/resolv.conf"
    [ -z "$packages" ] || bind "$packages" /var/cache/apt/archives
    rm -f "$root/etc/apt/apt.conf.d/docker-clean"
    if [ $standing = yes ]; then
        echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99standing-mirror"
    fi
}

bind() { # FOLDER PLACE: the folder at a place in the root
    mkdir -p "$1" "$root$2"
    mount --bind "$1" "$root$2"
}

# What the network of this machine needs, and what the user of this script asked for.
environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb)
for variable in http_proxy https_proxy no_proxy; do
    [ -z "${!variable:-}" ] || environment+=("$variable=${!variable}")
done

# By pivot_root, for in a chroot the kernel allows no user namespaces, which browsers keep their pages in.
in_root() { # USER COMMAND…
    unshare --mount --propagation private bash -c 'cd "$1" && pivot_root . .outside && umount -l /.outside || exit 125
        user=$2; shift 2; exec chroot --userspec="$user:$user" --groups="$user" / "$@"' pivot "$root" "$@"
}
as_root() { in_root root /usr/bin/env -i HOME=/root DEBIAN_FRONTEND=noninteractive "${environment[@]}" "$@"; }
as_user() { # COMMAND LINE, in the checkout
    in_root newcomer /usr/bin/env -i HOME=/home/newcomer USER=newcomer LOGNAME=newcomer "${environment[@]}" \
        bash -c "cd /home/newcomer/slidetype && $1"
}

# A machine on which one can type `make`, and somebody who may use sudo.
prepare_user() {
    local wanted=(sudo make ca-certificates)
    if [ -n "${SLIDETYPE_CCACHE:-}" ]; then
        wanted+=(ccache)
        bind "$SLIDETYPE_CCACHE" /home/newcomer/ccache
        environment+=(CCACHE_DIR=/home/newcomer/ccache CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    say "installs ${wanted[*]}"
    {
        as_root apt-get update -q && as_root apt-get install -q -y --no-install-recommends "${wanted[@]}"
    } >>"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "apt-get failed, see $log"; }
    as_root id newcomer >/dev/null 2>&1 || as_root useradd --create-home --shell /bin/bash newcomer
    as_root install -d -o newcomer -g newcomer /home/newcomer
    [ -z "${SLIDETYPE_CCACHE:-}" ] || as_root chown newcomer /home/newcomer/ccache
    echo 'newcomer ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/newcomer"
    if [ -n "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$NODE_EXTRA_CA_CERTS" ]; then
        install -m 644 "$NODE_EXTRA_CA_CERTS" "$root/etc/slidetype-network.pem"
        environment+=(NODE_EXTRA_CA_CERTS=/etc/slidetype-network.pem)
    fi
}

copy_checkout() {
    local checkout=$root/home/newcomer/slidetype shared=${SLIDETYPE_SHARED:-$source_folder/../shared}
    rm -rf "$checkout"
    mkdir -p "$checkout"
    say "copies the checkout"
    if [ $tree = head ]; then
        git archive HEAD | tar -x -C "$checkout"
    else
        git ls-files -z --cached --others --exclude-standard |
            xargs -0 sh -c 'for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' list |
            tar -c --null --files-from=- | tar -x -C "$checkout"
    fi
    as_root chown -R newcomer:newcomer /home/newcomer/slidetype
    if [ -d "$shared/data" ]; then
        mkdir -p "$root/home/newcomer/shared"
        mount --bind -o ro "$(realpath "$shared")" "$root/home/newcomer/shared"
    else
        echo "No shared data in $shared: the sample slides alone are compared." | tee -a "$log"
    fi
}

timed() { # NAME COMMAND LINE: as the user, into the log; its wall seconds into a variable of that name
    local start=$SECONDS status=0
    say "$2"
    echo "== $2" >>"$log"
    as_user "$2" >>"$log" 2>&1 || status=$?
    printf -v "$1" %d $((SECONDS - start))
    return $status
}

# The same slides with each backend; what is read of them, and what they were read with, is kept outside of the root.
score_slides() {
    local backend ignored
    mkdir -p "$root/home/newcomer/scores"
    rm -rf "$root"/home/newcomer/scores/*
    {
        echo 'slide,name,spacing'
        printf '/home/newcomer/slidetype/sample_slides/%s.tiff,%s,\n' acinar acinar keratin keratin mixed mixed
        local shared=/home/newcomer/shared/data
        while IFS=, read -r file slide spacing; do
            [ ! -e "$root$shared/$file" ] || echo "$shared/$file,$slide,$spacing"
        done <<'LIST'
slides/aperio_CMU-1-Small-Region.svs,CMU-1,
slides/aperio_TCGA-CR-7395-01A-01-TS1.svs,TCGA-CR-7395,0.5
scanner/slides/lung_squamous_HE2.tif,HE2,0.27
scanner/slides/lung_squamous_HE3.tif,HE3,0.27
LIST
    } >"$root/home/newcomer/scores/slides.csv"
    as_root chown -R newcomer:newcomer /home/newcomer/scores
    for backend in onednn onednn-int8 torch; do
        timed ignored "build/release/bin/slidetype run ../scores/slides.csv -o ../scores/$backend --backend $backend --quiet" \
            || [ $? = 2 ] || return 1  # 2: some failed, which is compared, too
    done
    as_user 'build/release/bin/slidetype doctor --json >../scores/doctor.json; { cat /etc/os-release; echo "COMPILER=\"$(g++ --version | head -n 1)\""; echo "CMAKE=\"$(cmake --version | head -n 1)\""; dpkg-query -W -f "PACKAGE \${Package} \${Version}\n" libtorch-dev libopenslide-dev libdnnl-dev libopencv-core-dev libboost-dev libfmt-dev libtbb-dev libhdf5-dev; } >../scores/system.txt' || true
    rm -rf "$scores.part" "$scores"
    cp -a "$root/home/newcomer/scores" "$scores.part"
    chown -R 0:0 "$scores.part"
    mv "$scores.part" "$scores"
}

try_it() {
    make_root
    mount_into_root
    prepare_user
    copy_checkout
    local ignored demo_s=0 test_s=0 tested=skipped checkout=$root/home/newcomer/slidetype/build/release status=0
    timed demo_s "make demo" || { tail -n 20 "$log" >&2; fail "make demo failed, see $log"; }
    cp "$checkout/.ninja_log" "$folder/$name.ninja_log"
    if [ $tests = yes ]; then
        if timed test_s "make test"; then tested=passed; else tested=failed; fi
        cp "$checkout/Testing/Temporary/LastTest.log" "$folder/$name.tests.log" 2>/dev/null || tested=unbuilt
    fi
    # libtorch's module is none that the demo needs.
    timed ignored "make program" || { tail -n 20 "$log" >&2; fail "make program failed, see $log"; }
    score_slides || { tail -n 20 "$log" >&2; fail "the slides cannot be scored, see $log"; }
    python3 scripts/systems.py summary "$name" --folder "$folder" --reference "$reference" --demo "$demo_s" \
        --test "$test_s" --tested "$tested" --commit "$commit" ${SLIDETYPE_CCACHE:+--kept} || status=$?
    say "done; all that was printed is in $log"
    return $status
}

# On one line, so that nothing more is read of this file, which may have changed by then.
try_it; exit $?
