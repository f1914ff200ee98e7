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
GRAPH_PASSES_END, LAST = "plan_memory", "unroll"
CONV = "%a = conv2d(%x) weight=@a[16,3,1,1]"
NORM = "%n = batch_norm(%a) weight=@g[16] bias=@b[16] mean=@m[16] var=@v[16] eps=0.001"
LAID_OUT = " : f32[1,16,8,8] nhwc pitch=16\n%a.out = to_nchw(%a) : f32[1,16,8,8]"
REFUSED = [  # pass, stage, lines, output, part of the diagnostic
    ("fold_bn", "graph", "%a = conv2d(%x)", "a", "conv2d needs a weight"),
    ("infer_shapes", "graph", "%a = conv2d(%x) weight=@a[4,2,1,1]", "a", "takes 2 input channels"),
    ("fuse_activations", "graph", CONV + "\n" + NORM, "n", "run fold_bn first"),
    ("tile_products", "fused", CONV, "a", "graphs of stage laid_out to tiled, this one is fused"),
    ("fold_bn", "laid_out", CONV + LAID_OUT, "a.out", "graphs of stage graph to fused"),
    ("assign_layout", "laid_out", CONV + LAID_OUT, "a.out", "this one is laid_out"),
    ("tile_products", "laid_out", CONV + "\n%b = activation(%a) act=relu", "b", "invariant 8"),
    ("tile_depthwise", "laid_out", CONV + LAID_OUT, "a.out", "run tile_products first"),
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


def one_by_one(program, network, folder, names):
    path = pathlib.Path(folder) / "step.ir"
    text = dumped(program, network, names[0], folder)
    for name in names[1:names.index(GRAPH_PASSES_END) + 1]:
        path.write_text(text)
        text = run(program, "opt", f"--pass={name}", "--target=scalar", "--verify=each", path).stdout
    planned = text
    path.write_text(text)
    rest = [f"--pass={name}" for name in names[names.index(GRAPH_PASSES_END) + 1:]]
    module = run(program, "opt", *rest, "--target=scalar", "--verify=each", path).stdout
    return planned, module


def check_networks(program, folder, names):
    for network in NETWORKS:
        planned, module = one_by_one(program, network, folder, names)
        for name, text in ((GRAPH_PASSES_END, planned), (LAST, module)):
            if not text or text != dumped(program, network, name, folder):
                yield f"{network}: pass by pass gives another text after {name} than the pipeline"


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
        complaints = [*check_networks(program, folder, names), *check_refused(program, folder)]
    print(*complaints, f"{len(NETWORKS)} networks, {len(REFUSED)} refusals", sep="\n")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
