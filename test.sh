#!/bin/sh
# Installs what is needed, builds everything and runs every test, but for those that take hours (label
# long). Arguments go to ctest.
set -eu
cd "$(dirname "$0")"
# The tests drive the page of a report in a browser, and look at code for other machines.
./install.sh chromium-headless-shell clang-19 llvm-19
cmake -S . -B build-test -G Ninja >/dev/null
cmake --build build-test
ctest --test-dir build-test --output-on-failure -LE long -j "$(nproc)" "$@"
