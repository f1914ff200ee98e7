#!/usr/bin/env python3
"""Emits a small module, reads the C and runs it.

    run_emit.py EMIT_CASE TARGET_ROWS ROOT TARGET WAY

WAY is native (this CPU, or qemu; 77, skipped, when neither can) or shim (on any machine, see tests/ir/target).
Checked: narrow facts of the text; then sigmoid, silu and gelu as emitted for the target against
interp_act() over a dense sample of all floats, NaN, infinities and denormals included: equal bits
(a NaN equals a NaN), with gcc and clang, at -O0 and -O3, with default flags for contraction.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests/ir/target"))
import run_target as target_tools  # noqa: E402

ACTS = ("sigmoid", "silu", "gelu")
OPERATIONS = """
  vec x[0] = load in[line * lanes]
  vec y[0] = {act} x[0]
  store out[line * lanes] = y[0]
"""

DRIVER = r"""
#include <string.h>
#include <stdio.h>
#include "tiny.c"
float interp_act(int act, float x);
enum { FLOATS = TINY_INPUT_ELEMENTS };
static uint32_t bits_of(float x) { uint32_t bits; memcpy(&bits, &x, 4); return bits; }
static int same(float x, float y) { return (x != x && y != y) || bits_of(x) == bits_of(y); }
static const uint32_t special[] = {0, 0x80000000u, 1, 0x80000001u, 0x007fffffu, 0x00800000u,
    0x7f7fffffu, 0xff7fffffu, 0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffc00000u, 0x7f800001u};
int main(void) {
    static float in[FLOATS], out[FLOATS];
    const int acts[] = {ACT_IDS};
    uint32_t bits = 0;
    long wrong = 0;
    for (int block = 0; block < BLOCKS; block++) {
        for (int i = 0; i < FLOATS; i++, bits += 4294967291u / (BLOCKS * FLOATS))
            memcpy(&in[i], &bits, 4);
        for (int i = 0; block == 0 && i < (int)(sizeof special / 4); i++)
            memcpy(&in[i], &special[i], 4);
        for (int a = 0; a < 3; a++) {
            const xnc_args args = {.in = in, .out = out, .task = 0, .tasks = 1};
            layers[a].kernel(&args);
            for (int i = 0; i < FLOATS; i++)
                if (!same(out[i], interp_act(acts[a], in[i])) && wrong++ < 10)
                    printf("%s(%a) is %a, not %a\n", layers[a].name, in[i], out[i],
                           interp_act(acts[a], in[i]));
        }
    }
    return wrong != 0;
}
"""


def module_text(lanes):
    kernels = layers = ""
    for act in ACTS:
        kernels += "kernel $apply_%s {\n  doc \"%s of 4096 floats.\"\n" % (act, act)
        kernels += "  dim lanes = %d\n  split begin, end of %d\n" % (lanes, 4096 // lanes)
        kernels += "  for line = begin to end step 1 {%s  }\n}\n" % OPERATIONS.format(act=act)
        layers += ("layer \"%s\" op \"activation\" line 7 kernel $apply_%s in input residual none "
                   "out output 0 elements 4096 pixels 1 channels 4096 pitch 4096 scratch 0 bytes 0 "
                   "weights macs 0\n" % (act, act))
    return ("module case target \"scalar\" stage unrolled\nzeros 0\nweights 0\n"
            "input \"input\" [1,4096]\noutput \"result\" [1,4096]\n"
            "preprocess { test_size=64x64 crop_pct=0.875 }\n"
            + kernels + layers)


def check(condition, what):
    if not condition:
        sys.exit("the emitted text lacks: " + what)


def check_text(folder, known):
    source, header = (folder / "tiny.c").read_text(), (folder / "tiny.h").read_text()
    for part in ("xnc 1.2.3", "0000000000000abc", "MIT-0", '#include "tiny.h"',
                 "static void apply_silu(const xnc_args *args) {", "/* silu of 4096 floats. */",
                 "enum { lanes = %s };" % known["lanes"],
                 "(int)((int64_t)%d * (args->task + 1) / args->tasks)" % (4096 // int(known["lanes"])),
                 ".name = \"gelu\",", ".kernel = apply_gelu,", ".in = XNC_AT_INPUT,",
                 ".out = XNC_AT_OUTPUT(0),", ".weights = {-1, -1, -1, -1, -1},",
                 ".features = %s" % ('"%s"' % known["features"] if known["features"] else
                                     "sleef_features,"), "const xnc_model tiny_model = {"):
        check(part in source, part)
    for part in ("extern const xnc_model tiny_model;", "#define TINY_ARENA_BYTES(threads)",
                 "#define TINY_WEIGHTS_BYTES INT64_C(64)", "#define TINY_CLASSES 4096"):
        check(part in header, part)
    for line in source.splitlines():
        check(len(line) <= 100 and line == line.rstrip(), "short lines: " + line)
    for name in re.findall(r"#define (\w+)", header):
        check(name.startswith("TINY_"), "the prefix in " + name)


def main():
    case, rows, _, target, way = sys.argv[1:6]
    known = target_tools.facts(rows, target)
    fronts = [[]] if way == "shim" else target_tools.how_to_run(known)
    sleef = target_tools.sleef_flags(known) if way != "shim" else ["-lsleef"]
    if fronts is None:
        return target_tools.SKIPPED
    acts_def = re.findall(r"^ACT\((\w+)", (ROOT / "ir/graph/acts.def").read_text(), re.M)
    ids = ",".join(str(acts_def.index(act)) for act in ACTS)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "acts.k").write_text(module_text(int(known["lanes"])))
        subprocess.run([case, target, folder / "acts.k", folder], check=True)
        check_text(folder, known)
        if sleef is None:
            print("there is no SLEEF for", known["family"])
            return target_tools.SKIPPED
        (folder / "driver.c").write_text(DRIVER)
        flags = known["flags"].split()
        if way == "shim":
            (folder / "shim").mkdir()
            flags = target_tools.shim_flags(rows, target, known, folder / "shim")
        family = target_tools.HERE if way == "shim" else known["family"]
        flags += [] if way == "shim" else target_tools.link_flags(known, sleef, fronts)
        headers = [word for word in sleef if word.startswith("-I")]
        for compiler in target_tools.compilers_of(known, family):
            subprocess.run([*compiler, "-std=c11", "-O2", "-ffp-contract=off", "-I", ROOT / "ir/graph",
                            "-I", ROOT / "ir/base", *headers, "-c", ROOT / "ir/graph/interp_act.c", "-o", folder / "act.o"], check=True)
            for level in ("-O0", "-O3"):
                subprocess.run([*compiler, "-std=c11", "-Wall", "-Wextra", level, *flags, "-I",
                                ROOT / "runtime",
                                "-I", folder, "-DACT_IDS=" + ids,
                                "-DBLOCKS=%d" % (128 if fronts == [[]] and way == "native" else 32),
                                folder / "driver.c", folder / "act.o", "-o", folder / "driver",
                                *sleef, "-lm"], check=True)
                for front in fronts:
                    if subprocess.run([*front, folder / "driver"]).returncode:
                        print(target, way, *front, compiler, level, "differs")
                        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
