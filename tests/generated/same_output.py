#!/usr/bin/env python3
"""Compares what two builds of xnc write: C, headers and blobs, over models, targets and options.

    tests/generated/same_output.py REVISION_OR_XNC REVISION_OR_XNC [--quick]

A change that must not alter what people get (a refactoring) is proven by it: give the revision before
and the one after, or a path of an executable in place of either. A revision is built in a temporary
folder. Blobs come from seeded weights; digests of network, layout and content are part of the files.
Exit code 0: every file is the same, byte for byte; 1: the names of those that differ.
"""
import argparse
import filecmp
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VARIANTS = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
TARGETS = ("scalar", "x86-64-v3", "x86-64-v4", "x86-64-v3,x86-64-v4", "scalar,x86-64-v3,x86-64-v4")
OPTIONS = (("--size=160",), ("--size=75x311",), ("--output-stride=8",), ("--features",),
           ("--features=1,3",), ("--batch=3",), ("--classes=0",), ("--pool=catavgmax", "--classes=17"),
           ("--in-chans=1",), ("--prefix=abc",))
SMALL = ("examples/shapes", "tests/golden/models/preact_mini.yaml")


def build(word, folder):
    """The executable that a word means: itself, or a build of the revision."""
    if pathlib.Path(word).is_file():
        return pathlib.Path(word).resolve()
    tree = folder / "tree"
    git = ("git", "-C", ROOT)
    subprocess.run([*git, "worktree", "add", "--quiet", "--detach", tree, word], check=True)
    try:
        subprocess.run(["cmake", "-S", tree, "-B", folder / "build", "-G", "Ninja",
                        "-DXNC_TESTS=OFF"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--build", folder / "build"], check=True, stdout=subprocess.DEVNULL)
    finally:
        subprocess.run([*git, "worktree", "remove", "--force", tree], check=True)
    return folder / "build" / "xnc"


def cases(quick):
    """(model, options, with weights)."""
    for model in SMALL:
        for target in TARGETS:
            yield str(ROOT / model), [f"--target={target}"], True
    if quick:
        return
    for model in VARIANTS:
        for target in TARGETS:
            yield model, [f"--target={target}"], False
        yield model, ["--target=x86-64-v4"], True
    for options in OPTIONS:
        yield "xception41", ["--target=x86-64-v3,x86-64-v4", *options], False


def write(xnc, model, options, weights, folder):
    """Compiles into a folder. The exit code is compared too: both may refuse a case."""
    done = subprocess.run([xnc, "compile", model, *options, *weights, "-o", folder],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode


def differing(one, other):
    names = {path.name for folder in (one, other) if folder.exists() for path in folder.iterdir()}
    return sorted(name for name in names
                  if not ((one / name).exists() and (other / name).exists() and
                          filecmp.cmp(one / name, other / name, shallow=False)))


def compare(builds, case, folder, number):
    model, options, weighted = case
    weights = []
    if weighted:
        seeded = folder / f"{number}.safetensors"
        subprocess.run([builds[0], "seed-weights", model, "-o", seeded], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        weights = [f"--weights={seeded}"]
    outs = [folder / f"{number}.{side}" for side in ("one", "other")]
    codes = [write(xnc, model, options, weights, out) for xnc, out in zip(builds, outs)]
    found = differing(*outs) + ([f"exit codes {codes}"] if codes[0] != codes[1] else [])
    subprocess.run(["rm", "-rf", *outs, *(word.partition("=")[2] for word in weights)], check=True)
    return [f"{model} {' '.join(options)}: {what}" for what in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("builds", nargs=2, metavar="REVISION_OR_XNC")
    parser.add_argument("--quick", action="store_true", help="two small networks only")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        builds = []
        for side, word in zip("ab", arguments.builds):
            (folder / side).mkdir()
            builds.append(build(word, folder / side))
        found = [line for number, case in enumerate(cases(arguments.quick))
                 for line in compare(builds, case, folder, number)]
    print("\n".join(found) if found else "every file is the same")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
