"""Compares what our descriptions build with golden/*.txt, which timm wrote.

Purpose: every key, shape, parameter count, MAC count, output and feature map of the named networks
is timm's. Input: the program describe. Expectation: the golden file, line by line.
"""
import pathlib
import re
import subprocess
import sys

from keys import shorten

FOLDER = pathlib.Path(__file__).parent / "golden"


def run(describe, name, label):
    keys = [] if label else ["--keys"]
    command = [describe, name, *keys, *label.split()]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}")
    return done.stdout.splitlines()


def report(lines, label, features):
    """The lines of one case in the form of the golden file."""
    taps, keys, rest = [], [], []
    for line in lines:
        kind, value = line.split(" ", 1)
        if kind == "key":
            keys.append(value)
        elif kind == "tap":
            taps.append(line)
        elif kind == "reduction":
            taps[-1] += f" reduction {value}"
        elif kind == "output":
            rest.append("output " + value.split()[1])
        else:
            rest.append(line)
    shown = [f"case {label}".rstrip(), *rest, *("key " + key for key in shorten(keys))]
    return shown + (taps if features else [])


def same(golden, ours):
    """A tap's name in timm is a module's; ours is that of the module's last value."""
    if golden == ours:
        return True
    pattern = r"tap (\S+) (.*)"
    ours, golden = re.fullmatch(pattern, ours), re.fullmatch(pattern, golden)
    return bool(ours and golden and ours[2] == golden[2]
                and ours[1].startswith(golden[1] + "."))


def check(describe, path):
    golden = path.read_text().splitlines()[1:]
    cases = [line[len("case"):].strip() for line in golden if line.startswith("case")]
    ours = []
    for label in cases:
        ours += report(run(describe, path.stem, label), label, not label or "size=" in label)
    wrong = [f"{path.name}: expected '{a}', got '{b}'"
             for a, b in zip(golden, ours) if not same(a, b)]
    if len(golden) != len(ours):
        wrong.append(f"{path.name}: expected {len(golden)} lines, got {len(ours)}")
    return wrong


if __name__ == "__main__":
    paths = sorted(FOLDER.glob("*.txt"))
    problems = [line for path in paths for line in check(sys.argv[1], path)]
    print("\n".join(problems[:40]) or f"{len(paths)} networks are timm's")
    sys.exit(bool(problems) or not paths)
