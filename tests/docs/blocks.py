"""The fenced blocks of a Markdown document.

A block whose first line is a comment with a file's name ("/* main.c */", "# my.yaml") is a file that
the reader saves. Blocks of sh are commands. A comment above the fence,

    <!-- not run: REASON -->

takes a block out of the tests; the reason is for whoever reads the source of the page.
"""
import dataclasses
import re

SHELL = ("sh",)
FILES = ("c", "cpp", "cmake", "yaml", "python")
SHOWN = ("text", "json", "ini")  # only to be read
NAMES = re.compile(r"^(?:/\*|//|#) *([\w./-]+\.\w+)\b")


@dataclasses.dataclass
class Block:
    line: int
    language: str
    text: str
    reason: str  # why it is not run; None: it is
    file: str  # where the reader saves it, or None


def blocks_of(text):
    found, lines = [], text.split("\n")
    at = 0
    while at < len(lines):
        fence = re.match(r"^( *)```(\w*)$", lines[at])
        if not fence:
            at += 1
            continue
        marker = re.match(r"^ *<!-- not run: (.+) -->$", lines[at - 1]) if at else None
        start = at + 1
        at = lines.index(fence[1] + "```", start)
        body = [line[len(fence[1]):] for line in lines[start:at]]
        name = NAMES.match(body[0]) if body and fence[2] in FILES else None
        found.append(Block(start, fence[2], "\n".join(body) + "\n", marker and marker[1],
                           name and name[1]))
        at += 1
    return found


def complaints(blocks):
    for block in blocks:
        if block.language not in SHELL + FILES + SHOWN:
            yield f"{block.line}: a block of '{block.language}' is none of {SHELL + FILES + SHOWN}"
        if block.language in ("c", "cpp", "cmake") and not block.file and not block.reason:
            yield (f"{block.line}: the first line of a block of {block.language} names its file, "
                   "or a marker above it says why it is not run")
        if block.file and (block.file.startswith("/") or ".." in block.file):
            yield f"{block.line}: a file outside of the reader's folder"
