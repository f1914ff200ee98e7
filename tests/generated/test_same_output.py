"""same_output.py is silent about two equal builds and names the files that differ otherwise.

Input: the tool, and a twin of it that changes one letter of each C file that it writes.
Expectation: exit code 0, then 1 with the name of a C file.
"""
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).with_name("same_output.py")
TWIN = """#!/bin/sh
"{xnc}" "$@" || exit $?
while [ "$1" ] && [ "$1" != -o ]; do shift; done
for file in "$2"/*.c; do sed -i '1s/kernels/Kernels/' "$file"; done
"""


def compare(*builds):
    return subprocess.run([sys.executable, SCRIPT, *builds, "--quick"], capture_output=True, text=True)


xnc = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    twin = pathlib.Path(folder) / "twin"
    twin.write_text(TWIN.format(xnc=xnc))
    twin.chmod(0o755)
    same, other = compare(xnc, xnc), compare(xnc, twin)
assert same.returncode == 0, same
assert other.returncode == 1 and ".c" in other.stdout, other
