#!/usr/bin/env python3
"""How many instructions a whole network takes on arm64 for each multiply-add of a vector.

    test_counts.py XNC TARGET_ROWS WORK

xception41 is emitted for each target of arm64, in the precision that it is for, built by each compiler,
and run once and twice in qemu with a plugin that counts (count_plugin.c): the difference is one run.
Instructions for each multiply-add are to be at most MOST; an SMMLA counts as two. No clock is involved: the same code has the same
counts on every machine.
Expected too: the plugin counts a loop of known length to the instruction. 77 (skipped) without qemu, its
plugins or a compiler for arm64.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / room) for room in ("ir/target", "common")]
import run_target as target_tools  # noqa: E402
from quant import write_quant  # noqa: E402

HERE = Path(__file__).resolve().parent
MODEL = "xception41"
SIZE = "--size=75"
EMULATOR = "qemu-aarch64"
# By target: the precision, and the most instructions for a multiply-add.
MOST = {"aarch64": ("f32", 1.4), "aarch64-dotprod": ("int8", 1.5), "aarch64-i8mm": ("int8", 1.2)}
RUNTIME = "arena cpu model pool run status weights xxh64"
COUNTS = re.compile(r"instructions (\d+) multiply-adds (\d+)")
# Nine instructions a turn, four of which multiply and add, one of them twice as much.
LOOP = """
int main(void) {
    __asm__ volatile("mov x0, #%d\\n"
                     "1: fmla v0.4s, v1.4s, v2.4s\\n"
                     "fmla v3.4s, v1.4s, v2.s[3]\\n"
                     ".inst 0x4f82e824\\n" /* sdot v4.4s, v1.16b, v2.4b[2] */
                     ".inst 0x4e82a427\\n" /* smmla v7.4s, v1.16b, v2.16b */
                     "fmul v5.4s, v1.4s, v2.4s\\n"
                     "fmla v6.2d, v1.2d, v2.2d\\n"
                     "nop\\n"
                     "subs x0, x0, #1\\n"
                     "b.ne 1b" ::: "x0", "v0", "v3", "v4", "v5", "v6", "v7", "cc");
    return 0;
}
"""


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.returncode, done.stderr)
    return done


def count(plugin, *program):
    """(instructions, multiply-adds) that it executes."""
    told = run(EMULATOR, "-cpu", "max", "-plugin", plugin, *program).stderr
    return [int(number) for number in COUNTS.search(told).groups()]


def judge_the_plugin(plugin, compiler, work):
    """Programs that differ in 1000 turns of the loop."""
    counts = []
    for turns in (1000, 2000):
        (work / "loop.c").write_text(LOOP % turns)
        run(*compiler, "-static", "-o", work / "loop", work / "loop.c")
        counts.append(count(plugin, work / "loop"))
    found = [twice - once for once, twice in zip(*counts)]
    assert found == [9000, 5000], found


def emit(xnc, target, precision, work):
    """The folder of the network for a target."""
    weights = work / "w.safetensors"
    options = [SIZE, f"--weights={weights}", f"--target={target}", f"--precision={precision}"]
    if precision == "int8":
        write_quant(xnc, MODEL, work / "drawn.quant", 1, weights=weights)
        options.append(f"--quant={work / 'drawn.quant'}")
    run(xnc, "compile", MODEL, "-o", work / target, "--with-runtime", *options)
    return work / target


def count_network(plugin, compiler, flags, folder):
    """The counts of one run."""
    program = folder / "runs"
    sources = [HERE / "count_runs.c", folder / f"{MODEL}.c",
               *(folder / f"xnc_{name}.c" for name in RUNTIME.split())]
    run(*compiler, "-O3", *flags.split(), "-static", f"-DMODEL={MODEL}_model",
        f'-DHEADER="{MODEL}.h"', f"-I{folder}", *sources, "-o", program, "-lm", "-pthread")
    once, twice = (count(plugin, program, folder / f"{MODEL}.weights", str(runs)) for runs in (1, 2))
    return [more - less for less, more in zip(once, twice)]


def main():
    xnc, rows, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    compilers = target_tools.compilers("aarch64")
    if not compilers or "-plugin" not in run(EMULATOR, "-h").stdout:
        print("skipped: no compilers for arm64, or no qemu with plugins")
        return 77
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    plugin = work / "count.so"
    run("cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", plugin, HERE / "count_plugin.c")
    run(xnc, "seed-weights", MODEL, "-o", work / "w.safetensors")
    for compiler in compilers:
        judge_the_plugin(plugin, compiler, work)
    failed = 0
    for target, (precision, most) in MOST.items():
        folder, flags = emit(xnc, target, precision, work), target_tools.facts(rows, target)["flags"]
        for compiler in compilers:
            instructions, products = count_network(plugin, compiler, flags, folder)
            print(f"{target} {precision} {compiler[0]}: {instructions} instructions, {products} "
                  f"multiply-adds: {instructions / products:.3f}, at most {most}")
            failed |= instructions > most * products
    return failed


if __name__ == "__main__":
    sys.exit(main())
