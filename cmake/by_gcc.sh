#!/bin/sh
# by_gcc.sh [LAUNCHER] CLANG ARGUMENT…: the same command with g++ in the place of clang++ (see slidetype_by_gcc), without what
# clang alone knows.
case $1 in
    *clang++*) launcher= ;;
    *) launcher=$1; shift ;;
esac
shift
for argument in "$@"; do
    shift
    case $argument in -fsanitize-ignorelist=*) ;; *) set -- "$@" "$argument" ;; esac
done
exec ${launcher:+"$launcher"} g++ "$@"
