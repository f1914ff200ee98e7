#!/bin/sh
# The examples build as a product would build them, and answer.
#
# Input: the tool, the source tree, a work folder. The checkpoint is the one that torch wrote.
# Expectation: the C program names the class that xnc run puts first for the same network, the C++
# program answers for its four pictures, and the README's ten lines compile.
set -eu
xnc=$1 root=$2 work=$3
rm -rf "$work"
cmake -S "$root/examples" -B "$work" -G Ninja -DXNC="$xnc" -DXNC_TARGET=scalar \
    -DWEIGHTS="$root/examples/xception_mini.pth" >/dev/null
cmake --build "$work" >/dev/null
"$work/classify" "$work/model/xception_mini.weights" | grep -q '^class [0-9] with logit [0-9]'
test "$("$work/serve" "$work/model/xception_mini.weights" | grep -c 'first logit')" = 4
! "$work/classify" no_such_file 2>"$work/message"
grep -q 'no_such_file' "$work/message"

# The program of the README, for the small network.
sed -n '/^```c$/,/^```$/p' "$root/README.md" | sed '/^```/d' |
    sed 's/xception41/xception_mini/g; s/XCEPTION41/XCEPTION_MINI/g; s/299/64/g' >"$work/main.c"
cc -O1 -Wall -Werror -I"$work/model" "$work/main.c" "$work"/model/*.c -lsleef -lm -lpthread \
    -o "$work/ten_lines"
ln -s model "$work/out"
cd "$work" && ./ten_lines
