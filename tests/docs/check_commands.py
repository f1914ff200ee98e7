#!/usr/bin/env python3
"""docs/commands.md lists every command and option, as the tool's own tables have them.

Usage: check_commands.py ROOT WRITTEN [--write]. Input: the sections that xnc_reference has written,
each between "<!-- options of NAME -->" and "<!-- end -->". Expectation: the same sections, as they
are, in the same order, in docs/commands.md, below a heading with the command's name. With --write
the sections of docs/commands.md are replaced, and headings for new commands are added.
"""
import pathlib
import re
import sys

SECTION = re.compile(r"<!-- options of ([\w-]+) -->\n.*?<!-- end -->\n", re.S)


def main():
    root, written = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    page = root / "docs/commands.md"
    wanted = {match[1]: match[0] for match in SECTION.finditer(written.read_text())}
    text = page.read_text()
    if "--write" in sys.argv:
        text = SECTION.sub(lambda match: wanted.get(match[1], ""), text)
        for name in wanted:
            if wanted[name] not in text:
                text += f"\n## {name}\n\n{wanted[name]}"
        page.write_text(text)
    found = {match[1]: match[0] for match in SECTION.finditer(text)}
    wrong = [f"options of {name} are not those of the tool" for name in {**wanted, **found}
             if wanted.get(name) != found.get(name)]
    wrong += [f"no heading '## {name}'" for name in wanted if f"\n## {name}\n" not in text]
    for complaint in wrong:
        print(f"docs/commands.md: {complaint}")
    if wrong:
        print("to mend it: tests/docs/check_commands.py . build/reference/commands.md --write")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
