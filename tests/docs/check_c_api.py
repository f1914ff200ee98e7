#!/usr/bin/env python3
"""docs/c-api.md documents every public symbol, and none that does not exist.

Usage: check_c_api.py ROOT XNC. Input: the headers that users include (runtime/xnc*.h without the
internal ones, and NAME.h and NAME_golden.h as the tool writes them, with weights in the object). Expectation: each
function, type, constant, macro and structure member of theirs stands in backticks in docs/c-api.md;
each xnc_... or XNC_... or NAME_... there is one of them. models of the page are called NAME.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

INTERNAL = ("xnc_model.h", "xnc_bf16.h", "xnc_half.h", "xnc_int8.h")


def headers(root):
    for path in sorted((root / "runtime").glob("xnc*.h")):
        if path.name not in INTERNAL and "internal" not in path.name:
            yield path.read_text()


def generated_header(xnc, model):
    """The headers of a network with every kind of symbol in them."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([xnc, "seed-weights", model, "-o", "w.safetensors"], cwd=folder, check=True)
        pathlib.Path(folder, "names.txt").write_text("".join(f"{i}\n" for i in range(10)))
        subprocess.run([xnc, "compile", model, "--weights=w.safetensors", "-o", ".",
                        "--prefix=NAME", "--weights-as=object", "--target=scalar", "--with-labels",
                        "--labels=names.txt", "--with-golden=zeros"], cwd=folder, check=True)
        return "".join(path.read_text() for path in sorted(pathlib.Path(folder).glob("*.h")))


def symbols(text):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    guards = set(re.findall(r"^#ifndef (\w+)$", text, re.M))
    names = set(re.findall(r"^#define (\w+)", text, re.M)) - guards
    text = re.sub(r"^#.*?(?<!\\)$", " ", text, flags=re.M | re.S)
    names |= set(re.findall(r"\b((?:xnc|XNC|NAME)_\w+)\b", text))
    for body in re.findall(r"typedef struct \w+ \{(.*?)\}", text, re.S):
        for member in body.split(";"):
            names |= set(re.findall(r"(\w+)(?:\[\d+\])?\s*(?:,|$)", member.strip()))
    return names


def main():
    root, xnc = pathlib.Path(sys.argv[1]), sys.argv[2]
    page = (root / "docs/c-api.md").read_text()
    known = set()
    # Only where the arena's size has several terms does a header have a macro for each.
    generated = [generated_header(xnc, model) for model in ("xception_mini", "legacy_mini")]
    for text in [*headers(root), *generated]:
        known |= symbols(text)
    documented = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]*`", page))))
    named = set(re.findall(r"\b(?:xnc|XNC|NAME)_\w+\b", page))
    files = {path.stem for path in (root / "runtime").iterdir()} | {"NAME_golden"}
    wrong = [f"{name} is not documented" for name in sorted(known - documented)]
    wrong += [f"{name} is in no public header" for name in sorted(named - known - files)]
    for complaint in wrong:
        print(f"docs/c-api.md: {complaint}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
