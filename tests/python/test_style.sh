#!/bin/sh
# The Python package in the eyes of a checker.
#
# Input: mypy or ruff, the source tree, a work folder.
# Expectation: not one complaint; exit 77 where there is no such program.
set -eu
checker=$1 root=$2 work=$3
command -v "$checker" >/dev/null || { echo "skipped: no $checker here"; exit 77; }
mkdir -p "$work"
cd "$work" # what a checker keeps for the next time stays out of the tree
case $checker in
mypy)
    mypy --strict --python-version 3.9 --exclude import_qdq "$root/python/xnc"
    mypy --strict "$root/python/wheel/build.py"
    ;;
ruff) ruff check --isolated --line-length 100 --select E,F,W,B --target-version py39 --no-cache "$root/python" "$root/tests/python" ;;
esac
