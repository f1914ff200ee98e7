#!/usr/bin/env python3
"""The rules that keep this code plain, checked by machine.

Input: the root of the source tree. Expectation: no line of output, exit 0. Each rule is a function
that yields complaints; the rules are listed at the bottom.
"""
import pathlib
import re
import statistics
import sys

FLOORS = ("ir", "passes", "compiler", "runtime")
CODE = FLOORS + ("tests", "bench", "examples")
MOST_FILE_LINES, MOST_COLUMNS = 500, 100
MOST_FUNCTION_LINES, P90_FUNCTION_LINES, MEDIAN_FUNCTION_LINES = 60, 25, 10
LEAST_COMMENTS = 12  # percent of the lines of a floor
# The rooms: a folder, and the rooms whose headers it may include. What those may include it may too.
PASSES = ("passes/graph", "passes/tile", "passes/plan", "passes/lower", "passes/loops")
ROOMS = {
    "ir/base": (),
    "ir/graph": ("ir/base",),
    "ir/target": (),  # data: rows of targets and machines
    "ir/target/sleef": (),  # what the rows call where SLEEF is not installed
    "ir/kernel": ("ir/graph", "ir/target"),
    "ir/text": ("ir/kernel",),
    "passes": (),  # data: the table of passes
    "passes/common": ("ir/text", "passes"),
    **dict.fromkeys(PASSES, ("passes/common",)),
    "passes/plan": ("passes/tile",),  # plans a copy for the target whose layout of weights is shared
    "passes/registry": PASSES,
    "runtime": (),
    "compiler/system": ("ir/base",),
    "compiler/frontend": ("compiler/system", "ir/text"),
    "compiler/hdf5": ("compiler/system",),
    "compiler/weights": ("compiler/hdf5", "ir/graph"),
    "compiler/keras": ("compiler/frontend", "compiler/weights"),
    "compiler/quant": ("compiler/system",),
    "compiler/emit": ("compiler/system", "ir/text", "runtime"),
    "compiler/session": ("compiler/keras", "compiler/quant", "compiler/emit", "passes/registry"),
    "compiler/data": ("compiler/frontend", "compiler/weights", "runtime"),
    "compiler/native": ("compiler/session", "compiler/data"),
    "compiler/native/harness": ("runtime",),  # a program that is built for other machines
    "compiler/calibrate": ("compiler/native",),
    "compiler/report": ("compiler/native",),
    "compiler/cli": ("compiler/report", "compiler/calibrate"),
    "compiler/cli/reference": ("compiler/cli",),
}
ISA_NAMES = re.compile(r"\b(avx\w*|sse\d*\w*|neon|rvv|x86\w*|aarch64|arm64|riscv\w*|_mm\d*_\w+)\b", re.I)
# Places that name instruction sets because that is their subject: target data, the CPU query (doctor
# prints its registry of features), and flags that a message asks for.
ISA_PLACES = ("ir/target/", "runtime/cpu.c", "runtime/xnc_exact.h")
KEYWORDS = {"do", "if"}


def files(root, folders, endings=(".c", ".h", ".hpp", ".cpp", ".def")):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings and path.is_file():
                yield path, path.relative_to(root).as_posix()


def without_comments(text, strings=True):
    """Blanks comments (and the insides of strings), keeping line numbers."""
    def blank(match):
        found = match.group(0)
        if found.startswith("/"):
            return "\n" * found.count("\n") + " "
        return '""' if strings else found
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


def functions(text):
    """(name, first line, number of lines) of each function: formatted code starts one in column 0
    and ends it with a brace in column 0."""
    start = name = None
    for number, line in enumerate(text.split("\n"), 1):
        if start is None:
            found = re.match(r"(?:[A-Za-z_][\w *]*?[ *])?([A-Za-z_]\w*)\(", line)
            if found and not line.rstrip().endswith(";") and not line.startswith(("typedef", "#")):
                start, name = number, found.group(1)
        if start is not None and line.rstrip().endswith(";") and line[0:1] not in (" ", "}"):
            start = None
        elif start is not None and line.startswith("}"):
            yield name, start, number - start + 1
            start = None


def glossary(root):
    text = (root / "ir/graph/ir.h").read_text()
    block = text[text.index("Glossary"):text.index("Invariants")]
    return set(re.findall(r"\b[A-Za-z]\w?\b", block))


def check_sizes(root):
    lengths = []
    for path, name in files(root, CODE):
        lines = path.read_text().split("\n")
        if len(lines) - 1 > MOST_FILE_LINES:
            yield f"{name}: {len(lines) - 1} lines, more than {MOST_FILE_LINES}"
        for number, line in enumerate(lines, 1):
            if len(line) > MOST_COLUMNS:
                yield f"{name}:{number}: {len(line)} columns, more than {MOST_COLUMNS}"
        if path.suffix == ".c":
            for function, line, length in functions("\n".join(lines)):
                lengths.append(length)
                if length > MOST_FUNCTION_LINES:
                    yield f"{name}:{line}: {function}() has {length} lines"
    if len(lengths) >= 20:
        median = statistics.median(lengths)
        percentile = statistics.quantiles(lengths, n=10)[8]
        if median > MEDIAN_FUNCTION_LINES:
            yield f"median function has {median} lines, aim {MEDIAN_FUNCTION_LINES}"
        if percentile > P90_FUNCTION_LINES:
            yield f"90th percentile of functions is {percentile} lines, aim {P90_FUNCTION_LINES}"


def check_names(root):
    allowed = glossary(root) | KEYWORDS
    for path, name in files(root, FLOORS, (".c", ".h")):
        text = without_comments(path.read_text())
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith("#"):
                continue
            for word in re.findall(r"(?<![\w.%\\])[A-Za-z]\w?\b(?!\()", line):
                if re.fullmatch(r"[a-z]\w?", word) and word not in allowed:
                    yield f"{name}:{number}: '{word}' is not in the glossary of ir/graph/ir.h"


def room_of(name):
    return name.rpartition("/")[0]


def reach(room):
    """The rooms whose headers a room may include."""
    found = {room}
    for other in ROOMS[room]:
        found |= reach(other)
    return found


def check_rooms(root):
    for path, name in files(root, FLOORS):
        if room_of(name) not in ROOMS:
            yield f"{name}: {room_of(name)}/ is no room of this test's table"


def headers_by_name(root):
    return {path.name: name for path, name in files(root, FLOORS, (".h", ".def"))}


def includes(root):
    """(file, file of ours that it includes)."""
    homes = headers_by_name(root)
    for path, name in files(root, FLOORS):
        for found in re.findall(r'^\s*#\s*include "([^"]+)"', path.read_text(), re.M):
            home = homes.get(found.rpartition("/")[2])
            if home:
                yield name, home


def check_includes(root):
    for name, home in includes(root):
        room, other = room_of(name), room_of(home)
        if room in ROOMS and other not in reach(room):
            yield f"{name}: {room} may not include {home}"


def node_of(name):
    """x.c and x.h are one node of the graphs of includes and calls."""
    return name.rpartition(".")[0]


def definitions(root):
    """What each name that files share (functions, tables) is defined in, where that is one place."""
    homes = {}
    for path, name in files(root, FLOORS, (".c",)):
        pattern = r"^(?!static|typedef|return|else)[A-Za-z_][\w *]*?[ *]([A-Za-z_]\w*)(?:\(| = |\[)"
        for word in re.findall(pattern, without_comments(path.read_text()), re.M):
            homes.setdefault(word, set()).add(node_of(name))
    return {word: found.pop() for word, found in homes.items() if len(found) == 1}


def uses(root):
    """(node, other node, what it asks of it): an include or a name that the other one defines."""
    for name, home in includes(root):
        yield node_of(name), node_of(home), "#include"
    homes = definitions(root)
    for path, name in files(root, FLOORS, (".c",)):
        text = without_comments(path.read_text())
        own = set(re.findall(r"^static [\w *]*?\b(\w+)(?:\(| = |\[)", text, re.M))
        for word in set(re.findall(r"(?<![.>\w])[A-Za-z_]\w*", text)) - own:
            if word in homes:
                yield node_of(name), homes[word], word


def check_circles(root):
    """No node includes or calls what includes or calls it in turn."""
    asks = {}
    for node, other, what in uses(root):
        if node != other:
            asks.setdefault(node, {}).setdefault(other, what)
    done, way = set(), []

    def visit(node):
        way.append(node)
        for other, what in asks.get(node, {}).items():
            if other in way:
                circle = way[way.index(other):] + [other]
                yield f"{node} asks {other} for {what}, a circle: {' -> '.join(circle)}"
            elif other not in done:
                yield from visit(other)
        way.pop()
        done.add(node)

    for node in sorted(asks):
        if node not in done:
            yield from visit(node)


def check_isa_names(root):
    for path, name in files(root, FLOORS):
        if name.startswith(ISA_PLACES):
            continue
        for number, line in enumerate(without_comments(path.read_text(), False).split("\n"), 1):
            found = ISA_NAMES.search(line)
            if found:
                yield f"{name}:{number}: instruction set '{found.group(0)}' outside ir/target/"


def check_headers(root):
    for path, name in files(root, FLOORS, (".c", ".h", ".hpp", ".def")):
        if not path.read_text().startswith("/*"):
            yield f"{name}: does not begin with a comment that says what it is for"


def check_braces(root):
    """Each branch and loop has braces: a line that opens one (or, when its condition goes on, the
    line that closes the condition) ends with "{"."""
    for path, name in files(root, CODE):
        if name.startswith("ir/target/") or "/corpus/" in name:
            continue
        depth = 0  # of the parentheses of an open condition
        for number, line in enumerate(without_comments(path.read_text()).split("\n"), 1):
            if line.rstrip().endswith("\\") or line.startswith("#"):
                continue
            if not depth and not re.match(r"\s*(} )?((else )?if|for|while|else|do)\b", line):
                continue
            depth += line.count("(") - line.count(")")
            if depth == 0 and not re.search(r"\{\s*$|^\s*} while .*;$", line):
                yield f"{name}:{number}: no braces"


def check_structs(root):
    """A name of a struct, union or enum is one thing: where two files define it, a reader of one
    takes it for the other's."""
    defined = re.compile(r"^\s*(?:typedef |static |const )*(?:struct|union|enum) (\w+) \{", re.M)
    homes = {}
    for path, name in files(root, FLOORS, (".c", ".h")):
        for struct in defined.findall(without_comments(path.read_text())):
            if struct in homes:
                yield f"{name}: '{struct}' is defined in {homes[struct]} too"
            homes.setdefault(struct, name)


def comment_lines(text):
    """Lines that hold nothing but a comment or a part of one."""
    inside, count = False, 0
    for line in map(str.strip, text.split("\n")):
        if inside or line.startswith("/*"):
            count += 1
            inside = "*/" not in line
    return count


def check_comments(root):
    """Why a thing is as it is cannot be read from code: a floor without it is not finished."""
    for floor in FLOORS:
        texts = [path.read_text() for path, name in files(root, (floor,), (".c", ".h"))]
        lines, comments = sum(text.count("\n") for text in texts), sum(map(comment_lines, texts))
        if lines >= 100 and 100 * comments < LEAST_COMMENTS * lines:
            yield f"{floor}: {comments} of {lines} lines are comments, fewer than {LEAST_COMMENTS} %"


def check_passes(root):
    rows = re.findall(r"^PASS\((\w+)", (root / "passes/passes.def").read_text(), re.M)
    for row in rows:
        homes = [path.parent.name for path in (root / "passes").glob(f"*/{row}.c")]
        if not homes:
            yield f"passes/*/{row}.c is missing for its row in passes.def"
        for home in homes:
            if not any((root / f"tests/passes/{home}/{row}").glob("*")):
                yield f"tests/passes/{home}/{row}/ has no test"


def check_test_rooms(root):
    """tests/ mirrors the rooms: below it a floor with several rooms has a folder for each, of the
    same name, and nothing beside them but what holds them together."""
    for floor in FLOORS:
        if not any(room.startswith(f"{floor}/") for room in ROOMS):
            continue
        for path in sorted((root / "tests" / floor).glob("*")):
            room = path.is_dir() and f"{floor}/{path.name}" in ROOMS
            if not room and path.name not in ("CMakeLists.txt", "README.md"):
                yield f"tests/{floor}/{path.name}: no room of {floor}/ has this name"


def check_readme_map(root):
    rows = dict(re.findall(r"^\|\s*`(\w+)/`(.*)$", (root / "README.md").read_text(), re.M))
    real = {p.name for p in root.iterdir() if p.is_dir() and not p.name.startswith((".", "build"))}
    for folder in sorted(set(rows) ^ real):
        where = "README's map but not in the tree" if folder in rows else "the tree but not in README's map"
        yield f"folder {folder}/ is in {where}"
    for room in ROOMS:
        floor, _, name = room.partition("/")
        if name and "/" not in name and floor in rows and f"`{name}`" not in rows[floor]:
            yield f"README's map does not name {room}/"


RULES = (check_sizes, check_names, check_rooms, check_includes, check_circles, check_isa_names,
         check_headers, check_braces, check_structs, check_comments, check_passes, check_test_rooms,
         check_readme_map)


def main():
    root = pathlib.Path(sys.argv[1])
    complaints = [line for rule in RULES for line in rule(root)]
    print("\n".join(complaints))
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
