#!/bin/bash
# What try_deb.sh and try_archive.sh have in common; read by them.
step() { echo; echo "\$ $*"; }
fail() { echo "FAILED: $*"; exit 1; }

# page_of VIEW…: starts `slidetype view …`, asks it for its page, and ends it. A bare Debian has no curl; bash opens sockets itself.
page_of() {
    "$@" >/tmp/view.log 2>&1 &
    local viewer=$! address port path
    for _ in $(seq 50); do grep -q http /tmp/view.log && break; sleep 0.2; done
    address=$(grep -o 'http://[^ ]*' /tmp/view.log)
    port=$(echo "$address" | sed 's,http://[^:]*:\([0-9]*\)/.*,\1,') path=$(echo "$address" | sed 's,http://[^/]*,,')
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$path" "$port" >&3
    cat <&3 >/tmp/page
    kill -INT "$viewer"
    wait "$viewer" || true
    head -n 1 /tmp/page
    grep -q '<title>' /tmp/page || fail "no page"
}
