"""An ONNX graph of onnx_graph.py as ncnn takes it: a text of layers and a file of weights.

ncnn has no reader of ONNX; its own converters fold norms that follow a convolution into it, and let
the convolution apply the activation behind it. So does this one, or ncnn would be timed below its
worth:

    Conv -> BatchNormalization -> Relu      becomes      Convolution (activation_type = 1)
"""

from collections import Counter

import numpy as np
from onnx import numpy_helper

MAGIC = 7767517
RAW_F32 = np.zeros(1, "<u4").tobytes()  # the tag before weights that are neither packed nor halved


def attributes(node):
    return {a.name: list(a.ints) or a.f or a.i for a in node.attribute}


class Converter:
    """Walks the nodes in their order; a node that another one swallowed is skipped."""

    def __init__(self, graph):
        self.tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.nodes = list(graph.node)
        self.uses = Counter(name for node in self.nodes for name in node.input)
        self.readers = {name: node for node in self.nodes for name in node.input}
        self.shares = {}  # of a value with several readers: the copies that Split makes
        self.layers, self.blobs, self.weights = [], 0, []

    def layer(self, kind, inputs, output, parameters=""):
        inputs = [self.shares[name].pop() if name in self.shares else name for name in inputs]
        self.emit(kind, inputs, [output], parameters)
        if self.uses[output] > 1:
            copies = [f"{output}_{index}" for index in range(self.uses[output])]
            self.emit("Split", [output], copies, "")
            self.shares[output] = copies

    def emit(self, kind, inputs, outputs, parameters):
        counts = f"{len(inputs)} {len(outputs)}"
        name = f"layer{len(self.layers)}"
        self.layers.append(" ".join([kind, name, counts, *inputs, *outputs, parameters]).strip())
        self.blobs += len(outputs)

    def follower(self, name, kind):
        """The only reader of a value, if it is of that kind."""
        reader = self.readers.get(name)
        alone = self.uses[name] == 1 and reader is not None and reader.op_type == kind
        return reader if alone else None

    def swallow(self, node):
        self.nodes.remove(node)
        return node.output[0]

    def store(self, weight, bias):
        self.weights += [RAW_F32, weight.astype("<f4").tobytes(), bias.astype("<f4").tobytes()]

    def conv(self, node):
        weight, output = self.tensors[node.input[1]].astype(np.float64), node.output[0]
        bias = np.zeros(len(weight))
        norm = self.follower(output, "BatchNormalization")
        if norm:
            parts = (self.tensors[name].astype(np.float64) for name in norm.input[1:])
            scale, shift, mean, variance = parts
            factor = scale / np.sqrt(variance + attributes(norm)["epsilon"])
            weight, bias = weight * factor[:, None, None, None], shift - mean * factor
            output = self.swallow(norm)
        relu = self.follower(output, "Relu")
        if relu:
            output = self.swallow(relu)
        has = attributes(node)
        kind = "ConvolutionDepthWise" if has["group"] > 1 else "Convolution"
        values = {0: len(weight), 1: weight.shape[2], 3: has["strides"][0], 4: has["pads"][0]}
        values |= {5: 1, 6: weight.size, 7: has["group"], 9: 1 if relu else 0}
        self.layer(kind, node.input[:1], output, " ".join(f"{k}={v}" for k, v in values.items()))
        self.store(weight, bias)

    def norm(self, node):
        scale, shift, mean, variance = (self.tensors[name] for name in node.input[1:])
        parameters = f"0={len(scale)} 1={attributes(node)['epsilon']}"
        self.layer("BatchNorm", node.input[:1], node.output[0], parameters)
        self.weights += [part.astype("<f4").tobytes() for part in (scale, mean, variance, shift)]

    def product(self, node):
        weight, bias = (self.tensors[name] for name in node.input[1:])
        parameters = f"0={len(weight)} 1=1 2={weight.size}"
        self.layer("InnerProduct", node.input[:1], node.output[0], parameters)
        self.store(weight, bias)

    def simple(self, node):
        kind, parameters = SIMPLE[node.op_type]
        self.layer(kind, node.input, node.output[0], parameters)

    def convert(self):
        self.layer("Input", [], "input")
        while self.nodes:
            node = self.nodes.pop(0)
            WEIGHTED.get(node.op_type, Converter.simple)(self, node)
        head = f"{MAGIC}\n{len(self.layers)} {self.blobs}\n"
        return head + "\n".join(self.layers) + "\n", b"".join(self.weights)


SIMPLE = {
    "Relu": ("ReLU", ""),
    "Add": ("BinaryOp", "0=0"),
    "MaxPool": ("Pooling", "0=0 1=3 2=2 3=1 5=1"),
    "GlobalAveragePool": ("Pooling", "0=1 4=1"),
    "Flatten": ("Flatten", ""),
}
WEIGHTED = {
    "Conv": Converter.conv,
    "BatchNormalization": Converter.norm,
    "Gemm": Converter.product,
}


def build(model):
    """The text of the layers and the bytes of the weights."""
    return Converter(model.graph).convert()
