#!/bin/sh
# Regenerates the C of the six variants and compares it with generated/: a change of the compiler
# shows as a diff there. After a wanted change:
#   tests/generated/compare.sh build/xnc --write
set -eu
xnc=$1
mode=${2:-}
committed=$(dirname "$0")/../../generated
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
for model in xception xception41 xception65 xception71 xception41p xception65p; do
    "$xnc" compile "$model" --target=x86-64-v3 -o "$fresh"
done
if [ "$mode" = --write ]; then
    cp "$fresh"/*.c "$fresh"/*.h "$committed"/
    exit 0
fi
status=0
for file in "$fresh"/*; do
    diff -u "$committed/$(basename "$file")" "$file" | head -n 60 | grep . && status=1
done
[ $status = 0 ] || echo "to accept: tests/generated/compare.sh build/xnc --write" >&2
exit $status
