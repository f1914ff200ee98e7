#!/usr/bin/env python3
"""How near to the limit of a core the product loops of emitted C come, by a model of the core.

    test_ceilings.py XNC TARGET_ROWS WORK

A network is emitted for each target below, in the precision that it is for, and compiled to assembly by each compiler for it. Loops of
one block with accumulators in at least CHAINS of the registers are those of whole register tiles. llvm-mca says how many
cycles a turn takes on each core. The share of the cycles that the multiply-adds alone would take is to
be MEAN over all loops and LEAST in each. No loop may hold a whole vector on the stack. Registers and names of
instructions are those of the target's row. 77 (skipped) where a compiler or llvm-mca is not here.

A model assumes perfect caches: what comes out is a ceiling and says nothing of a machine's speed.
Expected too: the judge objects to a loop in which a multiply-add was replaced by a copy of registers,
and to one with a vector on the stack.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / room) for room in ("ir/target", "common")]
import run_target as target_tools  # noqa: E402
from quant import write_quant  # noqa: E402

MODEL = "xception41"
MCA = "llvm-mca-19"
# The least is a loop of the first convolution, a ninth of whose steps fill no vector.
MEAN, LEAST = 0.95, 0.8
CHAINS = 0.5
# Times that a turn of such a loop multiplies for each register; more is a whole tile that a compiler wrote out
# because its depth has few steps.
TURN = 4
# Multiply-adds of whole vectors that a core starts in a cycle, as its makers say. The model of the
# A55 would start two of floats, the core has one unit for whole vectors; of its products of 8 bits the
# model says that loads of pairs of vectors hold them up, so its share is not asked for.
CORES = {("aarch64", "f32"): {"neoverse-n1": 2, "neoverse-v2": 4, "cortex-a55": 1},
         ("aarch64-dotprod", "int8"): {"neoverse-n1": 2, "neoverse-v2": 4},
         ("aarch64-i8mm", "int8"): {"neoverse-n2": 2, "neoverse-v2": 4},
         ("riscv64-v", "f32"): {"sifive-p670": 1},
         ("riscv64-v", "int8"): {"sifive-p670": 2}}
# What a model has to be told of the vectors in a loop: those of floats are here groups of two registers of
# 128 bits, those of 16 bits that become sums one.
TOLD = {("riscv64", "f32"): "# LLVM-MCA-RISCV-SEW E32\n# LLVM-MCA-RISCV-LMUL M2\n",
        ("riscv64", "int8"): "# LLVM-MCA-RISCV-SEW E16\n# LLVM-MCA-RISCV-LMUL M1\n"}
# Mistakes to be planted: a copy of a register, and one on the stack.
COPIES = {"aarch64": "mov v{}.16b, v30.16b", "riscv64": "vmv2r.v v{}, v30"}
STORES = {"aarch64": "str q3, [sp, 64]", "riscv64": "vs2r.v v4, (sp)"}

LABEL = re.compile(r"(\.L\w+):")
JUMP = re.compile(r"b\S*\s+(?:.*,\s*)?(\.L\w+)$")
# Whole vectors of RISC-V go to the stack by these, which nothing else takes.
ON_STACK = re.compile(r"\[sp|\(sp\)|^v[ls]\dr")
# The model's assembler is strict about names that others take for both.
PREFETCH = re.compile(r"^prfm(\s.*, #?(-?\d+)\])")


def blocks(assembly):
    """Loops without a label or a jump inside, as lists of instructions."""
    label, code = None, []
    for line in assembly.splitlines():
        line = " ".join(re.split(r"//|#[^-\d]", line)[0].split())
        found = LABEL.match(line)
        if found:
            label, code = found.group(1), []
        elif line and line[0] != "." and not line.endswith(":"):
            code.append(line)
            jump = JUMP.match(line)
            if jump and jump.group(1) == label:
                yield code
            label = None if jump else label


def is_tile(code, known):
    """Whether a loop has the chains of a whole register tile."""
    chains = [line.split()[1] for line in code if line.startswith(known["fma"])]
    registers = int(known["registers"])
    return len(set(chains)) >= CHAINS * registers and len(chains) <= TURN * registers


def cycles(code, known, core):
    family = known["family"]
    text = TOLD.get((family, known["loops"]), "") + "\n".join(PREFETCH.sub(lambda m: ("prfm" if int(m[2]) >= 0 and int(m[2]) % 8 == 0
                                             else "prfum") + m[1], line) for line in code)
    said = subprocess.run([MCA, f"-mtriple={family}", f"-mcpu={core}", "-iterations=100"],
                          input=text + "\n", check=True, capture_output=True, text=True).stdout
    return int(re.search(r"Total Cycles:\s+(\d+)", said).group(1)) / 100


def cores_of(known):
    return CORES[known["name"], known["loops"]]


def share(code, known, core):
    """Of the cycles of a loop those that its multiply-adds alone would take."""
    fmas = sum(line.startswith(known["fma"]) for line in code)
    return fmas / cores_of(known)[core] / cycles(code, known, core)


def mistakes(code, known):
    """What is wrong with a loop."""
    register = re.compile(rf"\b{known['register']}\d+\b")
    wrong = [f"a vector on the stack: {line}" for line in code
             if ON_STACK.search(line) and register.search(line)]
    for core in cores_of(known):
        reached = share(code, known, core)
        if reached < LEAST:
            wrong.append(f"{len(code)} instructions at {reached:.3f} of the limit of {core}")
    return wrong


def judged_right(code, known):
    """The judge objects to mistakes planted into a good loop."""
    at = [number for number, line in enumerate(code) if line.startswith(known["fma"])]
    slow = [COPIES[known["family"]].format(number % 4 * 2) if number in at[::4] else line
            for number, line in enumerate(code)]
    spilled = [*code[:1], STORES[known["family"]], *code[1:]]
    return ("of the limit" in str(mistakes(slow, known))
            and "on the stack" in str(mistakes(spilled, known)))


def check(source, known, compiler):
    command = [*compiler, "-std=c11", "-O3", *known["flags"].split(), "-S", source, "-o", "-"]
    assembly = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    loops = {tuple(code) for code in blocks(assembly) if is_tile(code, known)}
    found = sorted({text for code in loops for text in mistakes(code, known)})
    if not loops:
        return ["there is no loop with the chains of a tile"]
    for core in cores_of(known):
        shares = [share(code, known, core) for code in loops]
        mean = sum(shares) / len(shares)
        print(f"{known['name']} {known['loops']} {compiler[0]}: {len(loops)} loops at {mean:.3f} of {core}, "
              f"{min(shares):.3f} at least")
        if mean < MEAN:
            found.append(f"all loops at {mean:.3f} of {core}")
    if not found and not judged_right(list(next(iter(loops))), known):
        return ["the judge does not see a planted mistake"]
    return found


def emit(xnc, name, precision, folder):
    """The C of the network for a target."""
    words = [f"--precision={precision}"]
    if precision == "int8":
        write_quant(xnc, MODEL, folder / "drawn.quant", 1)
        words.append(f"--quant={folder / 'drawn.quant'}")
    subprocess.run([xnc, "compile", MODEL, f"--target={name}", *words, "--with-runtime", "-o", folder],
                   check=True, stdout=subprocess.DEVNULL)
    return folder / f"{MODEL}.c"


def main():
    xnc, rows, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    wrong = []
    for name, precision in CORES:
        known = {**target_tools.facts(rows, name), "name": name, "loops": precision}
        if precision == "int8" and known["dot"]:
            known["fma"] = known["dot"]
        compilers = target_tools.compilers_of(known, known["family"])
        if not compilers or not shutil.which(MCA):
            print("no compilers for", name, "or no", MCA)
            return target_tools.SKIPPED
        folder = work / f"{name}-{precision}"
        folder.mkdir(parents=True, exist_ok=True)
        source = emit(xnc, name, precision, folder)
        for compiler in compilers:
            wrong += [f"{name} {precision} {compiler[0]}: {text}"
                      for text in check(source, known, compiler)]
    for text in wrong:
        print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
