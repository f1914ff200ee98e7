#!/usr/bin/env python3
"""One program with code for several targets runs on every CPU, each model of one that qemu has.

    test_cpus.py XNC WORK

The smallest network is compiled for all targets of a family and built as its users do: each file with the
flags of its target, the rest for the family's oldest CPU. Expected on each CPU below: no illegal
instruction, the bits of the interpreter (the golden program finds none wrong), and the code of the
fastest target whose instructions the CPU has; of a CPU that knows none of them the plainest. Code that a
compiler was told has longer vectors than its target asks for counts only where vectors are as long: on
shorter ones it would run and give other bits.

qemu has no AVX-512: its models of CPUs with it lack it, and what a CPU says of itself decides, not its
name. So they get the code for AVX2. 77 (skipped) where a compiler or qemu is missing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "ir/target"))
import run_target as target_tools  # noqa: E402

MODEL = "tiny"
DESCRIPTION = HERE.parent / f"compiler/data/{MODEL}.yaml"
# By the target whose code is to run: plain C, or the fastest that the CPU has. A name without a model
# in qemu's list is one with features spelled out.
VECTORS = "rv64,v=true,vext_spec=v1.0,vlen="
CPUS = {
    "x86-64": {
        "scalar": ["qemu64", "kvm64", "core2duo", "Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge",
                   "IvyBridge", "Denverton", "Snowridge", "Opteron_G1", "Opteron_G5", "phenom",
                   "max,-avx2", "max,-fma", "max,-f16c", "max,-xsave"],
        "x86-64-v3": ["Haswell", "Broadwell", "Skylake-Client", "Skylake-Server", "Icelake-Server",
                      "KnightsMill", "EPYC", "EPYC-Milan", "max"],
    },
    "aarch64": {
        "aarch64": ["cortex-a35", "cortex-a53", "cortex-a57", "cortex-a72", "a64fx"],
        "aarch64-dotprod": ["cortex-a76", "neoverse-n1"],
        "aarch64-i8mm": ["max"],
    },
    "riscv64": {
        "scalar": ["rv64", "sifive-u54", f"{VECTORS}128", f"{VECTORS}128 no_vectors",
                   f"{VECTORS}128 switched_off", "rv64 no_vectors"],
        "riscv64-v": [*(f"{VECTORS}{bits} vectors" for bits in (128, 256, 512)), f"{VECTORS}128 no_switch"],
    },
}
# Flags in place of a target's own, and which code is to run then.
LONGER_VECTORS = {
    "riscv64": ("-march=rv64gcv_zvl256b", {"scalar": ["rv64", f"{VECTORS}128 vectors"],
                                           "riscv64-v": [f"{VECTORS}{bits} vectors" for bits in (256, 512)]}),
}
# For other answers than the emulator's to what the runtime asks the kernel: behind a CPU above stands
# which one the file is to give.
KERNELS = {"riscv64": [HERE / "kernel_riscv64.c", "-Wl,--wrap=syscall", "-Wl,--wrap=prctl"]}
QEMU = {"x86-64": "qemu-x86_64", "aarch64": "qemu-aarch64", "riscv64": "qemu-riscv64"}


def call(*command, **settings):
    return subprocess.run([str(word) for word in command], check=True, text=True, **settings)


def build(family, folder, rows, program):
    """The golden program of the network: what is compiled for a target has a name with it."""
    of_target = {f"{MODEL}_{row['name'].replace('-', '_')}.c": row for row in rows}
    objects, usual = [], target_tools.compilers(family)[0]
    for source in sorted(folder.glob("*.c")):
        if source.name == "xnc_top.c":  # needs SLEEF
            continue
        objects.append(source.with_suffix(".o"))
        row = of_target.get(source.name, {"cc_flags": "", "compiler": None})
        compiler = target_tools.compilers_of(row, family)[0]
        call(*compiler, "-std=c11", "-O2", "-DXNC_PROFILE", "-pthread", *row["cc_flags"].split(),
             "-I", folder, "-c", source, "-o", objects[-1])
    call(*usual, "-static", *objects, *KERNELS.get(family, []), "-o", program, "-lm", "-pthread")


def wrong_runs(family, program, blob, expected):
    for target, cpus in expected.items():
        for cpu in cpus:
            model, _, told = cpu.partition(" ")
            done = subprocess.run([QEMU[family], "-cpu", model, program, blob], capture_output=True, text=True,
                                  env={**os.environ, "KERNEL_TELLS": told})
            ran = re.findall(rf"^{MODEL} for (\S+) \(", done.stdout, re.M)
            if done.returncode or ran[:1] != [target]:
                yield f"{cpu}: expected {target}, exit code {done.returncode}\n{done.stdout}{done.stderr}"


def check(xnc, work, family, rows):
    """What is wrong on the CPUs of a family; None where they cannot be had."""
    rows = [row for row in rows if row["family"] in ("", family)]
    compilers = [target_tools.compilers_of(row, family) for row in rows]
    if not all(compilers) or not shutil.which(QEMU[family]):
        return None
    folder = work / family
    call(xnc, "compile", DESCRIPTION, f"--weights={work / 'w.safetensors'}", "--size=33", "-o", folder,
         f"--target={','.join(row['name'] for row in rows)}", "--with-golden=noise", "--with-runtime")
    blob = folder / f"{MODEL}.weights"
    build(family, folder, rows, folder / "program")
    wrong = list(wrong_runs(family, folder / "program", blob, CPUS[family]))
    if family in LONGER_VECTORS:
        flags, expected = LONGER_VECTORS[family]
        build(family, folder, [{**row, "cc_flags": row["family"] and flags} for row in rows], folder / "longer")
        wrong += wrong_runs(family, folder / "longer", blob, expected)
    return wrong


def main():
    xnc, work = sys.argv[1], Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    rows = json.loads(call(xnc, "targets", "--json", stdout=subprocess.PIPE).stdout)
    call(xnc, "seed-weights", DESCRIPTION, "-o", work / "w.safetensors")
    found = {family: check(xnc, work, family, rows) for family in CPUS}
    for family, wrong in found.items():
        print(family, "cannot be built or run here" if wrong is None else f"{len(wrong)} wrong", sep=": ")
        for text in wrong or []:
            print(text)
    if any(found.values()):
        return 1
    return target_tools.SKIPPED if None in found.values() else 0


if __name__ == "__main__":
    sys.exit(main())
