"""Writes the ONNX files of test_import_qdq.py with the package `onnx`.

Usage: make.py (with onnx installed). The network is tests/compiler/data/tiny.yaml as an exporter
writes it: norms are folded away, so that names of modules stand in the nodes or nowhere. Values are
such that a person can check what is made of them.

    named.onnx     names of modules; one scale for each tensor, weights in int8
    channels.onnx  no names of the separable ones; scales for channels, int8 zero points, weights as
                   floats that are quantized in the graph, one input that is not quantized
    norms.onnx     named.onnx with a norm behind each convolution, of factor -(1 + o) / 2 for
                   output o, and one of factor 3 behind the sum
"""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent


class Builder:
    def __init__(self, per_channel, norms):
        self.nodes, self.tensors, self.per_channel, self.count = [], [], per_channel, 0
        self.norms = norms

    def tensor(self, name, values, kind):
        self.tensors.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def add(self, kind, inputs, name="", **attributes):
        self.count += 1
        out = f"t{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [out], name=name, **attributes))
        return out

    def quantize(self, x, scale, zero, channels):
        """Input x through both operations."""
        key = f"{x}.{self.count}"
        if self.per_channel:
            scale = [scale * (1 + c) for c in range(channels)]
            zero = [zero - 128] * channels
            axis = {"axis": 1}
        else:
            axis = {}
        scale = self.tensor(f"{key}.scale", scale, "f4")
        zero = self.tensor(f"{key}.zero", zero, "i1" if self.per_channel else "u1")
        return self.add("DequantizeLinear",
                        [self.add("QuantizeLinear", [x, scale, zero], **axis), scale, zero], **axis)

    def weights(self, key, outputs, inputs):
        """Integer k + o in every place, with the step 1/64; the largest is 127."""
        whole = (np.arange(outputs).reshape(-1, 1, 1, 1) + np.arange(inputs).reshape(1, -1, 1, 1))
        whole[:, 0] = 127
        scale = self.tensor(f"{key}_scale", [1 / 64] * outputs, "f4")
        zero = self.tensor(f"{key}_zero", [0] * outputs, "i1")
        if self.per_channel:
            plain = self.tensor(f"{key}_plain", whole / 64, "f4")
            integers = self.add("QuantizeLinear", [plain, scale, zero], axis=0)
        else:
            integers = self.tensor(f"{key}_quantized", whole, "i1")
        return self.add("DequantizeLinear", [integers, scale, zero], axis=0)

    def conv(self, x, key, outputs, inputs, quantized=None, **attributes):
        """A convolution of all channels; quantized: scale and zero point of its input."""
        if quantized:
            x = self.quantize(x, *quantized, inputs)
        name = "" if self.per_channel else f"/{key.replace('.', '/')}/Conv"
        x = self.add("Conv", [x, self.weights(key, outputs, inputs)], name, **attributes)
        return self.norm(x, -1 - np.arange(outputs)) if self.norms else x

    def norm(self, x, gamma):
        """Divides by 2: the deviation, eps included."""
        rows = ("gamma", gamma), ("beta", 0 * gamma), ("mean", 0 * gamma), ("var", 3.75 + 0 * gamma)
        tensors = [self.tensor(f"{x}.{name}", values, "f4") for name, values in rows]
        return self.add("BatchNormalization", [x, *tensors], epsilon=0.25)

    def depthwise(self, x, key, channels, **attributes):
        values = self.tensor(f"{key}_dw", np.ones((channels, 1, 3, 3)), "f4")
        return self.add("Conv", [x, values], group=channels, kernel_shape=[3, 3],
                        pads=[1, 1, 1, 1], **attributes)


def make(path, per_channel, norms=False):
    build = Builder(per_channel, norms)
    stem = build.tensor("stem", np.ones((8, 3, 3, 3)), "f4")
    x = build.add("Conv", ["x", stem], pads=[1, 1, 1, 1], strides=[2, 2])
    x = build.add("Relu", [x])
    block = x
    for i, inputs in ((1, 8), (2, 16), (3, 16)):
        depthwise = build.depthwise(block, f"dw{i}", inputs, strides=[2, 2] if i == 3 else [1, 1])
        quantized = None if per_channel and i == 3 else (i / 128, 10 * i)
        block = build.conv(build.add("Relu", [depthwise]), f"blocks.0.stack.conv{i}.conv_pw", 16,
                           inputs, quantized)
        block = build.add("Relu", [block]) if i < 3 else block
    shortcut = build.conv(x, "blocks.0.shortcut.conv", 16, 8, (0.5, 0), strides=[2, 2])
    if per_channel:  # order alone cannot tell it from the product of equal shape
        build.nodes[-1].name = "blocks.0/shortcut/conv"
    total = build.add("Add", [block, shortcut])
    if norms:
        build.norm(total, np.full(16, 6))
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 40, 56])
    made = helper.make_tensor_value_info(f"t{build.count}", TensorProto.FLOAT, None)
    graph = helper.make_graph(build.nodes, "tiny", [given], [made], build.tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)


if __name__ == "__main__":
    make(HERE / "named.onnx", False)
    make(HERE / "channels.onnx", True)
    make(HERE / "norms.onnx", False, norms=True)
