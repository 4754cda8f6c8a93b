#!/bin/sh
# by_gcc.sh [LAUNCHER] CLANG ARGUMENT…: the same command with g++ in the place of clang++ (see slidetype_by_gcc).
case $1 in
    *clang++*) shift; exec g++ "$@" ;;
    *) launcher=$1; shift 2; exec "$launcher" g++ "$@" ;;
esac
