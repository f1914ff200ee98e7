#!/usr/bin/env python3
"""What the tool says about mistakes that people make, word for word.

Usage: test_hints.py XNC mistakes.txt [--write]. Input: mistakes.txt, in which each command stands
behind "$ ", then what it prints on standard error, then "exit CODE". Expectation: exactly that. Of
long lists only the first lines and the last ones stand there, around a line "...". With --write the
file gets what the tool says now; read the difference.
"""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy

HEAD, TAIL = 4, 4  # lines of a long list that are shown

NETWORK = """\
name: mine
title: A small one
input: {size: 32}
norm_eps: 0.001
stem:
  - {width: 16, stride: 2}
blocks:
  - {widths: 32, stride: 2}
head: {classes: 5}
"""


def make_files(xnc, folder):
    """What lies about in the folder of somebody who tries the tool."""
    for model in ("xception_mini", "legacy_mini"):
        subprocess.run([xnc, "seed-weights", model, "-o", f"{model}.safetensors"], cwd=folder, check=True)
    whole = (folder / "xception_mini.safetensors").read_bytes()
    (folder / "cut.safetensors").write_bytes(whole[:5000])
    (folder / "notes.pth").write_text("These are my notes.\n")
    (folder / "page.pth").write_text("<!DOCTYPE html><html>Not found</html>\n")
    (folder / "pointer.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    (folder / "packed.weights").write_bytes(b"XNCBLOB\n" + bytes(64))
    (folder / "array.npy").write_bytes(b"\x93NUMPY\x01\x00" + bytes(64))
    (folder / "empty.pth").touch()
    for name, shape in (("hwc", (1, 64, 64, 3)), ("chw", (3, 64, 64)), ("large", (1, 3, 299, 299))):
        numpy.save(folder / f"{name}.npy", numpy.zeros(shape, "float32"))
    (folder / "folder").mkdir()
    (folder / "typo.yaml").write_text(NETWORK.replace("stride: 2}", "strid: 2}", 1))
    (folder / "colon.yaml").write_text(NETWORK.replace("norm_eps: ", "norm_eps "))
    (folder / "tab.yaml").write_text(NETWORK.replace("  - {widths", "\t- {widths"))
    (folder / "word.yaml").write_text(NETWORK.replace("stride: 2}", "stride: two}", 1))


def shorten(lines):
    return lines if len(lines) <= HEAD + TAIL + 1 else lines[:HEAD] + ["..."] + lines[-TAIL:]


def said(xnc, folder, command):
    words = shlex.split(command)[1:]
    done = subprocess.run([xnc, *words], cwd=folder, capture_output=True, text=True)
    return "\n".join([f"$ {command}", *shorten(done.stderr.splitlines()), f"exit {done.returncode}"])


def main():
    xnc, path = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    wanted = path.read_text().strip("\n").split("\n\n")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_files(xnc, folder)
        os.environ["XDG_CACHE_HOME"] = name
        found = [said(xnc, folder, case.split("\n")[0][2:]) for case in wanted]
    if "--write" in sys.argv:
        path.write_text("\n\n".join(found) + "\n")
    wrong = [f"expected:\n{want}\n\nthe tool says:\n{got}\n" for want, got in zip(wanted, found) if want != got]
    for complaint in wrong:
        print(complaint)
    if wrong:
        print("to accept what it says now: tests/compiler/cli/test_hints.py XNC "
              "tests/compiler/cli/mistakes.txt --write")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
