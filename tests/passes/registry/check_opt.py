#!/usr/bin/env python3
"""xnc opt: a dump after any pass can be taken up again; bad texts are refused.

Input: the small networks, for one target and for several at once, the first of them for all; texts that
break a rule. Expectation:
from the text that the pipeline has after any pass, and nothing else, opt comes through the passes
that are left to the texts that the pipeline has there, for each target; a text that a pass cannot
work on gives exit code 3 and a diagnostic that says why, never a crash.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

NETWORKS = (["xception_mini"], ["legacy_mini", "--features=0,2"],
            ["tests/golden/models/preact_mini.yaml", "--output-stride=16"])
CONV = "%a = conv2d(%x) weight=@a[16,3,1,1]"
NORM = "%n = batch_norm(%a) weight=@g[16] bias=@b[16] mean=@m[16] var=@v[16] eps=0.001"
LAID_OUT = " : f32[1,16,8,8] nhwc pitch=16\n%a.out = to_nchw(%a) : f32[1,16,8,8]"
TILE = "tile.rows=4 tile.full_tiles=16 tile.tiles=16 tile.vectors=2"
REFUSED = [  # pass, stage, lines, output, part of the diagnostic
    ("fold_bn", "graph", "%a = conv2d(%x)", "a", "conv2d needs a weight"),
    ("infer_shapes", "graph", "%a = conv2d(%x) weight=@a[4,2,1,1]", "a", "takes 2 input channels"),
    ("fuse_activations", "graph", CONV + "\n" + NORM, "n", "run fold_bn first"),
    ("tile_products", "fused", CONV, "a", "graphs of stage laid_out to tiled, this one is fused"),
    ("fold_bn", "laid_out", CONV + LAID_OUT, "a.out", "graphs of stage graph to fused"),
    ("assign_layout", "laid_out", CONV + LAID_OUT, "a.out", "this one is laid_out"),
    ("tile_products", "laid_out", CONV + "\n%b = activation(%a) act=relu", "b", "invariant 8"),
    ("tile_depthwise", "laid_out", CONV + LAID_OUT, "a.out", "run tile_products first"),
    ("tile_depthwise", "laid_out", CONV + " " + TILE + " tile.panel=17" + LAID_OUT, "a.out",
     "do not cut the channels evenly"),
    ("tile_depthwise", "laid_out", CONV + " " + TILE[:-1] + "3" + LAID_OUT, "a.out",
     "do not cut the channels evenly"),
    ("tile_depthwise", "laid_out", CONV + " " + TILE + " tile.wide_rows=4" + LAID_OUT, "a.out",
     "do not cut the channels evenly"),
    ("tile_depthwise", "laid_out", CONV + " " + TILE[:-1] + "3 tile.wide_rows=5" + LAID_OUT,
     "a.out", "do not cut the channels evenly"),
    ("plan_memory", "tiled", CONV.replace("@a[16,3,1,1]", "pack_panels(@a[16,3,1,1], 2, 1)") + " "
     + TILE.replace("tiles=16", "tiles=70368744177664") + LAID_OUT, "a.out", "invariant 9"),
    ("lower", "planned arena_bytes=8192 arena_bound=8192",
     CONV.replace("@a[16,3,1,1]", "pack_panels(@a[16,3,1,1], 4, 1)") + " " + TILE
     + " scratch_bytes=64 scratch_offset=4096 : f32[1,16,8,8] nhwc pitch=16 offset=0\n"
     "%a.out = to_nchw(%a) : f32[1,16,8,8]", "a.out", "packed for other tiles"),
    ("lower", "laid_out", CONV + LAID_OUT, "a.out", "graphs of stage planned to planned"),
    ("vectorize", "fused", CONV, "a", "run lower first"),
    ("dilate", "graph", "%a = activation(%x) act=relu\n%b = conv2d(%x, %a) weight=@a[3,3,1,1]", "b",
     "invariant 5"),
]


def run(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode < 0:
        sys.exit(f"{words}: signal {-done.returncode}\n{done.stderr}")
    return done


def dumps(stderr, names):
    """What --dump-changed printed: a list of (pass, text) for each time that the first of the names
    comes. A text that a pass left as it was is that of the pass before, or "" where there is none."""
    units = []
    for part in stderr.split("# after ")[1:]:
        line, _, text = part.partition("\n")
        name, _, unchanged = line.partition(" ")
        if not units or name == names[0]:
            units.append([])
        units[-1].append((name, units[-1][-1][1] if unchanged and units[-1] else text))
    return units


def check_network(program, network, targets, names, path):
    done = run(program, "compile", *network, "--target=" + ",".join(targets), "--dump-changed",
               f"--dump-after={names[0]}", "-o", path.parent / "out")
    units = dumps(done.stderr, names)
    if len(units) != len(targets) or any([name for name, _ in unit] != names for unit in units):
        yield f"{network} for {targets}: a dump is missing"
    for unit in units:
        for at in range(len(names) - 1):
            path.write_text(f"# after {names[at]}\n{unit[at][1]}")
            done = run(program, "opt", *(f"--pass={name}" for name in names[at + 1:]), "--verify=each",
                       "--dump-changed", path)
            resumed = dumps(done.stderr, [names[at + 1]])
            left = [(name, text or unit[at][1]) for name, text in (resumed or [[]])[0]]
            if left != unit[at + 1:] or done.stdout != unit[-1][1]:
                yield f"{network} for {targets}: from the dump after {names[at]}, opt goes elsewhere"


def check_networks(program, folder, names):
    path = pathlib.Path(folder) / "step.ir"
    rows = json.loads(run(program, "targets", "--json").stdout)
    for number, network in enumerate(NETWORKS):
        yield from check_network(program, network, [rows[number]["name"]], names, path)
        for family in sorted({row["family"] for row in rows} - {""}):  # a list is of one machine
            targets = [row["name"] for row in rows if row["family"] in ("", family)]
            several = targets[number % len(targets)::len(NETWORKS)] if number else targets
            yield from check_network(program, network, several, names, path)


def module(stage, marked, target="x86-64-v3", layout=""):
    return (f'module bad target "{target}" {layout} stage {stage}\nzeros 0\nweights 0\n'
            'input "x" [1,8]\noutput "y" [1,8]\n'
            f"function $f(ptr a, int n) {{\n    for i = 0 to {marked} {{\n"
            "        vec x[i] = load a[i]\n    }\n}\n")


REFUSED_MODULES = [  # pass, text, part of the diagnostic
    ("dilate", module("loops", "8 step 1 vector unroll"), "works on graphs"),
    ("unroll", module("loops", "8 step 1 vector unroll"), "does not work on this stage"),
    ("vectorize", module("vector", "8 step 1 unroll"), "does not work on this stage"),
    ("vectorize", module("loops", "9 step 1 vector unroll"), "no whole number of vectors"),
    ("vectorize", module("loops", "8 step 2 vector unroll"), "no whole number of vectors"),
    ("vectorize", module("loops", "4104 step 1 vector unroll"), "at most 4096 steps"),
    ("vectorize", module("loops", "n step 1 vector unroll"), "no constant bounds"),
    ("unroll", module("vector", "4097 step 1 unroll"), "at most 4096 steps"),
    ("unroll", module("vector", "n step 1 unroll"), "no constant bounds"),
    ("unroll", module("vector", "8 step 1 vector unroll"), "is still marked"),
    ("unroll", module("vector", "8 step 0 unroll"), "step"),
    ("unroll", module("vector", "2 step 1 unroll").replace("x[i]", "b"), "after unroll: $f: b is"),
    ("vectorize", module("loops", "8 step 1 vector unroll", "z80"), "unknown target 'z80'"),
    ("vectorize", module("loops", "8 step 1 vector unroll", layout="layout z80"),
     "unknown target 'z80'"),
    ("vectorize", module("loops", "8 step 1 vector unroll", layout="layout scalar"),
     "x86-64-v3 has no layout of scalar"),
]


def check_refused_modules(program, folder):
    path = pathlib.Path(folder) / "bad.ir"
    for name, text, want in REFUSED_MODULES:
        path.write_text(text)
        done = run(program, "opt", f"--pass={name}", "--verify=each", path)
        if done.returncode != 3 or want not in done.stderr:
            yield f"{name} on {text}: exit {done.returncode}, {done.stderr}"
    path.write_text(module("loops", "8 step 1 vector unroll"))
    for words, code in (([], 0), (["--target=x86-64-v3"], 0), (["--target=scalar"], 2)):
        if run(program, "opt", "--pass=vectorize", "--pass=unroll", *words, path).returncode != code:
            yield f"a module for x86-64-v3 with {words}: exit code is not {code}"
    path.write_text(module("vector", f"8 step {2**63 - 1} unroll").replace("= 0 to", "= 1 to"))
    steps = run(program, "opt", "--pass=unroll", path).stdout.count(" = load a[")
    if steps != 1:
        yield f"a step beyond the largest int: {steps} steps instead of 1"


def check_choice_of_target(program, folder):
    """--target may differ from a text's until products are tiled; without it, the text's is taken."""
    path = pathlib.Path(folder) / "graph.ir"
    nodes = {"graph": "activation(%x) act=relu", "tiled": "to_nchw(%x)"}
    shared = 'target="x86-64-v3" layout="x86-64-v4"\n'
    for stage, words, code, head in (
            ("graph", [], 0, shared), ("graph", ["--target=x86-64-v3"], 0, shared),
            ("graph", ["--target=scalar"], 0, "target=scalar\n"),
            ("tiled", ["--target=x86-64-v3"], 0, shared), ("tiled", ["--target=scalar"], 2, None)):
        path.write_text(f"graph some stage={stage} {shared}input %x : f32[1,3,8,8]\n"
                        f"%r = {nodes[stage]}\noutput %r\n")
        done = run(program, "opt", "--pass=infer_shapes", *words, path)
        if done.returncode != code or (head and f" stage={stage} {head}" not in done.stdout):
            yield f"{words} on {path.read_text()}: exit {done.returncode}, {done.stdout}{done.stderr}"


def check_refused(program, folder):
    path = pathlib.Path(folder) / "bad.ir"
    for name, stage, lines, output, want in REFUSED:
        path.write_text(f"graph bad stage={stage}\ninput %x : f32[1,3,8,8]\n{lines}\n"
                        f"output %{output}\n")
        done = run(program, "opt", f"--pass={name}", "--target=scalar", path)
        if done.returncode != 3 or want not in done.stderr:
            yield f"{name} on {path.read_text()}: exit {done.returncode}, {done.stderr}"


def main():
    program = sys.argv[1]
    names = [line.split()[0] for line in run(program, "passes").stdout.splitlines()
             if line.strip()]
    names = names[names.index("infer_shapes"):]
    with tempfile.TemporaryDirectory() as folder:
        complaints = [*check_networks(program, folder, names), *check_refused(program, folder),
                      *check_refused_modules(program, folder),
                      *check_choice_of_target(program, folder)]
    refusals = len(REFUSED) + len(REFUSED_MODULES)
    print(*complaints, f"{len(NETWORKS)} networks, {refusals} refusals", sep="\n")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
