#!/bin/sh
# Every C, C++ and JavaScript file, the emitted ones in generated/ too, is as clang-format 14 leaves it.
# Input: the root of the source tree. Expectation: nothing printed, exit 0.
set -eu
cd "$1"
find ir passes compiler runtime generated tests bench examples \
    -name '*.c' -o -name '*.h' -o -name '*.cpp' -o -name '*.hpp' -o -name '*.js' | grep -v '^ir/target/' |
    xargs clang-format --dry-run -Werror
