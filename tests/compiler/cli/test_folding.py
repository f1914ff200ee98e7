"""Purpose: a checkpoint whose every value is finite, but whose folding overflows, is a bad checkpoint.
Input: seeded weights of a small network with a convolution and a norm that are too large together.
Expectation: every command that packs weights ends with exit code 3, names the file and the tensors,
and leaves nothing behind.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

XNC = os.path.abspath(sys.argv[1])
TINY = os.path.abspath(sys.argv[2])
COMMANDS = [
    ["compile", TINY, "-o", "out"],
    ["check", TINY, "--target=scalar"],
    ["run", TINY, "x.npy", "--target=scalar"],
    ["bench", TINY, "--target=scalar", "--runs=1"],
]
wrong = []


def xnc(*arguments):
    return subprocess.run([XNC, *arguments], capture_output=True, text=True, cwd=folder)


def spoil(path):
    """All of the first convolution 3e38, all of its norm 100; their names."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    length, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    conv = min((name for name, row in header.items() if len(row["shape"]) == 4),
               key=lambda name: header[name]["data_offsets"][0])
    norm = next(name for name, row in header.items()
                if name.endswith("weight") and row["shape"] == header[conv]["shape"][:1])
    for name, value in ((conv, 3e38), (norm, 100.0)):
        start, end = header[name]["data_offsets"]
        data[8 + length + start:8 + length + end] = struct.pack("<f", value) * ((end - start) // 4)
    with open(path, "wb") as file:
        file.write(data)
    return conv, norm


def array(path, shape):
    head = repr({"descr": "<f4", "fortran_order": False, "shape": shape}).encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    count = shape[0] * shape[1] * shape[2] * shape[3]
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head + b"\0" * (4 * count))


with tempfile.TemporaryDirectory() as folder:
    xnc("seed-weights", TINY, "-o", "bad.safetensors")
    conv, norm = spoil(os.path.join(folder, "bad.safetensors"))
    array(os.path.join(folder, "x.npy"), (1, 3, 40, 56))
    for command in COMMANDS:
        done = xnc(*command, "--weights=bad.safetensors")
        told = [line for line in done.stderr.splitlines() if "error: " in line]
        if done.returncode != 3 or len(told) != 1 or not told[0].startswith(
                "bad.safetensors: ") or conv not in told[0]:
            wrong.append(f"{command[0]}: exit code {done.returncode}\n{done.stderr}")
        if os.path.exists(os.path.join(folder, "out")):
            wrong.append(f"{command[0]} leaves files")
print("\n".join(wrong) or f"{len(COMMANDS)} commands refuse it")
sys.exit(bool(wrong))
