#!/bin/sh
# The examples build as a product would build them, and answer.
#
# Input: the installed package, the source tree, a work folder. The checkpoint is the one that torch
# wrote. Expectation: the C program names a class, the C++ program answers for its four pictures.
set -eu
prefix=$1 root=$2 work=$3
rm -rf "$work"
cmake -S "$root/examples" -B "$work" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DXNC_TARGET=scalar \
    >/dev/null
cmake --build "$work" >/dev/null
weights=$work/xnc/xception_mini/xception_mini.weights
"$work/classify" "$weights" | grep -q '^class [0-9] with logit [0-9]'
test "$("$work/serve" "$weights" | grep -c 'first logit')" = 4
! "$work/classify" no_such_file 2>"$work/message"
grep -q 'no_such_file' "$work/message"
