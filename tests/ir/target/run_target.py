#!/usr/bin/env python3
"""Runs every row of a target against its scalar meaning.

    run_target.py TARGET_ROWS TARGET native   with the target's instructions: on this CPU, or in
                                              qemu where the CPU lacks them and qemu knows them; 77
                                              (skipped) when neither does
    run_target.py TARGET_ROWS TARGET shim     on any machine: the same text against a header that
                                              is made of the rows' scalar meanings

Targets of another family of processors are built by compilers for it (ir/target/machines.def) and run
in qemu; the rows that call SLEEF only where SLEEF_FOLDER says where one for it is (include/, lib/), as
test_foreign_sleef.py does.

Expected: no difference in any bit, for each compiler and at -O0 and -O3 (a NaN equals a NaN).
"""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[3]
STAND_IN = ROOT / "ir/target/sleef"
EMULATED = {"avx2", "fma"}  # what qemu-x86_64 knows
# What qemu emulates of other families, with all that their targets need, and vectors of all lengths.
EMULATORS = {"aarch64": [["qemu-aarch64", "-cpu", "max"]],
             "riscv64": [["qemu-riscv64", "-cpu", f"rv64,v=true,vext_spec=v1.0,vlen={bits}"]
                         for bits in (128, 256, 512)]}  # fmt: skip
HERE = {"x86_64": "x86-64", "AMD64": "x86-64"}.get(platform.machine(), platform.machine())


def facts(tool, target):
    lines = subprocess.run([tool, target, "facts"], check=True, capture_output=True, text=True)
    return dict(line.partition(" ")[::2] for line in lines.stdout.splitlines())


def is_foreign(known):
    return known["family"] not in ("", HERE)


def compilers(family):
    """Commands of the two compilers for a family of processors; none where one is not here."""
    if family in ("", HERE):
        return [["gcc"], ["clang"]]
    cross = f"{family}-linux-gnu-gcc"
    if not shutil.which(cross) or not shutil.which(f"qemu-{family}"):
        return []
    newest = "clang-19" if shutil.which("clang-19") else "clang"
    return [[cross], [newest, f"--target={family}-linux-gnu"]]


def compilers_of(known, family):
    """Those for a family that compile the code of a target; of a target for one of them the newest."""
    if known["compiler"] and not shutil.which("clang-19"):
        return []
    return [command for command in compilers(family) if (known["compiler"] or "") in command[0]]


def sleef_flags(known):
    """How the programs of a target find SLEEF; None where there is none for its family. Scalar functions
    are all that vectors of RISC-V call, and are in the header that stands in for SLEEF's."""
    if not is_foreign(known):
        return ["-lsleef"]
    if known["family"] == "riscv64":
        return [f"-I{STAND_IN}"]
    folder = os.environ.get("SLEEF_FOLDER")
    return [f"-I{folder}/include", f"-L{folder}/lib", f"-Wl,-rpath,{folder}/lib", "-lsleef"] if folder else None


def link_flags(known, sleef, fronts):
    """Programs for another family are static where no library for it is asked for; otherwise the emulators
    are told where the C library of that family is."""
    if fronts == [[]] or not is_foreign(known):
        return []
    if "-lsleef" not in (sleef or []):
        return ["-static"]
    for front in fronts:
        front += ["-L", f"/usr/{known['family']}-linux-gnu"]
    return []


def how_to_run(known):
    """Commands in front of the program, which is to run with each; None when it cannot run here."""
    features = set(known["features"].split())
    if is_foreign(known):
        found = compilers_of(known, known["family"])
        return [list(front) for front in EMULATORS[known["family"]]] if found else None
    here = set()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            here = {re.sub("^(avx512|amx)_", r"\1", flag) for flag in line.split()}
            break
    if features <= here:
        return [[]]
    if features <= EMULATED:
        qemu = shutil.which("qemu-x86_64-static") or shutil.which("qemu-x86_64")
        if qemu:
            return [[qemu, "-cpu", "max"]]
    return None


def generate(tool, target, what, path):
    path.write_text(subprocess.run([tool, target, what], check=True, capture_output=True,
                                   text=True).stdout)


def shim_flags(tool, target, known, folder):
    """Puts the shim where the target's header and SLEEF's are looked for."""
    header = re.search(r"<(.*)>", known["header"]).group(1)
    generate(tool, target, "shim", folder / header)
    (folder / "sleef.h").write_text("/* exp and erf are in the other header */\n")
    macros = re.findall(r"defined\((\w+)\)", known["guard"])
    return ["-Wno-psabi", "-I", str(folder)] + ["-D%s=1" % macro for macro in macros]


def main():
    tool, target, way = sys.argv[1:4]
    known = facts(tool, target)
    fronts = [[]] if way == "shim" else how_to_run(known)
    if fronts is None:
        print("this machine has not", known["features"])
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source, program = folder / "rows.c", folder / "rows"
        generate(tool, target, "rows", source)
        flags, family = known["flags"].split(), known["family"]
        if way == "shim":
            flags, family = shim_flags(tool, target, known, folder), HERE
        sleef = sleef_flags(known) if way != "shim" else ["-lsleef"]
        flags += ["-DWITHOUT_SLEEF"] if sleef is None else []
        flags += link_flags(known, sleef, fronts)
        for compiler in compilers_of(known, family):
            for level in ("-O0", "-O3"):
                subprocess.run([*compiler, "-std=c11", "-w", level, "-ffp-contract=off", *flags,
                                f"-I{ROOT}/ir/base", f"-I{ROOT}/runtime", source,
                                ROOT / "ir/base/element.c", ROOT / "runtime/cpu.c", "-o", program, *(sleef or []), "-lm"],
                               check=True)
                for front in fronts:
                    if subprocess.run([*front, program]).returncode:
                        print(target, way, *front, compiler, level, "differs")
                        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
