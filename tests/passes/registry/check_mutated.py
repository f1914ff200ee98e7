#!/usr/bin/env python3
"""Mistakes in a text of the IR are diagnostics: no pass of "xnc opt" aborts on one.

    check_mutated.py XNC [--seed=S] [--count=N]

Input: the texts of small networks after each pass, with numbers, names, words and lines exchanged,
left out and doubled. Expectation: the passes that are left, or one that does not fit, end with exit
code 0 or 3, in a few seconds. A text that does not is kept, and the command told.
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

SIZES, BLOCKS = ("9", "[76, 80]"), ("", ", stride_by: max_pool, stride: 2")
NUMBERS = ("0", "1", "2", "3", "7", "-1", "16", "64", "4095", "65536", "1000000",
           "9223372036854775807")  # fmt: skip
NUMBER, WORD = re.compile(r"(?<![\w.%@])\d+"), re.compile(r"[%@$]?[A-Za-z_][\w.]*")
LONGEST = 30  # seconds


def run(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False,
                          timeout=LONGEST)  # fmt: skip


def texts_after_each_pass(xnc, folder, passes):
    """(number of passes that made it, text)"""
    for size in SIZES:
        for block in BLOCKS:
            network = folder / "net.yaml"
            network.write_text(
                f"name: a\ntitle: t\ninput: {{size: {size}}}\nnorm_eps: 1e-5\n"
                f"stem: [{{width: 5, stride: 2}}]\nblocks: [{{widths: [6, 20]{block}}}]\n"
                "head: {classes: 3}\n")  # fmt: skip
            for at, name in enumerate(passes[:-1]):
                done = run(xnc, "compile", network, "-o", folder / "out", "--target=x86-64-v3",
                           f"--dump-after={name}")  # fmt: skip
                yield at + 1, done.stderr.partition("# after ")[2].partition("\n")[2]


def exchange(chance, lines, pattern, others):
    at = chance.randrange(len(lines))
    found = list(pattern.finditer(lines[at]))
    if found and others:
        one = chance.choice(found)
        lines[at] = lines[at][: one.start()] + chance.choice(others) + lines[at][one.end() :]


def mutate(chance, text):
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        kind, at = chance.random(), chance.randrange(len(lines))
        if kind < 0.45:
            exchange(chance, lines, NUMBER, NUMBERS)
        elif kind < 0.6:
            exchange(chance, lines, WORD, WORD.findall(lines[at]))
        elif kind < 0.7:
            exchange(chance, lines, WORD, ("",))
        elif kind < 0.8:
            del lines[at]
        elif kind < 0.9:
            lines.insert(chance.randrange(len(lines)), lines[at])
        else:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines)


def ends_well(words):
    try:
        return run(*words).returncode in (0, 3)
    except subprocess.TimeoutExpired:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("xnc")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    chance, bad = random.Random(options.seed), 0
    listed = run(options.xnc, "passes").stdout.split("\n")
    passes = [line.split()[0] for line in listed if line.strip()]
    passes = passes[passes.index("infer_shapes") :]
    folder = pathlib.Path(tempfile.mkdtemp())
    texts = list(texts_after_each_pass(options.xnc, folder, passes))
    for number in range(options.count):
        done, text = chance.choice(texts)
        asked = passes[done : done + chance.choice((1, 2, len(passes)))]
        asked = asked if chance.random() < 0.85 else [chance.choice(passes)]
        path = folder / f"{number}.ir"
        path.write_text(mutate(chance, text))
        words = [options.xnc, "opt", "--target=x86-64-v3", "--verify=each", path]
        words += [f"--pass={name}" for name in asked]
        if ends_well(words):
            path.unlink()
        else:
            bad += 1
            print(*words)
    if bad == 0:
        shutil.rmtree(folder)
    print(f"{options.count} mutated texts, {bad} that end badly")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
