#!/usr/bin/env python3
"""A regression guard of speed that needs no clock: the instructions in the hot loops.

    test_hotloops.py XNC TARGET_ROWS WORK [--table]

A network is emitted for each vector target and compiled to assembly by each compiler. Line
numbers (-g1, which changes no code) say which helper of the emitted C an innermost loop came from,
so inlining hides nothing and the kernels around the helpers may change freely. The loop in C says
what has to be there: so many fused multiply-adds, loads and maxima. The loop in assembly must have

- the same fmas times a whole unroll factor (for product_RxW: R rows times the vectors of W),
- no vector on the stack, and nothing but full registers of packed floats,
- few more loads and other instructions than C has: EXTRA says how many, by today's compilers.

The guard is also fed that assembly with a mistake planted, and must object to each.
--table prints the largest figures seen, for a revision of EXTRA.
"""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / room) for room in ("ir/target", "common")]
import run_target as target_tools  # noqa: E402
from quant import write_quant  # noqa: E402

MODEL = "xception41"
COMPILERS = ("clang", "gcc")
# What is compiled: (target, last part of the names of its products, compilers). Each target in the
# precision that it is for; of the others the products alone, as all else is the same.
OWN = {"x86-64-v3": "f32", "x86-64-v4": "f32", "x86-64-v4-bf16": "bf16", "x86-64-v4-vnni": "int8"}
SETTINGS = [(target, kind, COMPILERS) for target, kind in OWN.items()] + [
    ("x86-64-v3", "int8", COMPILERS[:1]), ("x86-64-v3", "pairs", COMPILERS[:1]),
    ("x86-64-v3", "fours", COMPILERS[:1]),
    ("x86-64-v3", "f16", COMPILERS[:1]), ("x86-64-v4", "f16", COMPILERS[:1])]  # fmt: skip
OPTIONS = {"f32": [], "bf16": ["--precision=bf16"], "int8": ["--precision=int8"],
           "pairs": ["--precision=int8"], "fours": ["--precision=int8"], "f16": ["--weights-type=f16"]}  # fmt: skip
RESTRICTED = {"int8": "free", "pairs": "restricted", "fours": "fours"}  # weights in int8

# What the loops may have beyond what the loop in C asks for, by Debian 12's clang 14 and gcc 12
# and a little slack: vectors from memory and other instructions for each turn of the loop in C,
# and vectors on the stack for the whole loop. Other instructions are counters, addresses, moves,
# pointers loaded from tables or the stack. gcc stores one vector of some depthwise loops to the
# stack and rarely reads it again, and it loads some weights at each use, as clang does in one loop of
# small fours.
EXTRA = {
    ("x86-64-v3", "clang", "product"): (0, 5, 0),
    ("x86-64-v3", "gcc", "product"): (0, 5, 0),
    ("x86-64-v4", "clang", "product"): (0, 5, 0),
    ("x86-64-v4", "gcc", "product"): (0, 5, 0),
    ("x86-64-v3", "clang", "depthwise"): (1, 12, 0),
    ("x86-64-v3", "gcc", "depthwise"): (5, 14, 4),
    ("x86-64-v4", "clang", "depthwise"): (1, 12, 0),
    ("x86-64-v4", "gcc", "depthwise"): (12, 17, 1),
    ("x86-64-v3", "clang", "strided"): (1, 28, 0),
    ("x86-64-v3", "gcc", "strided"): (5, 25, 1),
    ("x86-64-v4", "clang", "strided"): (1, 28, 0),
    ("x86-64-v4", "gcc", "strided"): (9, 25, 1),
    ("x86-64-v4-bf16", "clang", "product"): (0, 5, 0),
    ("x86-64-v4-bf16", "gcc", "product"): (0, 5, 0),
    ("x86-64-v4-bf16", "clang", "depthwise"): (1, 12, 0),
    ("x86-64-v4-bf16", "gcc", "depthwise"): (12, 17, 1),
    ("x86-64-v4-bf16", "clang", "strided"): (1, 28, 0),
    ("x86-64-v4-bf16", "gcc", "strided"): (9, 25, 1),
    ("x86-64-v3 int8", "clang", "product"): (0, 5, 0),
    ("x86-64-v3 pairs", "clang", "product"): (0, 5, 0),
    ("x86-64-v3 fours", "clang", "product"): (5, 5, 0),
    ("x86-64-v3 f16", "clang", "product"): (0, 5, 0),
    ("x86-64-v4 f16", "clang", "product"): (0, 5, 0),
    ("x86-64-v4-vnni", "clang", "product"): (0, 5, 0),
    ("x86-64-v4-vnni", "gcc", "product"): (0, 5, 0),
    ("x86-64-v4-vnni", "clang", "depthwise"): (1, 12, 0),
    ("x86-64-v4-vnni", "gcc", "depthwise"): (12, 17, 1),
    ("x86-64-v4-vnni", "clang", "strided"): (1, 28, 0),
    ("x86-64-v4-vnni", "gcc", "strided"): (9, 29, 1),
}

HELPER = re.compile(r"(?:static|XNC_INLINE) void ((?:\w+_)?(product|depthwise)_\w*?\d\w*)\(")
TILE = re.compile(r"product_(\d+)x(\d+)")
LABEL = re.compile(r"(\.L\w+):")
JUMP = re.compile(r"j\w+\s+(\.L\w+)$")
LOCATION = re.compile(r"\.loc\s+(\d+) (\d+)")
VECTOR = re.compile(r"%([xyz]mm)\d+")
FMA = re.compile(r"(?:vfmadd\d+ps|vdpbf16ps|vpdpbusd|vpmaddwd)\s")
LOAD = re.compile(r"(vmovu?a?ps|vmovdq\w+|vbroadcastss|vpbroadcastd|vcvtph2ps)\s+[^%,]*\(")
# A zeroed register is whole whatever its name; a pointer may wait in a vector register; a result
# that is stored as bf16 has half the width, as u8 a quarter.
WHOLE = re.compile(r"vxorps %(xmm\d+), %\1, %\1$|vmovq .*%xmm\d+|vpextrq .*%xmm\d+"
                   r"|vcvtneps2bf16 |vprold \$16, %ymm|vmovdqu(?:64)? %[xy]mm\d+, |vpmovusdb ")
MAIN_FILE = re.compile(rf'\.file\s+(\d+)(?: "[^"]*")? "[^"]*{MODEL}\.c"')
FRAME = re.compile(r"movq\s+%rsp, %rbp$")
C_COUNTS = {
    "fmas": re.compile(r"_(?:fmadd_ps|dpbf16_ps|dpbusd_epi32|madd_epi16)\("),
    "loads": re.compile(r"_(?:loadu|load|set1|broadcast)_(?:ps|ss|si\d+|epi32)\("),
    "others": re.compile(r"_(?:max_ps|prefetch|add_epi(?:16|32)|maddubs_epi16)\("),
}
# Instructions that round a vector before it is stored, one of them this conversion: to bf16 its
# magnitude, a comparison, zeros for the small, the change of halves; to u8 the bounds and narrowing.
CONVERSION, ROUNDING = ("vcvtneps2bf16", "vcvtps2dq"), 5


class Loop:
    """What stands in an innermost loop: (place in C, instruction); a place is (file, line)."""

    def __init__(self, code, framed):
        self.code = code
        self.framed = framed

    def fmas(self):
        return sum(bool(FMA.match(text)) for _, text in self.code)

    def part(self, lines, main_files):
        """The instructions of a helper: from its lines, or from a header of intrinsics."""
        own = [text for (file, line), text in self.code
               if file not in main_files or line in lines]
        return Part(own, len(self.code) - len(own), self.framed)


class Part:
    """Instructions of a loop that came from one helper, sorted by what they are."""

    def __init__(self, code, foreign, framed):
        stack = re.compile(r"\(%r[sb]p" if framed else r"\(%rsp")
        vectors = [text for text in code if VECTOR.search(text) and not WHOLE.match(text)]
        stores = [text for text in vectors if text.endswith(")")]
        reads = [text for text in vectors if "(" in text and not text.endswith(")")]
        moves = [text for text in reads if LOAD.match(text)]
        self.foreign = foreign
        self.stores = len(stores)
        self.vectors = vectors
        self.fmas = sum(bool(FMA.match(text)) for text in code)
        self.loads = len(reads)
        rounded = sum(text.startswith(CONVERSION) for text in code)
        self.others = len(code) - self.fmas - len(moves) - len(stores) - ROUNDING * rounded
        self.spills = [text for text in vectors if stack.search(text)]

    def narrow(self, register):
        """Vector instructions that use other registers, or that count one float only."""
        wrong = []
        for text in self.vectors:
            scalar = (re.match(r"v\w+s[sd]\s", text)
                      and not text.startswith(("vbroadcastss", "vpdpbusd")))  # fmt: skip
            other = any(name != register for name in VECTOR.findall(text))
            if scalar or other:
                wrong.append(text)
        return wrong


def instructions(assembly):
    """Labels and instructions, each with its place in C; comments and directives are dropped."""
    place = (-1, 0)
    for line in assembly.splitlines():
        line = " ".join(line.split("#")[0].split())
        location = LOCATION.match(line)
        if location:
            place = tuple(map(int, location.groups()))
        elif line and not line.startswith("nop") and (line[0] != "." or LABEL.match(line)):
            yield place, line


def innermost_loops(assembly):
    """Backward jumps whose span holds no other backward jump."""
    lines = list(instructions(assembly))
    labels = {}
    loops = []
    framed = False
    last_start = -1
    for at, (_, line) in enumerate(lines):
        framed = bool(FRAME.match(line)) or framed and (line[0] == "." or not line.endswith(":"))
        label = LABEL.match(line)
        jump = JUMP.match(line)
        if label:
            labels[label.group(1)] = at
        elif jump and labels.get(jump.group(1), -1) > last_start:
            last_start = labels[jump.group(1)]
            code = [one for one in lines[last_start : at + 1] if not one[1].endswith(":")]
            loops.append(Loop(code, framed))
    return loops


def end_of_loop(body, at):
    """The line that closes a loop in C; the line itself where no loop begins in it."""
    brace = re.match(r"( *)for \(.*{$", body[at])
    return body.index(brace.group(1) + "}", at) if brace else at


def helpers_of(source):
    """The helpers of emitted C: for each its kind, lines, and what its innermost loop asks for."""
    lines = source.splitlines()
    helpers = {}
    for start, line in enumerate(lines):
        found = HELPER.match(line)
        if not found:
            continue
        end = lines.index("}", start)
        body = lines[start:end]
        first = next((at for at, text in enumerate(body) if C_COUNTS["fmas"].search(text)), None)
        if first is None:
            continue
        head = max(at for at in range(first) if end_of_loop(body, at) > first)
        loop = "\n".join(body[head:end_of_loop(body, head)])
        counts = {name: len(rule.findall(loop)) for name, rule in C_COUNTS.items()}
        kind = "strided" if "_stride2" in line else found.group(2)
        helpers[found.group(1)] = {"kind": kind, "lines": range(start + 1, end + 2), **counts}
    return helpers


def owner_of(loop, helpers, main_files):
    """The helper most of whose lines the loop came from; None when it is no helper's."""
    lines = [line for (file, line), _ in loop.code if file in main_files]
    votes = {name: sum(line in helper["lines"] for line in lines)
             for name, helper in helpers.items()}
    best = max(votes, key=votes.get, default=None)
    return best if best and votes[best] else None


def tile_mistakes(name, helper, lanes):
    """The loop in C itself: rows times vectors, for each step of depth."""
    tile = TILE.search(name)
    if not tile:
        return []
    rows, width = map(int, tile.groups())
    each = rows * -(-width // lanes)
    wrong = helper["fmas"] == 0 or helper["fmas"] % each != 0
    return [f"{name}: C has {helper['fmas']} fmas, a tile {each}"] if wrong else []


def vector_mistakes(name, part, register, most_spills):
    spills = [f"{name}: a vector on the stack: {text}" for text in part.spills[most_spills:]]
    return spills + [f"{name}: not a full {register}: {text}" for text in part.narrow(register)]


def part_mistakes(name, helper, part, register, extra):
    """What is wrong with a helper's loop in assembly.

    Where the loops of a helper were unrolled away, or a compiler moved a part of them out of line,
    the loop around them has mostly instructions of its caller and may share code of several
    helpers: only its vectors are judged. A product's own loop stores nothing.
    """
    wrong = vector_mistakes(name, part, register, extra[2])
    if part.foreign > part.fmas or (helper["kind"] == "product" and part.stores):
        return wrong
    turns, rest = divmod(part.fmas, helper["fmas"])
    if rest or not turns:
        return wrong + [f"{name}: {part.fmas} fmas, not a multiple of {helper['fmas']}"]
    loads = (helper["loads"] + extra[0]) * turns
    others = (helper["others"] + extra[1]) * turns
    if part.loads > loads:
        wrong.append(f"{name}: {part.loads} vectors from memory, at most {loads:g}")
    if part.others > others:
        wrong.append(f"{name}: {part.others} other instructions, at most {others:g}")
    return wrong


def excess(helper, part):
    """The row of EXTRA that this loop needs."""
    turns = max(1, part.fmas // helper["fmas"])
    return (part.loads / turns - helper["loads"], part.others / turns - helper["others"],
            len(part.spills))


def check(source, assembly, target, kind, compiler, row, table):
    """All mistakes of one text of assembly; the largest excesses go to table."""
    own = OWN[target] == kind
    suffix = "int8" if kind in RESTRICTED else kind
    helpers = {name: helper for name, helper in helpers_of(source).items()
               if (own if helper["kind"] != "product" else
                   suffix in ("f32", name.split("_")[-1]))}  # fmt: skip
    main_files = set(map(int, MAIN_FILE.findall(assembly)))
    mistakes = [text for name in helpers for text in tile_mistakes(name, helpers[name], row["lanes"])]
    seen = set()
    for loop in innermost_loops(assembly):
        if not loop.fmas():
            continue
        name = owner_of(loop, helpers, main_files)
        if name is None:
            continue
        part = loop.part(helpers[name]["lines"], main_files)
        if part.foreign <= part.fmas or helpers[name]["kind"] != "product":
            seen.add(name)
        setting = target if own else f"{target} {kind}"
        key = (setting, compiler, helpers[name]["kind"])
        mistakes += part_mistakes(name, helpers[name], part, row["register"], EXTRA[key])
        if part.foreign <= part.fmas:
            table.setdefault(key, []).append((*excess(helpers[name], part), name))
    mistakes += [f"{name}: no loop of it in the assembly" for name in helpers if name not in seen]
    return [f"{target} {kind} {compiler}: {text}" for text in mistakes]


def doctored(assembly):
    """Assembly made wrong in its first loop of fmas: (what the guard must say, the text)."""
    lines = assembly.splitlines()
    kind = next(name for name in ("vdpbf16", "vpdpbusd", "vpmaddwd", "vfmadd")
                if name in assembly)
    at = next(at for at, line in enumerate(lines) if kind in line)
    fma = lines[at]
    register = VECTOR.search(fma).group(1)
    plants = {
        "on the stack": [fma, f"\tvmovaps\t%{register}3, 64(%rsp)"],
        "not a multiple": [],
        "not a full": [re.sub("%[yz]mm", "%xmm", fma)],
        "vectors from memory": [fma] + [f"\tvmovups\t(%rax), %{register}3"] * 60,
        "other instructions": [fma] + ["\tincq\t%rax"] * 60,
    }
    for said, plant in plants.items():
        yield said, "\n".join(lines[:at] + plant + lines[at + 1 :])


def guard_mistakes(source, assembly, *setting):
    """A guard that cannot object proves nothing: the plants that it did not find."""
    return [f"the guard does not see: {said}" for said, text in doctored(assembly)
            if not any(said in mistake for mistake in check(source, text, *setting, {}))]


def call(*command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def check_one(xnc, work, row, kind, compiler, table):
    folder = work / f"{row['name']}-{kind}-{compiler}"
    folder.mkdir(parents=True, exist_ok=True)
    options = list(OPTIONS[kind])
    if kind in RESTRICTED:
        write_quant(xnc, MODEL, folder / "x.quant", 1, RESTRICTED[kind])
        options.append(f"--quant={folder / 'x.quant'}")
    call(xnc, "compile", MODEL, f"--target={row['name']}", *options, "--with-runtime", "-o", folder)
    source, assembly = folder / f"{MODEL}.c", folder / f"{MODEL}.s"
    call(compiler, "-std=c11", "-O3", "-g1", *row["cc_flags"].split(), "-S", source, "-o", assembly)
    texts = source.read_text(), assembly.read_text()
    setting = row["name"], kind, compiler, row
    mistakes = check(*texts, *setting, table)
    if compiler == COMPILERS[0] and kind != "f16":  # whose first fma is in a depthwise stage
        mistakes += guard_mistakes(*texts, *setting)
    return mistakes


def main():
    xnc, target_rows, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    listed = subprocess.run([xnc, "targets", "--json"], check=True, capture_output=True).stdout
    rows = {row["name"]: row for row in json.loads(listed) if row["name"] in OWN}
    for name, row in rows.items():
        row["register"] = target_tools.facts(target_rows, name)["register"]
    table = {}
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(check_one, xnc, work, rows[target], kind, compiler, table)
                for target, kind, compilers in SETTINGS for compiler in compilers]
    mistakes = [text for run in runs for text in run.result()]
    if "--table" in sys.argv:
        for key, seen in sorted(table.items()):
            largest = [max(seen, key=lambda one: one[at]) for at in range(3)]
            print(key, len(seen), "loops", *largest)
    for text in mistakes:
        print(text)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
