#!/bin/bash
# Within the root, see try.sh: the Debian package installed, run, and removed without a trace.
set -eu
cd /srv/files
export DEBIAN_FRONTEND=noninteractive
. ./steps.sh
. /etc/os-release
echo "On ${PRETTY_NAME}, $(dpkg-query -W | wc -l) packages, glibc $(ldd --version | sed -n '1s/.* //p')"
apt-get update -q >/dev/null
# A minimal root leaves manual pages out; a user's system has them.
rm -f /etc/dpkg/dpkg.cfg.d/*exclude*
apt-get install -qq -y --no-install-recommends man-db bash-completion >/dev/null 2>&1
listed() { find / -xdev \( -path /proc -o -path /dev -o -path /srv -o -path /tmp -o -path /var/cache -o -path /var/lib/apt -o -path /var/log -o -path /var/lib/dpkg \) -prune -o -print | sort; }

step "apt install --no-install-recommends ./slidetype.deb"
begun=$(date +%s)
apt-get install -q -y --no-install-recommends ./slidetype_*.deb >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; fail "it is not installed"; }
grep -E "newly installed|Need to get|additional disk" /tmp/apt.log
echo "($(($(date +%s) - begun)) s)"
dpkg -s slidetype | grep -E "^(Version|Recommends)"
if dpkg-query -W -f '${Package} ${db:Status-Status}\n' | grep -E "^(libtorch|chromium).* installed"; then fail "training or a browser came along"; fi

step "slidetype run /usr/share/doc/slidetype/sample_slides -o /tmp/results"
slidetype run /usr/share/doc/slidetype/sample_slides -o /tmp/results -q
echo "($(($(date +%s) - begun)) s since the installation began)"
test -s /tmp/results/acinar/overlay.png || fail "no overlay"

step "slidetype doctor"
slidetype doctor /tmp

step "slidetype view /tmp/results --no-browser"
page_of slidetype view /tmp/results --no-browser

step "man slidetype-run"
man slidetype-run 2>/dev/null | sed -n '3,8p'
man -w slidetype-models-import-keras

step "completion in bash: slidetype run --backend <tab>"
bash -c '. /usr/share/bash-completion/completions/slidetype
    COMP_WORDS=(slidetype run --backend "") COMP_CWORD=3; _slidetype; echo "${COMPREPLY[@]}"
    COMP_WORDS=(slidetype mod) COMP_CWORD=1; _slidetype; echo "${COMPREPLY[@]}"'

step "what training says without libtorch"
mkdir -p /tmp/tiles/LUAD /tmp/tiles/LUSC
cp /tmp/results/acinar/heatmap.png /tmp/tiles/LUAD/a.png; cp /tmp/results/mixed/heatmap.png /tmp/tiles/LUSC/b.png
slidetype train /tmp/tiles -o /tmp/model && fail "trained without libtorch" || true

step "apt purge slidetype; apt autoremove"
apt-get purge -q -y slidetype >/dev/null 2>&1
apt-get autoremove --purge -q -y >/dev/null 2>&1
if listed | grep -i slidetype; then fail "files of it stayed"; fi
dpkg-query -W slidetype 2>/dev/null && fail "it is still known to dpkg"
hash -r
[ ! -e /usr/bin/slidetype ] || fail "the program is still there"
echo "Nothing of slidetype is left; $(dpkg-query -W | wc -l) packages."
