#!/usr/bin/env bash
# Runs the scripts for QuPath under Groovy, with stand-ins for QuPath.
#   run.sh PROGRAM SOURCE_FOLDER SCRIPTS
set -euo pipefail
program=$1 source=$2 scripts=$3
gson=/usr/share/java/gson.jar
command -v groovy >/dev/null || { echo "SKIPPED: groovy is not installed (Debian: groovy libgoogle-gson-java)"; exit 0; }
[ -e "$gson" ] || { echo "SKIPPED: $gson is not there (Debian: libgoogle-gson-java)"; exit 0; }
# Debian's Groovy 2.4 runs on Java 17 and older.
for java in "${JAVA_HOME:-}" /usr/lib/jvm/default-java /usr/lib/jvm/java-17-openjdk-*; do
    [ -n "$java" ] && [ -x "$java/bin/java" ] || continue
    export JAVA_HOME=$java
    groovy -e 'System.exit(0)' >/dev/null 2>&1 && break
    JAVA_HOME=
done
[ -n "${JAVA_HOME:-}" ] || { echo "SKIPPED: groovy does not run with the Java that is installed"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$source/tests/qupath
groovy -cp "$here/standins:$gson" "$here/scripts_test.groovy" "$scripts" "$program" \
    "$source" "$work"
