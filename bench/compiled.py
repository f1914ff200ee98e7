"""A network that xnc compiled, run in this process: python/xnc with one input and one output."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))
import xnc  # noqa: E402


def compile_so(tool, model, weights, folder, options):
    """Runs xnc compile; gives the paths of the shared object and of the blob."""
    command = [tool, "compile", model, "--weights", weights, "-o", folder, "--emit=so", *options]
    subprocess.run(command, check=True)
    found = [name for name in os.listdir(folder) if name.endswith(".so")]
    return os.path.join(folder, found[0]), os.path.join(folder, f"{model}.weights")


class Compiled:
    """run() is one inference with the given threads; weights are mapped, or read into memory."""

    def __init__(self, model, shared_object, weights, threads, map_weights=True):
        self.model = xnc.Model(
            shared_object, weights, name=model, threads=threads, map_weights=map_weights
        )
        self.target, self.macs = self.model.target, self.model.macs

    def prepare(self, inputs, output_shape):
        self.inputs = np.ascontiguousarray(inputs)
        self.output = np.zeros(output_shape, np.float32)

    def run(self):
        return self.model.run(self.inputs, out=[self.output])
