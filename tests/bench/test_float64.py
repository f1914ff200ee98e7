#!/usr/bin/env python3
"""bench/float64.py computes what its operations mean.

Input: small random maps. Expectation: convolutions (dense and depthwise, strided, padded) and
max-pooling equal sums and maxima written out tap by tap; norms and the classifier equal their
formulas. Needs numpy; the reading of ONNX files is not part of this.
"""

import pathlib
import sys
import unittest

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import float64  # noqa: E402

SETTINGS = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
POINTS = [(h, w, i, j) for h in range(3) for w in range(4) for i in range(3) for j in range(3)]


def seen(x, h, w, i, j):
    """What tap i, j of output point h, w sees of a map of 5 x 7; None outside."""
    row, column = 2 * h + i - 1, 2 * w + j - 1
    return x[:, row, column] if 0 <= row < 5 and 0 <= column < 7 else None


class Operations(unittest.TestCase):
    def setUp(self):
        random = np.random.RandomState(1)
        self.x = random.random_sample((1, 4, 5, 7)) - 0.5
        self.dense = random.random_sample((6, 4, 3, 3)) - 0.5
        self.depthwise = random.random_sample((4, 1, 3, 3)) - 0.5

    def expect(self, found, channels, step, start):
        wanted = np.full((1, channels, 3, 4), start, float)
        for h, w, i, j in POINTS:
            values = seen(self.x[0], h, w, i, j)
            if values is not None:
                wanted[0, :, h, w] = step(wanted[0, :, h, w], values, i, j)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-13)

    def test_dense_convolution(self):
        found = float64.conv(self.x, self.dense, **SETTINGS, group=1)
        self.expect(found, 6, lambda s, v, i, j: s + self.dense[:, :, i, j] @ v, 0)

    def test_depthwise_convolution(self):
        found = float64.conv(self.x, self.depthwise, **SETTINGS, group=4)
        self.expect(found, 4, lambda s, v, i, j: s + self.depthwise[:, 0, i, j] * v, 0)

    def test_max_pooling(self):
        found = float64.max_pool(self.x, **SETTINGS)
        self.expect(found, 4, lambda s, v, i, j: np.maximum(s, v), -np.inf)

    def test_norm_and_classifier(self):
        weight, bias, mean, variance = np.array([[2, 3, 1, 1], [1, 0, 0, 5], [1, 1, 2, 3], [3, 8, 0, 0.21]])
        found = float64.norm(self.x, weight, bias, mean, variance, epsilon=1.0)
        self.assertAlmostEqual(found[0, 0, 2, 3], (self.x[0, 0, 2, 3] - 1) / 2 * 2 + 1)
        self.assertAlmostEqual(found[0, 3, 4, 6], (self.x[0, 3, 4, 6] - 3) / 1.1 + 5)
        matrix, vector = np.arange(8.0).reshape(2, 4), np.array([1.0, 2, 3, 4])
        found = float64.OPERATIONS["Gemm"](vector[None], matrix, np.array([0.5, 1.5]), transB=1)
        np.testing.assert_array_equal(found, [[20.5, 61.5]])


if __name__ == "__main__":
    unittest.main()
