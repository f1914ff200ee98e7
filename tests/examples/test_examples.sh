#!/bin/sh
# The examples build as a product would build them, and answer.
#
# Input: the installed package, the source tree, a work folder. The checkpoint is the one that torch
# wrote. Expectation: the C program names a class, the C++ program answers for its four pictures, and
# the README's ten lines compile with what --with-runtime puts beside the network.
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

# The program of the README, for the small network.
cd "$work"
"$prefix/bin/xnc" compile xception_mini --weights "$root/examples/xception_mini.pth" \
    --target=scalar --with-runtime -o out
sed -n '/^```c$/,/^```$/p' "$root/README.md" | sed '/^```/d' |
    sed 's/xception41/xception_mini/g; s/XCEPTION41/XCEPTION_MINI/g; s/299/64/g' >main.c
cc -O1 -Wall -Werror -Iout main.c out/*.c -lsleef -lm -lpthread -o ten_lines
./ten_lines
