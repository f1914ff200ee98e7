#!/bin/sh
# Every symbol that a library of the runtime defines for others begins with xnc_, and there is no
# variable that could change (constant tables of pointers are in .data.rel.ro, which is none).
# Input: the libraries. Expectation: no complaint, exit 0.
status=0
for library in "$@"; do
    wrong=$(nm --defined-only "$library" | awk '
        NF == 3 && $2 ~ /[A-Z]/ && $3 !~ /^xnc_/ {print $3}') || exit 1
    mutable=$(nm --defined-only --format=sysv "$library" | awk -F '|' '
        $7 ~ /^ *(\.data|\.bss|\*COM\*)/ && $7 !~ /\.rel\.ro/ {print $1 $7}') || exit 1
    if [ -n "$wrong$mutable" ]; then
        echo "$library: $wrong $mutable"
        status=1
    fi
done
exit $status
