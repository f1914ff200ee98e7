#!/usr/bin/env python3
"""The memory plans of whole networks, judged by check_plan.py.

Input: the program that prints planned graphs (tests/passes/registry/run_network.c).
Expectation: every plan is sound and its arena equals the bound. With features a large map that is
handed out may stand where scratch, which has to grow upwards with the threads, finds no room at the
bound: there the arena may be up to 2 % larger. The
arena of each of the six published networks at 299x299 with one thread stays below 12 MB, for every
target.
"""
import subprocess
import sys

import check_plan

SIX = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
ALIGNED = SIX[1:]
MOST_GAP = 1.02
SMALL = ("xception_mini", "legacy_mini", "tests/golden/models/preact_mini.yaml")
MOST_BYTES = 12_000_000


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
        yield network, ["size=301x277", "batch=2"], None
        yield network, ["size=299", "features=all"], None


def main():
    program, failures = sys.argv[1], 0
    for network, options, most in cases():
        text = plan(program, network, options)
        taps = any(option.startswith("features") for option in options)
        name, found, line = check_plan.judge(text, allow_gap=taps)
        facts = dict(part.split("=") for part in line.split() if "=" in part)
        arena, bound = int(facts.get("arena", 0)), int(facts.get("bound", 0))
        if arena > bound * MOST_GAP:
            found.append(f"the arena takes {arena} bytes, the bound is {bound}")
        if most and arena > most:
            found.append(f"the arena takes {arena} bytes, more than {most}")
        if found:
            failures += 1
        print(name, *options, *(found or [line]))
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
