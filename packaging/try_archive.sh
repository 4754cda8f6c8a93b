#!/bin/bash
# Within the root, see try.sh: the relocatable archive unpacked and used by a user without rights, with an empty environment.
set -eu
cd /srv/files
. /etc/os-release
echo "On ${PRETTY_NAME}, $(dpkg-query -W | wc -l) packages, glibc $(ldd --version | sed -n '1s/.* //p')"
id visitor >/dev/null 2>&1 || useradd --create-home --home-dir /home/visitor visitor
cat >/home/visitor/use.sh <<'TEXT'
set -eu
cd ~
. /srv/files/steps.sh
begun=$(date +%s)
step "tar xzf slidetype.tar.gz"
for archive in /srv/files/slidetype-[0-9]*.tar.gz; do tar xzf "$archive"; done
mv slidetype-[0-9]* moved  # wherever it lies, whatever it is called
slidetype() { env -i HOME="$HOME" ~/moved/bin/slidetype "$@"; }
slidetype --version
du -sh moved | cut -f1

step "slidetype run sample_slides -o results"
slidetype run moved/share/doc/slidetype/sample_slides -o results -q
echo "($(($(date +%s) - begun)) s since unpacking began)"
test -s results/acinar/overlay.png || fail "no overlay"

step "slidetype doctor"
slidetype doctor .

step "libraries that are taken from the system"
for binary in moved/bin/slidetype moved/lib/libslidetype.so.1 moved/lib/slidetype/*.so*; do
    env -i /lib64/ld-linux-*.so.2 --list "$PWD/$binary"
done >libraries
if grep "not found" libraries; then fail "a library is missing"; fi
grep -v "$HOME/moved\|linux-vdso" libraries | sed 's/ (0x.*//; s/.*=> //; s/^[ \t]*//' | sort -u | tee of_the_system
if grep -vE '/(ld-linux[^/]*|lib(c|m|dl|rt|pthread|resolv|util))\.so\.[0-9]+$' of_the_system; then fail "more than glibc"; fi

step "slidetype view results --no-browser"
page_of env -i HOME="$HOME" ~/moved/bin/slidetype view results --no-browser

# Not what one would teach; but pictures that are there.
mkdir -p tiles/LUAD tiles/LUSC
for slide in acinar keratin mixed; do
    cp results/$slide/overlay.png "tiles/LUAD/$slide.png"
    cp results/$slide/heatmap.png "tiles/LUSC/$slide.png"
done
step "what training says without the archive slidetype-torch"
slidetype train tiles -o model --epochs 1 --split random --validation-share 0.34 && fail "trained without libtorch" || true
for archive in /srv/files/slidetype-torch-*.tar.gz; do
    [ -e "$archive" ] || continue
    step "tar xzf slidetype-torch.tar.gz, over it"
    mkdir over && tar xzf "$archive" -C over
    cp -a over/*/. moved/
    du -sh moved | cut -f1
    step "slidetype train tiles -o model --epochs 1"
    slidetype train tiles -o model --epochs 1 --split random --validation-share 0.34 -q
    test -s model/config.json || fail "no model"
    slidetype doctor . | grep -i torch
done
TEXT
exec setpriv --reuid visitor --regid visitor --clear-groups env -i HOME=/home/visitor PATH=/usr/bin:/bin LANG=C.UTF-8 bash /home/visitor/use.sh
