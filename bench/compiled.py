"""A network that xnc compiled, run in this process: python/xnc with one input and one output."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))
import xnc  # noqa: E402


class Compiled:
    """run() is one inference with the given threads; weights are mapped, or read into memory."""

    def __init__(self, model, shared_object, weights, threads, map_weights=True):
        self.model = xnc.Model(
            shared_object, weights, name=model, threads=threads, map_weights=map_weights
        )
        self.target, self.macs = self.model.target, self.model.macs

    def prepare(self, inputs):
        """Each run reads these inputs anew, if they are contiguous."""
        self.inputs = np.ascontiguousarray(inputs)
        self.output = np.zeros(self.model.outputs[0].shape, np.float32)

    def run(self):
        return self.model.run(self.inputs, out=[self.output])
