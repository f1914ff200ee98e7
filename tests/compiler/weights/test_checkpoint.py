"""Purpose: how the tensors of a file become the parameters of a network, and what is said when they
do not fit. Input: safetensors files with small shapes, written here; the network is the list of
name:shape behind the file. Expectation: values, or the text in golden/checkpoint.txt.
"""

import json
import os
import struct
import tempfile

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
test.refuses("the nearest set, where none is whole", file_of(
    net__conv1__weight=[1], fc__bias=[1, 2]), "conv1.weight:1", "bn1.bias:1", "fc.bias:2")
test.accepts("a wrapper in the middle", file_of(fc__module__bias=[1, 2]), "fc.bias:2",
             shows="fc.bias: 1 2\n")
test.refuses("a prefix without its dot", file_of(modelfc__bias=[1, 2]), "fc.bias:2")

# Two sets.
NET = ["conv1.weight:1", "fc.bias:2"]


def twice(one, other, value=2):
    return file_of(**{f"{one}conv1__weight": [1], f"{one}fc__bias": [1, 2],
                      f"{other}conv1__weight": [value], f"{other}fc__bias": [3, 4]})


def same(*prefixes):
    return file_of(**{f"{prefix}{name}": values for prefix in prefixes
                      for name, values in (("conv1__weight", [1]), ("fc__bias", [1, 2]))})


test.refuses("two prefixes", twice("student__", "teacher__"), *NET)
test.refuses("a prefix and none", twice("", "net__module__"), *NET)
test.refuses("three prefixes", file_of(**{
    f"{name}__{key}": values for i, name in enumerate(("a", "b", "c"))
    for key, values in (("conv1__weight", [i]), ("fc__bias", [1, i]))}), *NET)
test.accepts("two equal sets are one", same("student__", "teacher__"), *NET,
             shows="fc.bias: 1 2\n")
for word in ("ema", "model_ema", "ema__module", "swa_model", "averaged_model", "a__b__ema__c"):
    test.accepts(f"averaged weights: {word}", twice("model__", word + "__"), *NET,
                 shows=f"averaged weights under '{word.replace('__', '.')}.', not those under 'model.'")
test.accepts("averaged weights that stand first", twice("ema__", "net__"), *NET,
             shows="fc.bias: 1 2\n")
test.refuses("a word that only has the letters", twice("schema__", "net__"), *NET)
test.refuses("two averages", twice("ema__", "swa__"), *NET)
test.accepts("--under", twice("student__", "teacher__"), "--under=teacher", *NET,
             shows="fc.bias: 3 4\n")
test.accepts("--under with its dot", twice("student__", "teacher__"), "--under=student.", *NET,
             shows="fc.bias: 1 2\n")
test.accepts("--under nothing", twice("", "net__"), "--under=.", *NET, shows="fc.bias: 1 2\n")
test.refuses("--under a part of a prefix", twice("my__net__", "other__"), "--under=net", *NET)
test.accepts("--under wins over averaged weights", twice("model__", "ema__"), "--under=model",
             *NET, shows="fc.bias: 1 2\n")
test.accepts("a set of another shape is none", file_of(
    a__conv1__weight=[1, 2], a__fc__bias=[1, 2], b__conv1__weight=[5], b__fc__bias=[3, 4]), *NET,
    shows="fc.bias: 3 4\n")
test.accepts("a set that lacks a tensor is none", file_of(
    a__conv1__weight=[1], b__conv1__weight=[5], b__fc__bias=[3, 4]), *NET,
    shows="fc.bias: 3 4\n")

# Leftovers.
test.accepts("a child that the network lacks", file_of(
    backbone__conv1__weight=[1], backbone__fc__bias=[1, 2], decoder__conv__weight=[1],
    decoder__conv__bias=[1], backbone__adapter__0__weight=[1]), *NET,
    shows="left out 3 tensors that the network does not have: decoder (2), adapter (1)\n")
test.accepts("children of seven names", file_of(conv1__weight=[1], fc__bias=[1, 2], **{
    f"{name}__weight": [1] for name in "tuvwxyz"}), *NET, shows="y (1), and others\n")
for name in ("total_ops", "conv1__total_params", "n_averaged", "criterion__pos_weight",
             "fc__activation_post_process__scale", "loss_fn__weight"):
    test.accepts(f"training's {name}", file_of(conv1__weight=[1], fc__bias=[1, 2], **{name: [1]}),
                 *NET, shows="conv1.weight: 1\nfc.bias: 1 2\n")
    test.refuses(f"--strict and {name}", file_of(conv1__weight=[1], fc__bias=[1, 2],
                                                 **{name: [1]}), "--strict", *NET)
test.refuses("--strict and a child that the network lacks", file_of(
    conv1__weight=[1], fc__bias=[1, 2], decoder__weight=[1]), "--strict", *NET)
test.accepts("--strict and what torch keeps", file_of(
    conv1__weight=[1], fc__bias=[1, 2], conv1__num_batches_tracked=[1]), "--strict", *NET)
test.refuses("a child that follows the network's pattern", file_of(
    conv1__weight=[1], fc__bias=[1, 2], conv2__weight=[1]), *NET)
test.refuses("a tensor inside a module of the network", file_of(
    conv1__weight=[1], fc__bias=[1, 2], conv1__scale=[1]), *NET)
test.refuses("a child that the network lacks, where it is not whole", file_of(
    conv1__weight=[1], decoder__weight=[1]), *NET)
test.accepts("--ignore", file_of(conv1__weight=[1], fc__bias=[1, 2], conv2__weight=[1]),
             "--ignore=conv2", *NET, shows="fc.bias: 1 2\n")
test.accepts("--ignore with a number and a part", file_of(
    conv1__weight=[1], fc__bias=[1, 2], x__conv1__a__scale=[1]), "--ignore=conv{i}.*.scale", *NET,
    shows="fc.bias: 1 2\n")
test.accepts("--ignore and --strict", file_of(
    conv1__weight=[1], fc__bias=[1, 2], decoder__weight=[1]), "--ignore=decoder", "--strict", *NET)
test.refuses("--ignore what the network needs", file_of(conv1__weight=[1], fc__bias=[1, 2]),
             "--ignore=fc", *NET)
for pattern in ("", "a..b", "conv{", "conv{1}", "co*", "a b"):
    test.refuses(f"--ignore={pattern}", file_of(conv1__weight=[1], fc__bias=[1, 2]),
                 f"--ignore={pattern}", *NET)

# Other names.
test.refuses("one parameter under two names", file_of(fc__bias=[1, 2], last_linear__bias=[1, 3]),
             "fc.bias:2")
test.accepts("one parameter under two names that agree", file_of(
    fc__bias=[1, 2], last_linear__bias=[1, 2]), "fc.bias:2", shows="fc.bias: 1 2\n")
HEAD = ["conv1.weight:1", "bn1.weight:1", "bn1.bias:1", "fc.weight:2,3", "fc.bias:2"]
BODY = {"base__conv1__weight": [1], "base__bn1__weight": [1], "base__bn1__bias": [1]}
LAYER = ([2, 3], range(6))
for name in ("fc_binary", "head.cls", "last_linear.1", "classifier", "output"):
    key = name.replace(".", "__")
    test.accepts(f"the one linear layer: {name}", file_of(**{
        **BODY, f"{key}__weight": LAYER, f"{key}__bias": [7, 8]}), *HEAD,
        shows="fc.weight: 0 1 2 3 4 5\nfc.bias: 7 8\n")
test.refuses("two linear layers", file_of(
    **BODY, a__weight=LAYER, a__bias=[7, 8], b__weight=LAYER, b__bias=[7, 9]), *HEAD)
test.accepts("two linear layers, one ignored", file_of(
    **BODY, a__weight=LAYER, a__bias=[7, 8], b__weight=LAYER, b__bias=[7, 9]),
    "--ignore=a", *HEAD, shows="fc.bias: 7 9\n")
test.accepts("a linear layer of another width", file_of(
    **BODY, a__weight=([2, 4], range(8)), a__bias=[7, 8], b__weight=LAYER,
    b__bias=[7, 9]), *HEAD, shows="fc.bias: 7 9\n")
test.refuses("a head of two layers", file_of(
    **BODY, a__weight=LAYER, a__bias=[7, 8], b__weight=([5, 2], range(10)),
    b__bias=[7] * 5), *HEAD)
test.accepts("numbered children", file_of(
    net__0__weight=[1], net__1__bias=[2], net__4__weight=LAYER, net__4__bias=[3, 4]),
    "conv1.weight:1", "bn1.bias:1", "fc.weight:2,3", "fc.bias:2",
    shows="bn1.bias: 2\nfc.weight: 0 1 2 3 4 5\nfc.bias: 3 4\n")
test.accepts("more numbers than children", file_of(
    net__0__weight=[1], net__1__bias=[2], net__2__bias=[2]), "conv1.weight:1", "bn1.bias:1",
    shows="left out 1 tensor that the network does not have: 2 (1)\n")


def with_names(text, data, *options):
    """The options for a file with these rows of names."""
    with open(NAMES_PATH, "w") as out:
        out.write(text)
    return [data, f"--names={NAMES_PATH}", *options]


NAMES_PATH = os.path.join(tempfile.mkdtemp(), "names")
test.hidden[NAMES_PATH] = "NAMES"
ROWS = "# layers count from 1\nlayer{i}.w = conv{i-1}.weight\n\n  out = fc  # the classifier\n"
test.accepts("--names", *with_names(ROWS, file_of(net__layer2__w=[1], net__out__bias=[1, 2]), *NET),
             shows="fc.bias: 1 2\n")
test.accepts("--names: the first row that fits", *with_names(
    "a{i} = conv{2i-1}\na1 = fc\n", file_of(a1__weight=[1], fc__bias=[1, 2]), *NET),
    shows="conv1.weight: 1\n")
for title, line in (("no =", "a b"), ("no left side", "= a"), ("a letter that is not bound",
                    "a{i} = b{j}"), ("a star", "a.* = b"), ("a wrong place", "a{i} = b{i*2}"),
                    ("an empty part", "a. = b")):
    test.refuses(f"--names: {title}", *with_names(f"a = b\n{line}\n", file_of(fc__bias=[1]), *NET))
test.refuses("--names: no such file", file_of(fc__bias=[1]), "--names=/nonexistent/names", *NET)
for name in ("fc.1.bias", "last_linear.1.bias", "last_linear.12.bias"):
    test.accepts(f"a classifier that is a sequence: {name}",
                 file_of(**{"conv1__weight": [1], name.replace(".", "__"): [1, 2]}),
                 "conv1.weight:1", "fc.bias:2", shows="fc.bias: 1 2\n")
for name in ("fc.bias", "last_linear.bias", "fc.1.bias", "head.fc.1.bias"):
    test.accepts(f"head.fc out of {name}", file_of(**{name.replace(".", "__"): [1, 2]}),
                 "head.fc.bias:2", shows="head.fc.bias: 1 2\n")
test.refuses("a classifier of two layers", file_of(fc__0__bias=[1, 2], fc__3__bias=[1, 3]),
             "fc.bias:2")
test.refuses("a number that is none", file_of(fc__1a__bias=[1, 2]), "fc.bias:2")
test.accepts("counters are ignored", file_of(fc__bias=[1, 2], bn1__num_batches_tracked=[3],
                                             num_batches_tracked=[3]), "fc.bias:2")
test.accepts("a name that ends like a counter", file_of(fc__bias=[1, 2],
                                                        my_num_batches_tracked=[3]), "fc.bias:2",
             shows="my_num_batches_tracked (1)")

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
