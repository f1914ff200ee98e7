#!/usr/bin/env python3
"""A check that cannot fail proves nothing: each rule of house.py must catch a planted offence.

Input: a small made-up tree for each rule. Expectation: the rule names the offence, and is silent on
the clean twin.
"""
import pathlib
import tempfile

import house

GLOSSARY = "/* Glossary: n count, i index. Invariants: none */\n"
LONG = "/* a */\nint long_one(int n) {\n" + "    n++;\n" * 60 + "    return n;\n}\n"
ROOM_WORDS = " ".join(f"`{room.split('/')[-1]}`" for room in house.ROOMS)
README = "".join(f"| `{folder}/` | {ROOM_WORDS} |\n"
                 for folder in ("ir", "passes", "compiler", "tests", "bench"))
# Rule, file (or the clean one|the offending one), clean text, offending text, part of the complaint.
CASES = [
    (house.check_sizes, "ir/a.c", "/* a */\nint one(void) {\n    return 1;\n}\n", LONG, "long_one"),
    (house.check_sizes, "ir/a.c", "/* a */\n", "/* " + "a" * 100 + " */\n", "columns"),
    (house.check_sizes, "ir/a.c", "/* a */\n", "/* a */\n" * 501, "501 lines"),
    (house.check_names, "ir/a.c", "int n;\n", "int q;\n", "'q'"),
    (house.check_rooms, "ir/base/a.c|ir/a.c", "/* a */\n", "/* a */\n", "no room"),
    (house.check_includes, "passes/graph/a.c", '#include "ir.h"\n', '#include "page.h"\n', "page.h"),
    (house.check_circles, "ir/base/a.c", "/* a */\nint a(void) {\n    return b();\n}\n",
     "/* a */\nint a(void) {\n    return b();\n}\nint c(void) {\n    return 1;\n}\n", "circle"),
    (house.check_isa_names, "passes/a.c", "int lanes;\n", "int use_avx2;\nint avx2;\n", "avx2"),
    (house.check_headers, "ir/a.c", "/* a */\n", "int i;\n", "comment"),
    (house.check_headers, "runtime/a.hpp", "/* a */\n", "int i;\n", "comment"),
    (house.check_braces, "ir/a.c", "    if (n) {\n", "    if (n)\n        n++;\n", "no braces"),
    (house.check_braces, "ir/a.c", "    if (n ||\n        i) {\n", "    if (n ||\n        i)\n",
     "ir/a.c:2"),
    (house.check_structs, "ir/base/a.c", "struct One {\n", "typedef struct Two {\n", "'Two'"),
    (house.check_structs, "ir/base/a.c", "struct One {\n};\n",
     "struct One {\n};\nstatic const struct One {\n", "ir/base/a.c too"),
    (house.check_comments, "runtime/a.c", "/* a\n */\n" * 8 + "int i;\n" * 100, "int i;\n" * 100, "runtime"),
    (house.check_passes, "passes/graph/fold.c", "/* a */\n", None, "fold.c is missing"),
    (house.check_passes, "tests/passes/graph/fold/a.test", "x", None, "no test"),
    (house.check_test_rooms, "tests/ir/base/a.c|tests/ir/kernels/a.c", "", "", "kernels: no room"),
    (house.check_test_rooms, "tests/compiler/CMakeLists.txt|tests/compiler/a.py", "", "", "a.py"),
    (house.check_test_rooms, "tests/passes/graph/a.py|tests/passes/fold/a.test", "", "", "fold:"),
    (house.check_readme_map, "docs/a.txt", None, "a", "docs/"),
    (house.check_readme_map, "README.md", README, README.replace("`tile`", ""), "passes/tile/"),
]


def tree(root, name, text):
    base = {"ir/graph/ir.h": GLOSSARY, "passes/passes.def": "/* a */\nPASS(fold, 0)\n",
            "passes/graph/fold.c": "/* a */\n", "tests/passes/graph/fold/a.test": "x",
            "ir/base/b.c": "/* a */\nint b(void) {\n    return c();\n}\n",
            "compiler/report/page.h": "/* a */\nstruct Two {\n",
            "bench/a.txt": "", "README.md": README}
    for path, content in {**base, name: text}.items():
        if content is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)


def complaints(rule, name, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        tree(root, name, text)
        return list(rule(root))


for rule, names, clean, offending, part in CASES:
    name, _, offender = names.partition("|")
    assert not complaints(rule, name, clean), (rule, complaints(rule, name, clean))
    assert any(part in line for line in complaints(rule, offender or name, offending)), (rule, part)
print(f"{len(CASES)} offences caught")
