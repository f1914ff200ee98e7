#!/bin/sh
# Installs what is needed, builds everything and runs every test, but for those that take hours (label
# long). Arguments go to ctest.
set -eu
cd "$(dirname "$0")"
./install.sh chromium-headless-shell # the tests drive the page of a report in it
cmake -S . -B build-test -G Ninja >/dev/null
cmake --build build-test
ctest --test-dir build-test --output-on-failure -LE long -j "$(nproc)" "$@"
