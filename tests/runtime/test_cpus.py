#!/usr/bin/env python3
"""One program with code for several targets runs on every CPU, each model of one that qemu has.

    test_cpus.py XNC WORK

A small network is compiled for all targets of a family and built as its users do: each file with the
flags of its target, the rest for the family's oldest CPU. Expected on each CPU below: no illegal
instruction, the bits of the interpreter (the golden program finds none wrong), and the code of the
fastest target whose instructions the CPU has; of a CPU that knows none of them the plainest.

qemu has no AVX-512: its models of CPUs with it lack it, and what a CPU says of itself decides, not its
name. So they get the code for AVX2. 77 (skipped) where a compiler or qemu is missing.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ir/target"))
import run_target as target_tools  # noqa: E402

MODEL = "xception_mini"
# By the target whose code is to run: plain C, or the fastest that the CPU has. A name without a model
# in qemu's list is one with features spelled out.
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
        "aarch64-dotprod": ["cortex-a76", "neoverse-n1", "max"],
    },
    "riscv64": {"scalar": ["rv64", "rv64,v=true,vlen=128", "sifive-u54"]},
}
QEMU = {"x86-64": "qemu-x86_64", "aarch64": "qemu-aarch64", "riscv64": "qemu-riscv64"}


def call(*command, **settings):
    return subprocess.run([str(word) for word in command], check=True, text=True, **settings)


def build(compiler, folder, targets, program):
    """The golden program of the network: what is compiled for a target has a name with it."""
    flags = {f"{MODEL}_{name.replace('-', '_')}.c": cc_flags.split() for name, cc_flags in targets.items()}
    objects = []
    for source in sorted(folder.glob("*.c")):
        if source.name == "xnc_top.c":  # needs SLEEF
            continue
        objects.append(source.with_suffix(".o"))
        call(*compiler, "-std=c11", "-O2", "-DXNC_PROFILE", "-pthread", *flags.get(source.name, []),
             "-I", folder, "-c", source, "-o", objects[-1])
    call(*compiler, "-static", *objects, "-o", program, "-lm", "-pthread")


def wrong_runs(family, program, blob):
    for target, cpus in CPUS[family].items():
        for cpu in cpus:
            done = subprocess.run([QEMU[family], "-cpu", cpu, program, blob], capture_output=True, text=True)
            ran = re.findall(rf"^{MODEL} for (\S+) \(", done.stdout, re.M)
            if done.returncode or ran[:1] != [target]:
                yield f"{cpu}: expected {target}, exit code {done.returncode}\n{done.stdout}{done.stderr}"


def check(xnc, work, family, rows):
    """What is wrong on the CPUs of a family; None where they cannot be had."""
    compilers = target_tools.compilers(family)
    if not compilers or not shutil.which(QEMU[family]):
        return None
    targets = {row["name"]: row["cc_flags"] for row in rows if row["family"] in ("", family)}
    folder = work / family
    call(xnc, "compile", MODEL, f"--weights={work / 'w.safetensors'}", "--size=33", "-o", folder,
         f"--target={','.join(targets)}", "--with-golden=noise", "--with-runtime")
    build(compilers[0], folder, targets, folder / "program")
    return list(wrong_runs(family, folder / "program", folder / f"{MODEL}.weights"))


def main():
    xnc, work = sys.argv[1], Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    rows = json.loads(call(xnc, "targets", "--json", stdout=subprocess.PIPE).stdout)
    call(xnc, "seed-weights", MODEL, "-o", work / "w.safetensors")
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
