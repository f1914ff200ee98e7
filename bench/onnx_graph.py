"""The six variants, and the network of examples/marks, as ONNX graphs: what a peer engine runs. They
are made of a checkpoint with timm's keys.

Convolutions, norms and activations stand as timm has them; folding and fusing is the engine's job.
"""

import json

import numpy as np
from onnx import TensorProto, helper, numpy_helper

SIZE = 299  # pixels of an edge of the input
EPS = {"xception": 1e-5, "xception41p": 1e-5}  # of batch norms; the others have 1e-3
# Blocks of the aligned variants that halve the map; all others keep it.
HALVING = {
    "xception41": (0, 1, 2, 11),
    "xception65": (0, 1, 2, 19),
    "xception71": (0, 2, 4, 21),
    "xception41p": (0, 1, 2, 11),
    "xception65p": (0, 1, 2, 19),
    "marks": (0, 4),
}
SECOND_STRIDE = {"marks": 2}  # of the stem; the others have 1 there
LEGACY_BLOCKS = range(1, 13)
LEGACY_HALVING = (1, 2, 3, 12)


def read_safetensors(path):
    """The F32 tensors of a file by name; counts of training are integers."""
    data = np.memmap(path, np.uint8, "r")
    start = 8 + int(data[:8].view("<u8")[0])
    header = json.loads(bytes(data[8:start]))
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            continue
        first, end = entry["data_offsets"]
        values = np.frombuffer(bytes(data[start + first : start + end]), "<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors


class Net:
    """A graph under construction; every method takes and gives names of values."""

    def __init__(self, model, tensors):
        self.model, self.tensors = model, tensors
        self.eps = EPS.get(model, 1e-3)
        self.nodes, self.initializers = [], {}

    def add(self, kind, *inputs, **attributes):
        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def weight(self, name):
        self.initializers.setdefault(name, numpy_helper.from_array(self.tensors[name], name))
        return name

    def conv(self, x, name, stride=1, pad=None):
        shape = self.tensors[f"{name}.weight"].shape
        pad = shape[2] // 2 if pad is None else pad
        depthwise = shape[1] == 1
        return self.add(
            "Conv", x, self.weight(f"{name}.weight"), kernel_shape=shape[2:],
            strides=[stride] * 2, pads=[pad] * 4, group=shape[0] if depthwise else 1,
        )  # fmt: skip

    def norm(self, x, name):
        parts = ("weight", "bias", "running_mean", "running_var")
        weights = [self.weight(f"{name}.{part}") for part in parts]
        return self.add("BatchNormalization", x, *weights, epsilon=self.eps)

    def relu(self, x):
        return self.add("Relu", x)

    def has(self, name):
        return f"{name}.weight" in self.tensors

    def head(self, x, name):
        x = self.add("Flatten", self.add("GlobalAveragePool", x))
        weights = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("Gemm", x, *weights, transB=1)

    def finish(self, x, size):
        self.nodes[-1].output[0] = "logits"
        classes = self.tensors["fc.weight" if self.has("fc") else "head.fc.weight"].shape[0]
        graph = helper.make_graph(
            self.nodes,
            self.model,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, size)],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [size[0], classes])],
            list(self.initializers.values()),
        )
        opset = [helper.make_opsetid("", 13)]
        return helper.make_model(graph, opset_imports=opset, ir_version=8)


def legacy_block(net, x, name, halves):
    skip = x
    for index in range(9):  # timm counts activations, convolutions and norms alike
        part = f"{name}.rep.{index}"
        if net.has(f"{part}.conv1"):
            if index > 0:
                x = net.relu(x)
            x = net.conv(net.conv(x, f"{part}.conv1"), f"{part}.pointwise")
        elif net.has(part):
            x = net.norm(x, part)
    if halves:
        x = net.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    if net.has(f"{name}.skip"):
        skip = net.norm(net.conv(skip, f"{name}.skip", 2 if halves else 1), f"{name}.skipbn")
    return net.add("Add", x, skip)


def legacy(net):
    x = net.relu(net.norm(net.conv("input", "conv1", 2, 0), "bn1"))
    x = net.relu(net.norm(net.conv(x, "conv2", 1, 0), "bn2"))
    for index in LEGACY_BLOCKS:
        x = legacy_block(net, x, f"block{index}", index in LEGACY_HALVING)
    for index in (3, 4):
        x = net.conv(net.conv(x, f"conv{index}.conv1"), f"conv{index}.pointwise")
        x = net.relu(net.norm(x, f"bn{index}"))
    return net.head(x, "fc")


def aligned_separable(net, x, name, stride, act_inside):
    x = net.norm(net.conv(x, f"{name}.conv_dw", stride), f"{name}.bn_dw")
    x = net.relu(x) if act_inside else x
    x = net.norm(net.conv(x, f"{name}.conv_pw"), f"{name}.bn_pw")
    return net.relu(x) if act_inside else x


def aligned_block(net, x, name, stride, last):
    skip = x
    for index in (1, 2, 3):
        x = x if last else net.relu(x)
        step = stride if index == 3 else 1
        x = aligned_separable(net, x, f"{name}.stack.conv{index}", step, last)
    if last:
        return x
    if net.has(f"{name}.shortcut.conv"):
        skip = net.conv(skip, f"{name}.shortcut.conv", stride)
        skip = net.norm(skip, f"{name}.shortcut.bn")
    return net.add("Add", x, skip)


def preact_block(net, x, name, stride, last):
    x = skip = net.relu(net.norm(x, f"{name}.norm"))
    for index in (1, 2, 3):
        part = f"{name}.stack.conv{index}"
        x = net.relu(net.norm(x, f"{part}.norm")) if index > 1 else x
        x = net.conv(x, f"{part}.conv_dw", stride if index == 3 else 1)
        x = net.conv(x, f"{part}.conv_pw")
    if last:
        return x
    if net.has(f"{name}.shortcut"):
        skip = net.conv(skip, f"{name}.shortcut", stride)
    return net.add("Add", x, skip)


def aligned(net):
    preact = net.has("stem.1")
    x = net.relu(net.norm(net.conv("input", "stem.0.conv", 2), "stem.0.bn"))
    if preact:
        x = net.conv(x, "stem.1")
    else:
        stride = SECOND_STRIDE.get(net.model, 1)
        x = net.relu(net.norm(net.conv(x, "stem.1.conv", stride), "stem.1.bn"))
    count = 1 + max(int(key.split(".")[1]) for key in net.tensors if key.startswith("blocks."))
    block = preact_block if preact else aligned_block
    for index in range(count):
        stride = 2 if index in HALVING[net.model] else 1
        x = block(net, x, f"blocks.{index}", stride, index == count - 1)
    return net.head(net.relu(x) if preact else x, "head.fc")


def build(model, weights, batch=1, size=SIZE):
    """The ONNX model of a network with the weights of a .safetensors file."""
    net = Net(model, read_safetensors(weights))
    x = legacy(net) if model == "xception" else aligned(net)
    return net.finish(x, [batch, 3, size, size])
