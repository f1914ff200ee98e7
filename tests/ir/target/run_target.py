#!/usr/bin/env python3
"""Runs every row of a target against its scalar meaning.

    run_target.py TARGET_ROWS TARGET native   with the target's instructions: on this CPU, or in
                                              qemu-x86_64 where the CPU lacks them and qemu knows
                                              them; 77 (skipped) when neither does
    run_target.py TARGET_ROWS TARGET shim     on any machine: the same text against a header that
                                              is made of the rows' scalar meanings

Expected: no difference in any bit, for each compiler and at -O0 and -O3 (a NaN equals a NaN).
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[3]
EMULATED = {"avx2", "fma"}  # what qemu-x86_64 knows


def facts(tool, target):
    lines = subprocess.run([tool, target, "facts"], check=True, capture_output=True, text=True)
    return dict(line.partition(" ")[::2] for line in lines.stdout.splitlines())


def how_to_run(features):
    """The command in front of the program, or None when it cannot run here."""
    here = set()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            here = {flag.replace("avx512_", "avx512") for flag in line.split()}
            break
    if features <= here:
        return []
    if features <= EMULATED:
        qemu = shutil.which("qemu-x86_64-static") or shutil.which("qemu-x86_64")
        if qemu:
            return [qemu, "-cpu", "max"]
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
    front = [] if way == "shim" else how_to_run(set(known["features"].split()))
    if front is None:
        print("this machine has not", known["features"])
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source, program = folder / "rows.c", folder / "rows"
        generate(tool, target, "rows", source)
        flags = known["flags"].split()
        if way == "shim":
            flags = shim_flags(tool, target, known, folder)
        for compiler in ("gcc", "clang"):
            for level in ("-O0", "-O3"):
                subprocess.run([compiler, "-std=c11", "-w", level, "-ffp-contract=off", *flags,
                                f"-I{ROOT}/ir/base", f"-I{ROOT}/runtime", source,
                                ROOT / "ir/base/element.c", "-o", program, "-lsleef", "-lm"],
                               check=True)
                if subprocess.run([*front, program]).returncode:
                    print(target, way, compiler, level, "differs")
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
