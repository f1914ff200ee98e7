#!/usr/bin/env python3
"""The digests that docs/exactness.md publishes are what the interpreter computes.

    published.py XNC ROOT MODEL... [--write]

Input: the lines of the page between the markers, one for each network with seeded weights:
MODEL, then name, "output", shape and digests as 'xnc golden MODEL' prints them. Expectation: those of
the named networks are what xnc prints now. With --write they are replaced.
"""
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"(<!-- digests -->\n```text\n)(.*?)(```\n)", re.S)
ORDER = ["xception_mini", "legacy_mini", "xception", "xception41", "xception65", "xception71",
         "xception41p", "xception65p"]


def computed(xnc, model):
    printed = subprocess.run([xnc, "golden", model], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in printed.splitlines()]
    return " ".join([model, *next(row for row in rows if row[1] == "output")])


def main():
    xnc, root, models = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    write = "--write" in models
    page = root / "docs/exactness.md"
    text = page.read_text()
    lines = {line.split()[0]: line for line in BLOCK.search(text)[2].splitlines()}
    assert write or list(lines) == ORDER, f"{page} has other networks than {ORDER}"
    wrong = []
    for model in models:
        if model == "--write":
            continue
        line = computed(xnc, model)
        if line != lines.get(model):
            wrong.append(f"published: {lines.get(model)}\ncomputed:  {line}")
        lines[model] = line
    if write:
        rows = "".join(f"{lines[model]}\n" for model in ORDER if model in lines)
        page.write_text(BLOCK.sub(lambda match: match[1] + rows + match[3], text))
    elif wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
