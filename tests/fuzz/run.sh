#!/bin/sh
# Fuzzes every target (or those named) for some seconds each, under ASan and UBSan, starting from
# tests/corpus. What is new goes to build-fuzz/found/TARGET; a failure leaves a crash-* file there
# and ends with exit code 1.
#
#   tests/fuzz/run.sh SECONDS [TARGET...]       e.g. tests/fuzz/run.sh 600 fuzz_yaml
#   tests/fuzz/run.sh merge [TARGET...]         adds to tests/corpus what reaches new code, as few
#                                               inputs as possible
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${XNC_FUZZ_BUILD:-$root/build-fuzz}
seconds=${1:?"usage: run.sh SECONDS [TARGET...]"}
shift
targets=${*:-fuzz_yaml fuzz_hub fuzz_labels fuzz_npy fuzz_safetensors fuzz_hdf5 fuzz_keras
    fuzz_zip fuzz_pickle fuzz_legacy fuzz_index fuzz_module fuzz_script
    fuzz_ir fuzz_kir fuzz_blob fuzz_jpeg fuzz_png fuzz_image fuzz_boxes fuzz_quant fuzz_keras_graph}

cmake -S "$root" -B "$build" -DXNC_FUZZ=ON -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang \
    -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_C_FLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
    >/dev/null
# shellcheck disable=SC2086 # the targets are words
cmake --build "$build" --parallel 2 --target $targets >/dev/null

failed=0
for target in $targets; do
    found=$build/found/$target
    mkdir -p "$found" "$root/tests/corpus/$target"
    if [ "$seconds" = merge ]; then
        "$build/$target" -set_cover_merge=1 -use_counters=0 -max_len=4096 "$root/tests/corpus/$target" "$found" 2>/dev/null
        continue
    fi
    dictionary=$here/$target.dict
    echo "== $target, $seconds seconds"
    "$build/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$found/" \
        ${dictionary:+$([ -f "$dictionary" ] && echo "-dict=$dictionary")} \
        "$found" "$root/tests/corpus/$target" >"$found.log" 2>&1 || failed=1
    grep -E "^(==.*ERROR|SUMMARY|stat::number_of_executed|stat::new_units|does not hold)" "$found.log"
done
exit $failed
