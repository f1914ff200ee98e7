#!/usr/bin/env python3
"""The memory plans of whole networks, judged by check_plan.py.

Input: the program that prints planned graphs (tests/passes/networks/run_network.c).
Expectation: every plan is sound and its arena equals the bound, at one thread and at more; the
arena of each of the six published networks at 299x299 with one thread stays below 26 MB, for every
target.
"""
import subprocess
import sys

import check_plan

SIX = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
ALIGNED = SIX[1:]
SMALL = ("xception_mini", "legacy_mini", "tests/golden/models/preact_mini.yaml")
MOST_BYTES = 26_000_000


def plan(program, network, options):
    done = subprocess.run([program, "plan", network, *options], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        sys.exit(f"{network} {options}: {done.stderr}")
    return done.stdout


def cases():
    for network in SIX:
        for target in ("scalar", "x86-64-v3", "x86-64-v4"):
            yield network, [f"target={target}"], MOST_BYTES
    for network in ALIGNED:
        yield network, ["output_stride=8"], None
        yield network, ["output_stride=16", "features=all", "size=256x320"], None
    for network in SIX + SMALL:
        yield network, ["features=all"], None
        yield network, ["features=0,-1", "batch=2"], None
        yield network, ["classes=0", "pool=none", "size=97"], None


def main():
    program, failures = sys.argv[1], 0
    for network, options, most in cases():
        text = plan(program, network, options)
        name, found, line = check_plan.judge(text)
        arena = int(dict(part.split("=") for part in line.split() if "=" in part).get("arena", 0))
        if most and arena > most:
            found.append(f"the arena takes {arena} bytes, more than {most}")
        if found:
            failures += 1
        print(name, *options, *(found or [line]))
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
