#!/usr/bin/env python3
"""Every link and picture of the documents leads somewhere.

Usage: check_links.py ROOT. Input: all Markdown files of the tree. Expectation: a relative link names
a file or folder that exists, and its anchor a heading of that file; every page of docs/ is linked
from docs/README.md.
"""
import pathlib
import re
import sys


def anchors(text):
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        yield re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def wrong_links(root, path):
    text = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not file.exists():
            yield f"{target} does not exist"
        elif anchor and anchor not in anchors(file.read_text()):
            yield f"{target}: no such heading"


def main():
    root = pathlib.Path(sys.argv[1])
    pages = [p for p in root.rglob("*.md") if not any(part.startswith((".", "build"))
                                                     for part in p.relative_to(root).parts)]
    wrong = [f"{page.relative_to(root)}: {link}" for page in pages for link in wrong_links(root, page)]
    index = (root / "docs/README.md").read_text()
    wrong += [f"docs/README.md does not name {page.name}" for page in (root / "docs").glob("*.md")
              if page.name != "README.md" and f"({page.name})" not in index]
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
