#!/usr/bin/env python3
"""examples/golden builds from the installed package without a warning, and its two tests pass.

    test_golden.py PREFIX ROOT WORK

Expected of the product's own test: a line of TAP for each value that the golden program compares.
"""
import pathlib
import re
import shutil
import subprocess
import sys

PREFIX, ROOT, WORK = map(pathlib.Path, sys.argv[1:4])


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


shutil.rmtree(WORK, ignore_errors=True)
run("cmake", "-S", ROOT / "examples/golden", "-B", WORK, "-G", "Ninja",
    f"-DCMAKE_PREFIX_PATH={PREFIX}", "-DXNC_TARGETS=scalar", "-DCMAKE_BUILD_TYPE=Release",
    "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic -Werror")
run("cmake", "--build", WORK)
said = run("ctest", "--test-dir", WORK, "--verbose")
compared = re.findall(r"(\d+) layers and 1 output are equal", said)
assert len(compared) == 3, said
values = sum(int(layers) + 1 for layers in compared)
lines = re.findall(r"^\d+: ok (\d+) - \S+ of (?:noise|extremes|0\.jpg)$", said, re.M)
assert [int(line) for line in lines] == list(range(1, values + 1)), said
assert f"1..{values}\n" in said and "100% tests passed" in said, said
