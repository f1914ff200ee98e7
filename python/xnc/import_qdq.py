"""Ranges from an ONNX file with QuantizeLinear and DequantizeLinear: a file of a quantized network.

    xnc calibrate MODEL --weights FILE --no-images -o like.quant
    python -m xnc.import_qdq model.onnx --like like.quant -o NAME.quant

The first file says which products the network has, and which weights; of the ONNX file of the same
network come scales and zero points of their inputs, for a tensor or for each channel, and how the
steps of weights are chosen. Products are matched by their names where the ONNX file has them, else
by order among those of equal shape. One whose input is not quantized there stays f32, and so does
one that the first file has in f32. The file is read here: the package `onnx` is not needed.
"""

import argparse
import os
import pathlib
import sys

import numpy as np

FLOAT, UINT8, INT8, INT32, INT64, DOUBLE = 1, 2, 3, 6, 7, 11
TYPES = {FLOAT: "<f4", UINT8: "u1", INT8: "i1", INT32: "<i4", INT64: "<i8", DOUBLE: "<f8"}
MOST_WEIGHT = 127
# What 'pairs' says: weights that are restricted together, and what those of one sign may sum to
# before they are rounded; two within 128 stay so, four may grow by 2.
TOGETHER = {"free": (0, None), "restricted": (2, 128), "fours": (4, 126)}
LEAST, MOST = np.float32(1e-30), np.float32(1e30)


class Mistake(Exception):
    """What a person has to be told about a file."""


# ---- protobuf and the part of ONNX that is needed ----


def varint(data, at):
    """The number that begins at a byte, and where it ends."""
    number = shift = 0
    while at < len(data) and shift < 64:
        number |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return number, at
    raise Mistake("is no ONNX file, or was cut off")


def fields(data):
    """(number, value) of each field: an int, or the bytes of a text, a message or a packed list."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            number, at = varint(data, at)
            yield key >> 3, number
            continue
        if kind not in (1, 2, 5):
            raise Mistake("is no ONNX file")
        size, at = varint(data, at) if kind == 2 else (8 if kind == 1 else 4, at)
        if at + size > len(data):
            raise Mistake("is no ONNX file, or was cut off")
        yield key >> 3, data[at:at + size]
        at += size


def message(data):
    """Lists of values by the number of their field."""
    found = {}
    for number, value in fields(memoryview(data)):
        found.setdefault(number, []).append(value)
    return found


def raw(value):
    """The bytes of a field that has some: bytes(n) would be n zeros."""
    if isinstance(value, int):
        raise Mistake("is no ONNX file")
    return bytes(value)


def text(value):
    return raw(value).decode("utf-8", "replace")


def integers(values):
    """Of a field that may be packed."""
    numbers = []
    for value in values:
        if isinstance(value, int):
            numbers.append(value)
            continue
        at = 0
        while at < len(value):
            number, at = varint(value, at)
            numbers.append(number)
    return [number - (1 << 64) if number >> 63 else number for number in numbers]


def array(data):
    """Of a TensorProto, as (name, array)."""
    tensor = message(data)
    name = text(tensor.get(8, [b""])[0])
    kind = tensor.get(2, [0])[0]
    dims = integers(tensor.get(1, []))
    if tensor.get(14, [0])[0]:
        raise Mistake(f"keeps '{name}' in another file: save it with its tensors inside")
    if kind not in TYPES:
        return name, None
    if 9 in tensor:
        values = np.frombuffer(raw(tensor[9][0]), TYPES[kind])
    elif kind == FLOAT:
        values = np.frombuffer(b"".join(map(raw, tensor.get(4, []))), "<f4")
    elif kind == DOUBLE:
        values = np.frombuffer(b"".join(map(raw, tensor.get(10, []))), "<f8")
    else:
        values = np.array(integers(tensor.get(7 if kind == INT64 else 5, [])), TYPES[kind])
    if any(size < 0 for size in dims) or values.size != int(np.prod(dims, dtype=object)):
        raise Mistake(f"has a tensor '{name}' of another size than its shape says")
    return name, values.reshape(dims)


class Node:
    """One operation: its kind, names of inputs and outputs, integers, floats and tensors among its
    attributes."""

    def __init__(self, data):
        found = message(data)
        self.inputs = [text(name) for name in found.get(1, [])]
        self.outputs = [text(name) for name in found.get(2, [])]
        self.name = text(found.get(3, [b""])[0])
        self.kind = text(found.get(4, [b""])[0])
        self.attributes = {}
        for attribute in map(message, found.get(5, [])):
            name = text(attribute.get(1, [b""])[0])
            if 3 in attribute:
                self.attributes[name] = integers(attribute[3])[0]
            elif 2 in attribute:
                self.attributes[name] = float(np.frombuffer(raw(attribute[2][0]), "<f4")[0])
            elif 5 in attribute:
                self.attributes[name] = array(attribute[5][0])[1]


class Network:
    """The graph of a ModelProto."""

    def __init__(self, data):
        model = message(data)
        if 7 not in model or isinstance(model[7][0], int):
            raise Mistake("is no ONNX file: it has no graph")
        graph = message(model[7][0])
        self.nodes = [Node(node) for node in graph.get(1, [])]
        self.tensors = dict(array(tensor) for tensor in graph.get(5, []))
        self.maker, self.readers = {}, {}
        outputs = {name for node in self.nodes for name in node.outputs}
        for node in self.nodes:  # so that the way back from a value ends
            if any(name in outputs and name not in self.maker for name in node.inputs):
                raise Mistake(f"uses a value before it is computed, at '{node.name}'")
            if any(name in self.maker for name in node.outputs):
                raise Mistake(f"computes a value twice, at '{node.name}'")
            self.maker.update(dict.fromkeys(node.outputs, node))
            for name in node.inputs:
                self.readers.setdefault(name, []).append(node)
        for node in self.nodes:
            if node.kind == "Constant" and "value" in node.attributes:
                self.tensors[node.outputs[0]] = node.attributes["value"]

    def constant(self, name):
        """The array that a name stands for; None when it is computed."""
        node = self.maker.get(name)
        while node and node.kind in ("Identity", "Cast"):
            name = node.inputs[0]
            node = self.maker.get(name)
        return self.tensors.get(name)

    def quantization(self, node):
        """Scale and zero point of a node that has them, as arrays of one dimension."""
        scale = self.constant(node.inputs[1])
        zero = self.constant(node.inputs[2]) if len(node.inputs) > 2 and node.inputs[2] else None
        if scale is None:
            raise Mistake(f"computes the scale of '{node.name or node.outputs[0]}'")
        scale = np.atleast_1d(scale).astype("f8").ravel()
        if not np.all((scale >= float(LEAST)) & (scale <= float(MOST))):
            raise Mistake(f"has a scale of '{node.name or node.outputs[0]}' that is not above 0")
        if zero is None:
            return scale, np.zeros(scale.size, "i8")
        shift = 128 if zero.dtype == np.int8 else 0
        return scale, np.atleast_1d(zero).astype("i8").ravel() + shift


# ---- products ----


class Product:
    """A convolution of the ONNX file that may be one of the network's products."""

    def __init__(self, network, node, weights, step):
        self.network, self.node = network, node
        self.weights = weights  # [O, I, kh, kw], as they are multiplied
        self.step = step  # of these integers: of each output or of all; 0: they are none
        self.outputs, self.inputs = weights.shape[:2]
        self.names = [node.name, node.inputs[1]]
        maker = network.maker.get(node.inputs[1])
        self.names += maker.inputs[:1] if maker else []

    def is_called(self, name):
        return any(f".{name}." in f".{called.replace('/', '.')}." for called in self.names)

    def range(self):
        """Scale and zero point of each input channel; None where the input is not quantized."""
        node = self.network.maker.get(self.node.inputs[0])
        if not node or node.kind != "DequantizeLinear":
            return None
        scale, zero = self.network.quantization(node)
        if scale.size not in (1, self.inputs) or zero.size not in (1, scale.size):
            raise Mistake(f"has {scale.size} scales for the {self.inputs} inputs of "
                          f"'{self.node.name}'")
        if np.any((zero < 0) | (zero > 255)):
            raise Mistake(f"has a zero point of the input of '{self.node.name}' that is not one of "
                          "8 bits")
        return np.broadcast_to(scale, self.inputs), np.broadcast_to(zero, self.inputs)

    def behind_depthwise(self):
        """Whether the input comes from a depthwise convolution, norms and activations between."""
        node = self.network.maker.get(self.node.inputs[0])
        while node and node.kind in ("DequantizeLinear", "QuantizeLinear", "Relu", "Clip",
                                     "BatchNormalization", "Sigmoid", "Mul"):
            node = self.network.maker.get(node.inputs[0])
        return bool(node) and node.kind == "Conv" and node.attributes.get("group", 1) > 1


def weights_of(network, node):
    """Weights and their step, by whatever makes them; (None, 0) when they are computed."""
    plain = network.constant(node.inputs[1])
    if plain is not None:
        return plain.astype("f8"), np.zeros(1)
    maker = network.maker.get(node.inputs[1])
    if not maker or maker.kind != "DequantizeLinear":
        return None, 0
    scale, _ = network.quantization(maker)
    inner = network.maker.get(maker.inputs[0])
    if inner and inner.kind == "QuantizeLinear":
        plain = network.constant(inner.inputs[0])
        return (None if plain is None else plain.astype("f8")), scale
    integers_ = network.constant(maker.inputs[0])
    if integers_ is None or integers_.ndim != 4 or scale.size not in (1, integers_.shape[0]):
        return None, 0
    zero = network.constant(maker.inputs[2]) if len(maker.inputs) > 2 else None
    if zero is not None and np.any(zero):
        raise Mistake(f"has weights with a zero point at '{node.name}': quantize symmetrically")
    return integers_.astype("f8") * scale.reshape(-1, 1, 1, 1), scale


def norm_factor(network, norm, outputs):
    """What a norm multiplies each channel by."""
    gamma, var = network.constant(norm.inputs[1]), network.constant(norm.inputs[4])
    called = norm.name or norm.outputs[0]
    if gamma is None or var is None or gamma.size != outputs or var.size != outputs:
        raise Mistake(f"computes the norm '{called}' behind a convolution, or has it for another "
                      "number of channels: fold norms before you quantize")
    epsilon = norm.attributes.get("epsilon", 1e-5)
    factor = gamma.ravel() / np.sqrt(var.ravel().astype("f8") + epsilon)
    if not np.all(np.isfinite(factor)):
        raise Mistake(f"has factors of the norm '{called}' that are not finite")
    return factor


def factor_behind(network, node, outputs):
    """What norms behind a convolution multiply its results by, alone or behind the sum that nothing
    else reads: xnc has them in its weights."""
    factor, name = np.ones(outputs), node.outputs[0]
    while len(network.readers.get(name, [])) == 1:
        reader = network.readers[name][0]
        if reader.kind == "BatchNormalization":
            factor = factor * norm_factor(network, reader, outputs)
        elif reader.kind not in ("Identity", "QuantizeLinear", "DequantizeLinear", "Add"):
            break
        name = reader.outputs[0]
    return factor


def products_of(network):
    """Convolutions of all channels, but for the first, which reads the picture."""
    found, first = [], True
    for node in network.nodes:
        if node.kind != "Conv" or node.attributes.get("group", 1) != 1:
            continue
        weights, step = weights_of(network, node)
        if not first and weights is not None and weights.ndim == 4:
            factor = factor_behind(network, node, weights.shape[0])
            found.append(Product(network, node, weights * factor.reshape(-1, 1, 1, 1),
                                 step * np.abs(factor)))
        first = False
    return found


# ---- files of quantized networks ----


class Wanted:
    """A node of the file that says what the network has: in int8 with its channels, else as it
    stands there, without."""

    def __init__(self, words):
        self.name, self.precision, self.line = words[1], words[2], " ".join(words)
        self.product = None
        if self.precision == "int8":
            self.inputs, self.outputs = int(words[4]), int(words[6])
        elif self.precision not in ("f32", "bf16"):
            raise ValueError(self.precision)


def read_like(path):
    """The lines of the head by their first word, and the nodes."""
    try:
        text_ = pathlib.Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text_ = ""
    words = [line.split(" ") for line in text_.split("\n") if line and not line.startswith("#")]
    if not words or words[0] != ["xnc-quant", "1"]:
        raise Mistake("is no file that xnc calibrate has written: it does not begin 'xnc-quant 1'")
    if words[-1] != ["end"]:
        raise Mistake("is no whole file: its last line is not 'end'")
    head = {line[0]: " ".join(line[1:]) for line in words if line[0] not in ("node", "in", "out")}
    if not {"network", "checkpoint", "pairs"} <= set(head):
        raise Mistake("is no whole file: 'network', 'checkpoint' or 'pairs' is missing")
    if head["pairs"] not in TOGETHER:
        raise Mistake(f"says 'pairs {head['pairs']}': expected free, restricted or fours")
    try:
        return head, [Wanted(line) for line in words if line[0] == "node"]
    except (IndexError, ValueError):
        raise Mistake("has a line of a node that is not whole") from None


def match_by_name(wanted, products):
    """Sets the products whose names say which they are; the others are given back."""
    left = list(products)
    for node in wanted:
        called = [product for product in left if product.is_called(node.name) and
                  (product.inputs, product.outputs) == (node.inputs, node.outputs)]
        if len(called) == 1:
            node.product = called[0]
            left.remove(called[0])
    return left


def match_by_order(wanted, products, all_are_int8):
    """Those of equal shape in their order. A shortcut and a product behind a depthwise convolution
    may stand in either order, so where a shape has both only names can tell; so it is where the
    file has products in another precision, whose shapes it does not say."""
    for shape in sorted({(node.inputs, node.outputs) for node in wanted}):
        nodes = [node for node in wanted if (node.inputs, node.outputs) == shape]
        found = [product for product in products if (product.inputs, product.outputs) == shape]
        what = f"of {shape[0]} to {shape[1]} channels"
        if len(nodes) < len(found) and not all_are_int8:
            raise Mistake(f"does not tell its convolutions {what} apart, of which only "
                          f"{len(nodes)} are in int8: export it with the names of its modules, or "
                          "give a file with all in int8 by --like")
        if len(nodes) != len(found):
            raise Mistake(f"has {len(found)} convolutions {what} where the network has "
                          f"{len(nodes)}: is it the same network?")
        if len({product.behind_depthwise() for product in found}) > 1:
            raise Mistake(f"does not tell its convolutions {what} apart: export it with the names "
                          "of its modules")
        for node, product in zip(nodes, found):
            node.product = product


def steps_of(product, scale, together, most):
    """The step of each output: the smallest that weights within half a step of those of the ONNX
    file leave within their bounds, alone and with those that are restricted together."""
    outputs = product.outputs
    room = np.broadcast_to(product.step, outputs).reshape(-1, 1) / 2 * np.max(scale)
    # In the order of the sum: window row, column, channel.
    rows = (product.weights * scale.reshape(1, -1, 1, 1)).transpose(0, 2, 3, 1).reshape(outputs, -1)
    steps = np.max(np.abs(rows) + room, axis=1) / MOST_WEIGHT
    if together:
        # Of eight neighbours 0, 1, 4 and 5 are four, and 2, 3, 6 and 7.
        padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 8)))
        groups = padded.reshape(outputs, -1, 2, 2, 2)
        axes = -1 if together == 2 else (2, 4)
        above, below = np.maximum(groups, 0).sum(axes), np.maximum(-groups, 0).sum(axes)
        sums = np.maximum(above, below).reshape(outputs, -1)
        steps = np.maximum(steps, np.max(sums + together * room, axis=1) / most)
    steps = np.where(steps > float(LEAST), steps, 1)
    rounded = steps.astype("f4")
    return np.where(rounded < steps, np.nextafter(rounded, np.float32(np.inf)), rounded)


def shortest(number):
    """The shortest decimal that reads back as the f32."""
    texts = (f"{float(number):.{digits}g}" for digits in range(1, 10))
    return next(text for text in texts if np.float32(text) == number)


def node_lines(node, together, most):
    found = node.product.range()
    if found is None:
        return [f"node {node.name} f32 error 0"]
    scale, zero = found[0].astype("f4"), found[1]
    lines = [f"node {node.name} int8 inputs {node.inputs} outputs {node.outputs} error 0"]
    lines += [f"in {shortest(number)} {point}" for number, point in zip(scale, zero)]
    steps = steps_of(node.product, scale.astype("f8"), together, most)
    if not np.all(steps <= MOST):
        raise Mistake(f"has weights of '{node.name}' that are too large for its steps")
    return lines + [f"out {shortest(step)} 0" for step in steps]


def import_file(data, head, wanted):
    """The text of the file, and how many of its nodes are int8."""
    products = products_of(Network(data))
    int8 = [node for node in wanted if node.precision == "int8"]
    left = match_by_name(int8, products)
    match_by_order([node for node in int8 if not node.product], left, len(int8) == len(wanted))
    lines = ["xnc-quant 1", f"network {head['network']}", f"checkpoint {head['checkpoint']}",
             "pictures none", "ranges imported", f"pairs {head['pairs']}"]
    for node in wanted:
        lines += node_lines(node, *TOGETHER[head["pairs"]]) if node in int8 else [node.line]
    count = sum(line.startswith("node ") and " int8 " in line for line in lines)
    return "\n".join(lines + ["end", ""]), count


def write_whole(path, text_):
    """The old file stays or the new one is there, never a part of it; pipes are written to."""
    path = pathlib.Path(path)
    if path.exists() and not path.is_file():
        path.write_text(text_)
        return
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(beside, "x", encoding="utf-8", newline="\n") as file:
            file.write(text_)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(prog="python -m xnc.import_qdq",
                                     description=__doc__.split("\n", 1)[0])
    parser.add_argument("onnx", help="a network quantized by QuantizeLinear and DequantizeLinear")
    parser.add_argument("--like", required=True, metavar="FILE",
                        help="what xnc calibrate has written for the network and its weights")
    parser.add_argument("-o", "--output", required=True, metavar="NAME.quant")
    options = parser.parse_args()
    path = options.like
    try:
        head, wanted = read_like(path)
        path = options.onnx
        result, count = import_file(pathlib.Path(path).read_bytes(), head, wanted)
        path = options.output
        write_whole(path, result)
    except Mistake as mistake:
        sys.exit(f"{path}: error: {mistake}")
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError):
        sys.exit(f"{path}: error: is not what exporters write, or is damaged")
    except OSError as error:
        sys.exit(f"{path}: error: cannot be read or written: {error}")
    print(f"{count} of {len(wanted)} products in int8, with the ranges of {options.onnx}")


if __name__ == "__main__":
    main()
