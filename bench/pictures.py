"""Pictures for what depends on them: calibration, and how far results are from float64.

They are those of examples/marks, drawn at any size. As bytes they stand in files, count x edge x edge
x 3; inputs are made of them one by one.
"""

import sys
from pathlib import Path

import numpy as np

MARKS = Path(__file__).resolve().parent.parent / "examples" / "marks"
sys.path.append(str(MARKS))
import render  # noqa: E402

SEEDS = {"calibration": 1, "others": render.TEST_SEED}


def prepared(pixels):
    """A picture as an input, 1 x 3 x edge x edge: mean and standard deviation 0.5."""
    values = (pixels.astype(np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)
    return np.ascontiguousarray(values.transpose(2, 0, 1))[None]


def answers(run, inputs, pictures):
    """Logits of picture after picture; inputs is the array that run() reads."""
    for pixels in pictures:
        inputs[...] = prepared(pixels)
        yield run()[0].copy()
