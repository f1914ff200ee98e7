#!/usr/bin/env python3
"""docs/security.md has the limits of ir/base/limit.def, in their order, and no constant is unused.

Usage: check_limits.py ROOT [--write]. Expectation: the table between "<!-- limits -->" and
"<!-- end -->" is the one made here of the rows; each LIMIT_NAME stands in the code. With --write the
table is replaced.
"""
import pathlib
import re
import sys

ROW = re.compile(r'LIMIT\((\w+), ([^,]+),\s*"([^"]+)",\s*"((?:[^"\\]|\\.)*)"\)')
TABLE = re.compile(r"<!-- limits -->\n.*?<!-- end -->\n", re.S)


def shown(value, unit):
    number = eval(value)  # a constant expression of C that Python reads as it is
    for size, name in ((1 << 20, "MB"), (1 << 10, "KB")):
        if unit == "bytes" and number % size == 0:
            return f"{number // size} {name}"
    return f"{number:,} {unit}"


def main():
    root = pathlib.Path(sys.argv[1])
    text = (root / "ir/base/limit.def").read_text()
    rows = ROW.findall(text)
    wrong = []
    if len(rows) != len(re.findall(r"^LIMIT\(", text, re.M)):
        wrong.append("ir/base/limit.def: a row of another form")
    table = "<!-- limits -->\n| at most | |\n|---|---|\n" + "".join(
        f"| {shown(value, unit)} | {reason} |\n" for _, value, unit, reason in rows) + "<!-- end -->\n"
    page = root / "docs/security.md"
    if "--write" in sys.argv:
        page.write_text(TABLE.sub(lambda _: table, page.read_text()))
    if table not in page.read_text():
        wrong.append("docs/security.md: the limits are not those of ir/base/limit.def; to mend it: "
                     "tests/docs/check_limits.py . --write")
    code = "".join(path.read_text() for folder in ("ir", "passes", "compiler")
                   for path in sorted((root / folder).rglob("*.[ch]")))
    wrong += [f"ir/base/limit.def: nobody uses {name}" for name, *_ in rows
              if not re.search(rf"\bLIMIT_{name}\b", code)]
    print("\n".join(wrong))
    sys.exit(bool(wrong))


main()
