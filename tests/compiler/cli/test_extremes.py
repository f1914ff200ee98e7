#!/usr/bin/env python3
"""The ends of what a description and numbers of --tuning may say: every limit of a later step is out of reach, or refused.

Input: descriptions at the largest and smallest values of models/README.md, alone and together, made
here. Expectation: `analyze` and `compile` end the same way, for every target: with the C and every
text of the IR read again (--verify=each, dumps through `opt`), or both with a diagnostic at a line of
the description. Nothing aborts. Each description is for a few of the targets, which take turns, so
that each target has every dilation with every stride; --whole, a long test: each for all of them.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

WHOLE = "--whole" in sys.argv[1:]
if WHOLE:
    sys.argv.remove("--whole")
# Every so manieth target takes the next description: no divisor of the number of windows of a kernel.
TURNS = 1 if WHOLE else 5
TUNINGS = (  # compiler/session/tuning.def: least and most of each, in that order
    (0, 0, 1, 0, 1, 4096, 4096, 65536),
    (64, 16, 64, 256, 16, 67108864, 1048576, 268435456),
    (64, 16, 64, 256, 16, 4096, 4096, 65536),
)
NUMBERS = ("pw_rows", "pw_vectors", "pw_unroll", "pw_near", "dw_columns", "block_bytes", "l1_bytes",
           "l2_bytes")  # fmt: skip
HEAD = "name: extreme\ntitle: t\nnorm_eps: 1e-5\n"
SMALL = ["input: {size: 9}", "stem: [{width: 3}]", "blocks: [{widths: 3}]", "head: {classes: 2}"]


def network(**sections):
    """The small network with other sections; a section that it has not is added."""
    lines = {line.partition(":")[0]: line for line in SMALL}
    lines.update({key: f"{key}: {value}" for key, value in sections.items()})
    return HEAD + "\n".join(lines.values()) + "\n"


def window(kernel, dilation, stride, width=3):
    """The window in all places that have one."""
    return network(
        input="{size: [61, 67]}",
        stem=f"[{{width: 3}}, {{width: {width}, kernel: {kernel}, dilation: {dilation},"
             f" stride: {stride}}}]",
        blocks=f"[{{widths: {width}, depth: 1, kernel: {kernel}, dilation: {dilation},"
               f" stride: {stride}}},"
               f" {{widths: 9, depth: 1, kernel: {kernel}, dilation: {dilation}}}]",
        exit=f"[{{width: 5, kernel: {kernel}, dilation: {dilation}}}]")  # fmt: skip


def windows():
    for kernel in ("1", "3", "7", "9", "15", "[1, 15]", "[15, 1]"):
        for dilation in (1, 5, 32, 64):
            for stride in (1, 4):
                yield f"kernel {kernel}, dilation {dilation}, stride {stride}", window(
                    kernel, dilation, stride), ()  # fmt: skip


def long_names(length):
    names = {key: "x" * (length - 4) + "{i}" + key[:1] for key in ("stem_conv", "block")}
    return network(names="{" + ", ".join(f"{key}: '{text}'" for key, text in names.items()) + "}")


def others():
    blocks = ", ".join(f"{{widths: [{', '.join(str(1 + 8 * b + i) for i in range(8))}]}}"
                       for b in range(128))  # fmt: skip
    yield "most layers", network(blocks=f"[{blocks}]"), ()
    yield "most layers, large maps", network(
        input="{size: 75}", blocks="[{widths: 3, depth: 8, repeat: 128}]"), ()  # fmt: skip
    yield "most features", network(
        blocks="[{widths: 3, repeat: 16}]",
        features=f"[{', '.join(f'blocks.{i}' for i in range(16))}]"), ("--features",)  # fmt: skip
    yield "widest layers", network(stem="[{width: 16384, kernel: 1}]",
                                   blocks="[{widths: 3, depth: 1}]"), ()  # fmt: skip
    yield "widest products", network(stem="[{width: 16384, kernel: 1}]", blocks="[{widths: 16384}]"), ()
    yield "most classes", network(head="{classes: 1048576}"), ()
    yield "most classes of both pools", network(head="{classes: 1048576, pool: catavgmax}"), ()
    yield "a row", network(input="{size: [1, 65536]}"), ()
    yield "a column", network(input="{size: [65536, 1]}"), ()
    yield "the largest picture", network(input="{size: 65536}", stem="[{width: 1}]"), ()
    yield "a tall one that streams", network(input="{size: [65536, 74]}"), ()
    yield "most channels", network(), ("--in-chans=1024",)
    yield "one pixel", network(input="{size: 1}"), ()
    yield "most images", network(), ("--batch=4096",)
    yield "most images of streams", network(input="{size: 100}"), ("--batch=4096",)
    yield "no pooling", network(head="{pool: none, classes: 0}"), ()
    yield "no padding left", network(
        stem="[{width: 3, padding: none, kernel: 15, dilation: 64}]"), ()  # fmt: skip
    yield "long names", long_names(120), ()
    yield "longest names", long_names(256), ()


class ExtremesTest(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = json.loads(cls.xnc(0, "targets", "--json").stdout)
        cls.targets = [row["name"] for row in rows]
        cls.checked = 0

    def end(self, code_of, *words):
        """The exit code; a signal is no end."""
        done = self.run_any(*words)
        self.assertIn(done.returncode, (0, 3), (words, done.returncode, done.stderr[-2000:]))
        if done.returncode == 3:
            self.assertRegex(done.stderr, r"\.yaml:\d+:\d+: error: ", code_of)
        return done.returncode

    def check(self, name, text, words, tuning=None):
        (self.folder / "extreme.yaml").write_text(text)
        first = self.checked % TURNS
        type(self).checked += 1
        for target in self.targets[first::TURNS]:
            if tuning:
                rows = "".join(f"{key}: {value}\n" for key, value in zip(NUMBERS, tuning))
                (self.folder / "numbers.tuning").write_text(f"cpu: none\ntarget: {target}\n{rows}")
            with self.subTest(name, target=target):
                common = ("extreme.yaml", f"--target={target}", *words)
                common += ("--tuning=numbers.tuning",) if tuning else ()
                analyzed = self.end(name, "analyze", *common)
                compiled = self.end(name, "compile", *common, "-o", "out", "--verify=each")
                self.assertEqual(analyzed, compiled)

    def test_the_largest_texts_are_read_again(self):
        """As many layers as there can be, no two of them alike, and maps that stream."""
        layers = {key: ", ".join(f"{{width: {1 + i * 7 % 900}}}" for i in range(128))
                  for key in ("stem", "exit")}  # fmt: skip
        blocks = ", ".join(f"{{widths: [{', '.join(str(1 + 8 * b + i) for i in range(8))}]}}"
                           for b in range(128))  # fmt: skip
        (self.folder / "largest.yaml").write_text(
            network(input="{size: 75}", blocks=f"[{blocks}]", activation="silu",
                    **{key: f"[{text}]" for key, text in layers.items()}))  # fmt: skip
        left = ["fuse_activations", "plan_memory", "lower", "vectorize", "unroll"]
        for before, passes in (("fold_bn", left[:1]), ("pack_weights", left[1:2]),
                               ("plan_memory", left[2:3]), ("lower", left[3:])):  # fmt: skip
            done = self.xnc(0, "compile", "largest.yaml", "--target=x86-64-v3", "-o", "out",
                            f"--dump-after={before}")  # fmt: skip
            (self.folder / "largest.ir").write_text(done.stderr[done.stderr.index("# after") :])
            self.xnc(0, "opt", *(f"--pass={name}" for name in passes), "-o", "next.ir", "largest.ir")

    def test_windows(self):
        for name, text, words in windows():
            self.check(name, text, words)

    def test_tunings(self):
        for number, tuning in enumerate(TUNINGS):
            for name, text, words in windows():
                if "kernel 15" in name and "stride 4" in name:
                    self.check(f"{name}, tuning {number}", text, words, tuning)
            for shape in ("{size: 9}", "{size: 150}"):
                wide = network(input=shape, blocks="[{widths: [3, 300, 2000]}]")
                self.check(f"size {shape}, tuning {number}", wide, (), tuning)

    def test_others(self):
        for name, text, words in others():
            self.check(name, text, words)


if __name__ == "__main__":
    unittest.main()
