"""Lists of checkpoint keys in a short form: runs of blocks that differ only in their number become
one line, so that a golden file shows the network instead of hundreds of lines.

    blocks.3.norm.weight 728        blocks.{3..10}.norm.weight 728
    ...                        ->
    blocks.10.norm.weight 728
"""
import re

BLOCK = re.compile(r"^(blocks?\.?)(\d+)(\..*)$")


def group_by_block(lines):
    """[(prefix, number, [rest of each line])] of neighbouring lines of one block."""
    groups = []
    for line in lines:
        found = BLOCK.match(line)
        prefix, number, rest = found.groups() if found else (line, None, "")
        if groups and number and groups[-1][:2] == (prefix, int(number)):
            groups[-1][2].append(rest)
        else:
            groups.append((prefix, int(number) if number else None, [rest]))
    return groups


def shorten(lines):
    """Joins neighbouring blocks whose lines are the same."""
    runs = []
    for prefix, number, rest in group_by_block(lines):
        last = runs[-1] if runs else None
        if number is not None and last and last[0] == prefix and last[3] == rest \
                and last[2] == number - 1:
            last[2] = number
        else:
            runs.append([prefix, number, number, rest])
    short = []
    for prefix, first, end, rest in runs:
        number = "" if first is None else str(first) if first == end else f"{{{first}..{end}}}"
        short += [f"{prefix}{number}{line}" for line in rest]
    return short
