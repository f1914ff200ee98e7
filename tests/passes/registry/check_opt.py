#!/usr/bin/env python3
"""xnc opt: pass by pass through texts comes to the same as the pipeline; bad texts are refused.

Input: the small networks; texts that break a rule. Expectation: each pass run by itself on the text
that the one before printed ends, after the last, in the text that the whole pipeline prints (so
every stage survives printing and parsing); a text that a pass cannot work on gives exit code 3 and
a diagnostic that says why, never a crash.
"""
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


def without_comments(text):
    return "".join(line for line in text.splitlines(True) if line[:1] != "#")


def dumped(program, network, name, folder):
    done = run(program, "compile", *network, "--target=scalar", f"--dump-after={name}", "-o", folder)
    _, _, text = done.stderr.partition(f"# after {name}\n")
    return without_comments(text)


def check_networks(program, folder, names):
    path = pathlib.Path(folder) / "step.ir"
    for network in NETWORKS:
        text = dumped(program, network, names[0], folder)
        for name in names[1:]:
            path.write_text(f"# before {name}\n{text}")
            text = run(program, "opt", f"--pass={name}", "--target=scalar", "--verify=each",
                       path).stdout
            if name in ("plan_memory", names[-1]) and (
                    not text or text != dumped(program, network, name, folder)):
                yield f"{network}: pass by pass gives another text after {name} than the pipeline"


def module(stage, marked, target="x86-64-v3"):
    return (f'module bad target "{target}" stage {stage}\nzeros 0\nweights 0\n'
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
    ("vectorize", module("loops", "8 step 1 vector unroll", "z80"), "unknown target 'z80'"),
]


def check_refused_modules(program, folder):
    path = pathlib.Path(folder) / "bad.ir"
    for name, text, want in REFUSED_MODULES:
        path.write_text(text)
        done = run(program, "opt", f"--pass={name}", path)
        if done.returncode != 3 or want not in done.stderr:
            yield f"{name} on {text}: exit {done.returncode}, {done.stderr}"
    path.write_text(module("loops", "8 step 1 vector unroll"))
    for words, code in (([], 0), (["--target=x86-64-v3"], 0), (["--target=scalar"], 2)):
        if run(program, "opt", "--pass=vectorize", "--pass=unroll", *words, path).returncode != code:
            yield f"a module for x86-64-v3 with {words}: exit code is not {code}"


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
                      *check_refused_modules(program, folder)]
    refusals = len(REFUSED) + len(REFUSED_MODULES)
    print(*complaints, f"{len(NETWORKS)} networks, {refusals} refusals", sep="\n")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
