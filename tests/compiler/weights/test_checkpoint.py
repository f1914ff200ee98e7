"""Purpose: how the tensors of a file become the parameters of a network, and what is said when they
do not fit. Input: safetensors files with small shapes, written here; the network is the list of
name:shape behind the file. Expectation: values, or the text in golden/checkpoint.txt.
"""

import json
import struct

import cases

test = cases.Cases("checkpoint")


def file_of(**tensors):
    """name=[values] or name=(shape, values); __ stands for a dot in a name."""
    header, data = {}, b""
    for name, value in tensors.items():
        shape, values = value if isinstance(value, tuple) else ([len(value)], value)
        packed = struct.pack(f"<{len(values)}f", *values)
        header[name.replace("__", ".")] = {"dtype": "F32", "shape": list(shape),
                                           "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


NAN, INFINITY = float("nan"), float("inf")

# Names.
test.accepts("the same name", file_of(fc__bias=[1, 2]), "fc.bias:2", shows="fc.bias: 1 2\n")
for prefix in ("module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.module.", "model.",
               "backbone.", "encoder.", "module.model.", "model.module.", "model.backbone."):
    test.accepts(f"prefix {prefix}", file_of(**{prefix.replace(".", "__") + "fc__bias": [1, 2]}),
                 "fc.bias:2", shows="fc.bias: 1 2\n")
test.accepts("last_linear", file_of(last_linear__bias=[1, 2]), "fc.bias:2", shows="fc.bias: 1 2\n")
test.accepts("last_linear with prefixes", file_of(module__model__last_linear__bias=[1, 2]),
             "fc.bias:2", shows="fc.bias: 1 2\n")
test.accepts("a network with parameters of a prefix's name", file_of(model__fc__bias=[1, 2]),
             "model.fc.bias:2", shows="model.fc.bias: 1 2\n")
test.accepts("any prefix under which the whole network stands", file_of(
    net__body__conv1__weight=[1], net__body__fc__bias=[1, 2]), "conv1.weight:1", "fc.bias:2",
    shows="fc.bias: 1 2\n")
test.accepts("a prefix that the classifier does not have", file_of(
    net__body__conv1__weight=[1], net__body__bn1__bias=[2], fc__bias=[1, 2]), "conv1.weight:1",
    "bn1.bias:1", "fc.bias:2", shows="fc.bias: 1 2\n")
test.accepts("a block whose first convolution has the name of the network's", file_of(
    conv1__weight=[1], block1__conv1__weight=[2], fc__bias=[1, 2]), "conv1.weight:1",
    "block1.conv1.weight:1", "fc.bias:2", shows="conv1.weight: 1\n")
test.refuses("a prefix of less than half of the network", file_of(
    net__conv1__weight=[1], fc__bias=[1, 2]), "conv1.weight:1", "bn1.bias:1", "fc.bias:2")
test.refuses("two prefixes", file_of(
    student__conv1__weight=[1], student__fc__bias=[1, 2], teacher__conv1__weight=[1],
    teacher__fc__bias=[1, 2]), "conv1.weight:1", "fc.bias:2")
test.refuses("a prefix and none", file_of(
    conv1__weight=[1], fc__bias=[1, 2], ema__module__conv1__weight=[1],
    ema__module__fc__bias=[1, 2]), "conv1.weight:1", "fc.bias:2")
test.refuses("a prefix, and tensors outside it", file_of(
    backbone__conv1__weight=[1], backbone__fc__bias=[1, 2], decoder__conv__weight=[1]),
    "conv1.weight:1", "fc.bias:2")
test.refuses("a prefix in the middle", file_of(fc__module__bias=[1, 2]), "fc.bias:2")
test.refuses("a prefix without its dot", file_of(modelfc__bias=[1, 2]), "fc.bias:2")
test.refuses("one parameter under two names", file_of(fc__bias=[1, 2], last_linear__bias=[1, 2]),
             "fc.bias:2")
for name in ("fc.1.bias", "last_linear.1.bias", "model.last_linear.12.bias"):
    test.accepts(f"a classifier that is a sequence: {name}",
                 file_of(**{"conv1__weight": [1], name.replace(".", "__"): [1, 2]}),
                 "conv1.weight:1", "fc.bias:2", shows="fc.bias: 1 2\n")
for name in ("fc.bias", "last_linear.bias", "fc.1.bias", "head.fc.1.bias"):
    test.accepts(f"head.fc out of {name}", file_of(**{name.replace(".", "__"): [1, 2]}),
                 "head.fc.bias:2", shows="head.fc.bias: 1 2\n")
test.refuses("a classifier of two layers", file_of(fc__0__bias=[1, 2], fc__3__bias=[1, 2]),
             "fc.bias:2")
test.refuses("a number that is none", file_of(fc__1a__bias=[1, 2]), "fc.bias:2")
test.accepts("counters are ignored", file_of(fc__bias=[1, 2], bn1__num_batches_tracked=[3],
                                             num_batches_tracked=[3]), "fc.bias:2")
test.refuses("a name that ends like a counter", file_of(fc__bias=[1, 2],
                                                        my_num_batches_tracked=[3]), "fc.bias:2")

# Needed, allowed, unexpected.
test.accepts("a parameter that the compiled graph does not use", file_of(
    fc__bias=[1, 2], conv2__bias=[3]), "fc.bias:2", "?conv2.bias:1", shows="fc.bias: 1 2\n")
test.accepts("an unused parameter that is missing", file_of(fc__bias=[1, 2]), "fc.bias:2",
             "?conv2.bias:1")
test.accepts("an unused parameter of another shape", file_of(fc__bias=[1, 2], conv2__bias=[1, 2]),
             "fc.bias:2", "?conv2.bias:1")
test.accepts("an unused parameter with a NaN", file_of(fc__bias=[1, 2], conv2__bias=[NAN]),
             "fc.bias:2", "?conv2.bias:1")
test.refuses("an unexpected tensor", file_of(fc__bias=[1, 2], fc__bios=[1, 2]), "fc.bias:2")
test.refuses("a missing tensor", file_of(fc__weight=([2, 2], [1, 2, 3, 4])), "fc.weight:2,2",
             "fc.bias:2")
test.refuses("a misspelled tensor", file_of(fc__bais=[1, 2]), "fc.bias:2")
test.refuses("missing, unexpected, misshapen and bad tensors together", file_of(
    conv1__weight=([1, 3, 1, 2], [1] * 6), bn1__running_var=[1, -1], fc__bios=[1, 2],
    bn2__weight=[NAN, 0]), "conv1.weight:1,3,2,1", "bn1.running_var:2", "fc.bias:2",
    "bn2.weight:2")
test.refuses("20 missing tensors", file_of(a=[1]), "a:1", *[f"missing{i}:2" for i in range(20)])
test.refuses("21 missing tensors", file_of(a=[1]), "a:1", *[f"missing{i}:2" for i in range(21)])
test.refuses("another network's tensors", file_of(
    **{f"layer{i}__weight": [1] for i in range(30)}), "conv1.weight:1")

# Shapes.
test.refuses("a dimension too large", file_of(fc__bias=[1, 2, 3]), "fc.bias:2")
test.refuses("a dimension too many", file_of(fc__bias=([1, 2], [1, 2])), "fc.bias:2")
test.refuses("dimensions in another order", file_of(fc__weight=([2, 3], [1] * 6)),
             "fc.weight:3,2")
test.accepts("a two-dimensional pointwise weight", file_of(c__weight=([3, 2], range(6))),
             "c.weight:3,2,1,1", shows="c.weight: 0 1 2 3 4 5\n")
test.accepts("a four-dimensional pointwise weight", file_of(c__weight=([3, 2, 1, 1], range(6))),
             "c.weight:3,2,1,1", shows="c.weight: 0 1 2 3 4 5\n")
test.refuses("a two-dimensional weight of a larger kernel", file_of(c__weight=([3, 2], range(6))),
             "c.weight:3,2,1,3")
test.refuses("a three-dimensional pointwise weight", file_of(c__weight=([3, 2, 1], range(6))),
             "c.weight:3,2,1,1")
test.refuses("a four-dimensional classifier", file_of(fc__weight=([3, 2, 1, 1], range(6))),
             "fc.weight:3,2")
test.accepts("three input channels, adapted to one", file_of(c__weight=([2, 3, 1, 1], range(6))),
             "*c.weight:2,1,1,1", shows="c.weight: 0 1 2 3 4 5\n")
test.refuses("one input channel, not adapted", file_of(c__weight=([2, 3, 1, 1], range(6))),
             "c.weight:2,1,1,1")

# Values.
FLOAT_MAX = 3.4028234663852886e38
test.accepts("the largest values", file_of(fc__bias=[FLOAT_MAX, -FLOAT_MAX]), "fc.bias:2",
             shows="fc.bias: 3.4028234663852886e+38 -3.4028234663852886e+38\n")
test.accepts("denormal values", file_of(fc__bias=[1e-45, -1e-45]), "fc.bias:2")
for name, value in (("NaN", NAN), ("infinity", INFINITY), ("negative infinity", -INFINITY)):
    test.refuses(f"{name} in a weight", file_of(w=([2, 2, 1, 2], [0, 1, 2, 3, 4, 5, value, 7])),
                 "w:2,2,1,2")
test.refuses("NaN as the last of 1000", file_of(w=[0] * 999 + [NAN]), "w:1000")
test.refuses("infinity as a variance", file_of(bn1__running_var=[1, INFINITY]),
             "bn1.running_var:2")
test.accepts("a variance of 0", file_of(bn1__running_var=[0, -0.0]), "bn1.running_var:2")
test.refuses("a variance just below 0", file_of(bn1__running_var=[0, -1e-45]),
             "bn1.running_var:2")
test.accepts("a negative mean", file_of(bn1__running_mean=[0, -1]), "bn1.running_mean:2")

# Files.
test.refuses("no such file", "/nonexistent/net.pth", "fc.bias:2")
test.refuses("a folder", "/", "fc.bias:2")
test.refuses("a device", "/dev/null", "fc.bias:2")

test.finish()
