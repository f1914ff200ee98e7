#!/usr/bin/env python3
"""The tour in docs/how-it-works.md names files that exist, each once, and quotes what xnc prints.

Input: the root of the source tree and the tool. Expectation: exit 0. Lines of ```text blocks stand in
a dump of xception41 for x86-64-v3 after some pass, as whole lines or as parts of one.
"""
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

PASSES = ("infer_shapes", "fold_bn", "fuse_separable", "pack_weights", "lower")


def dumps(xnc):
    with tempfile.TemporaryDirectory() as folder:
        for name in PASSES:
            yield subprocess.run([xnc, "compile", "xception41", "-o", folder, "--target=x86-64-v3",
                                  f"--dump-after={name}"], check=True, capture_output=True,
                                 text=True).stderr


def main():
    root, xnc = pathlib.Path(sys.argv[1]), sys.argv[2]
    text = (root / "docs/how-it-works.md").read_text()
    named = re.findall(r"\]\(\.\./([\w./-]+)\)", text)
    for name, times in collections.Counter(named).items():
        assert (root / name).is_file(), f"{name} does not exist"
        assert times == 1, f"{name} is named {times} times"
    assert len(named) > 50, "the tour names fewer files than the way has"
    printed = "".join(dumps(xnc))
    quoted = "".join(re.findall(r"^```text\n(.*?)^```", text, re.M | re.S)).splitlines()
    assert quoted, "the tour quotes nothing"
    for line in quoted:
        assert line in printed, f"xnc does not print this: {line}"


main()
