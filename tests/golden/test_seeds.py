"""Every kind of parameter has the same bits from compiler/weights/seed.c and from seeded.py."""

import subprocess
import sys

from seeded import tensor

CASES = [
    ("stem.0.bn.running_mean", (32,)),
    ("stem.0.bn.running_var", (999,)),
    ("stem.0.bn.weight", (5000,)),
    ("head.fc.bias", (7,)),
    ("stem.0.conv.weight", (32, 3, 3, 3)),
    ("stem.0.conv.weight", (32, 1, 3, 3)),
    ("blocks.3.stack.conv1.conv_dw.weight", (728, 1, 3, 3)),
    ("blocks.3.stack.conv1.conv_pw.weight", (728, 256, 1, 1)),
    ("head.fc.weight", (1000, 2048)),
    ("head.fc.weight", (1, 37)),
]


def same(program, seed, name, shape):
    command = [program, str(seed), name, *map(str, shape)]
    dumped = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return dumped == tensor(name, shape, seed).tobytes()


runs = [(seed, *case) for case in CASES for seed in (1, 2, 2**63 + 5)]
wrong = [run for run in runs if not same(sys.argv[1], *run)]
sys.exit(f"different bits: {wrong}" if wrong else 0)
