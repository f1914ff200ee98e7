"""Purpose: each rule about what Keras keeps in an HDF5 file, an archive or a folder, on both sides of
its boundary.
Input: files built here by name or by place, with one thing changed each (../hdf5/hdf5_files.py).
Expectation: the layers and variables that are meant, or a refusal with the text in golden/keras.txt.
"""
import io
import os
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hdf5"))
import cases
from hdf5_files import *

test = cases.Cases("keras")
test.tool = os.path.abspath(test.tool)
KERNEL, BIAS = floats(1, 2, 3, 4, 5, 6), floats(7, 8)

# ---- by name: a group with layer_names, whose groups have weight_names ----


def by_name(layers, names=None, version="2.15.0", config=None, weights=True, texts=None, more=()):
    """layers: {name: {path: dataset}}. names: other layer_names; texts: what writes lists."""
    file = File()
    texts = texts or fixed_texts
    if texts == "variable":
        texts = file.variable_texts
    groups = {}
    for layer, paths in layers.items():
        tree = {}
        for path, dims in paths.items():
            *above, last = path.split("/")
            part = tree
            for step in above:
                part = part.setdefault(step, {})
            part[last] = dims
        groups[layer] = group_of(file, tree, [texts("weight_names", list(paths)) if paths else
                                              no_texts("weight_names")])
    attributes = [texts("layer_names", names or list(layers)), *more]
    if version:
        attributes.append(fixed_texts("keras_version", [version]))
    if config is None:
        return file.close(file.group(groups, attributes))
    inner = {"model_weights": file.group(groups, attributes[:1])} if weights else {}
    about = [file.variable_texts("model_config", [config], scalar=True)]
    return file.close(file.group(inner, about + attributes[1:]))


def group_of(file, tree, attributes=()):
    """A group of groups and datasets; dims of a dataset, whose values count from 1."""
    made = {name: group_of(file, part) if isinstance(part, dict) else
            file.dataset(part, floats(*range(1, 1 + size_of(part)))) for name, part in tree.items()}
    return file.group(made, attributes)


def size_of(dims):
    size = 1
    for dim in dims:
        size *= dim
    return size


DENSE = {"dense": {"dense/kernel:0": [3, 2], "dense/bias:0": [2]}}
LISTED = "dense name dense\n    dense.kernel dense.bias\n"
test.shows("weights by name", by_name(DENSE), "--layers")
test.accepts("values by name", by_name(DENSE), shows="dense.bias float32 [2]: 1 2\n")
test.shows("names of Keras 3", by_name({"dense": {"model/dense/kernel": [3, 2]}}), "--layers")
test.shows("a scope with a suffix", by_name({"dense": {"dense_1/kernel:0": [3, 2]}}), "--layers")
test.shows("a path of one part", by_name({"dense": {"kernel:0": [3, 2]}}), "--layers")
test.shows("names of Keras 1", by_name({"dense": {"dense_W:0": [3, 2]}}, version=None), "--layers")
test.shows("a colon that is no number", by_name({"dense": {"dense/kernel:": [3, 2],
                                                         "dense/a:b": [1]}}), "--layers")
test.accepts("texts of variable length", by_name(DENSE, texts="variable"), "--layers", shows=LISTED)
test.shows("a layer without variables", by_name({"relu": {}, **DENSE}), "--layers")
test.shows("a model in the model", by_name({"base": {
    "conv/kernel:0": [1, 1, 3, 2], "norm/gamma:0": [2], "norm/beta:0": [2],
    "norm/moving_mean:0": [2], "norm/moving_variance:0": [2]}, **DENSE}), "--layers")
test.shows("statistics behind all that is trained", by_name({"base": {
    "one/gamma:0": [2], "two/gamma:0": [3], "one/moving_mean:0": [2],
    "two/moving_mean:0": [3]}}), "--layers")
test.shows("a list in parts", by_name(DENSE, names=["dense"], texts=lambda name, texts: fixed_texts(
    name + "0", texts)), "--layers")
test.refuses("a layer that is not there", by_name(DENSE, names=["dense", "conv"]))
test.refuses("the same layer twice", by_name(DENSE, names=["dense", "dense"]))
test.accepts("groups that no list names", by_name({"extra": {}, **DENSE}, names=["dense"]),
             "--layers", shows=LISTED)
for path in ("../dense/kernel:0", "/dense/kernel:0", "dense//kernel:0", "dense/kernel:0/", "dense",
             "dense/bias:0", "dense/kern\u00e9l:0"):
    file = File()
    made = file.group({"kernel:0": file.dataset([3, 2], KERNEL)})
    outer = file.group({"dense": made}, [fixed_texts("weight_names", [path],
                                                     len(path.encode()))])
    test.refuses(f"the path {path.encode('unicode_escape').decode()}", file.close(
        file.group({"dense": outer}, [fixed_texts("layer_names", ["dense"])])))
file = File()
kernel = file.dataset([3, 2], KERNEL)
test.refuses("two names of one variable", file.close(file.group({"dense": file.group(
    {"a": kernel, "b": kernel}, [fixed_texts("weight_names", ["a", "b"])])},
    [fixed_texts("layer_names", ["dense"])])))
file = File()
test.refuses("a group without a list", file.close(file.group(
    {"dense": file.group({})}, [fixed_texts("layer_names", ["dense"])])))
test.accepts("a name of 512 bytes", by_name({"d": {"d/" + "a" * 510: [1]}}), shows="d." + "a" * 510)
test.refuses("a name of 513 bytes", by_name({"d": {"d/" + "a" * 511: [1]}}))

# Whole models.
CONFIG = '{"class_name": "Functional"}'
test.shows("a whole model", by_name(DENSE, config=CONFIG), "--layers")
test.refuses("a whole model of Keras 1", by_name(DENSE, config=CONFIG, version="1.2.2"))
test.refuses("a whole model of no stated version", by_name(DENSE, config=CONFIG, version=None))
test.refuses("a network without weights", by_name(DENSE, config=CONFIG, weights=False))
test.accepts("a network of 1 MB", by_name(DENSE, config=CONFIG.ljust(1 << 20)), "--layers",
             shows="config of 1048576 bytes")
test.refuses("a network of 1 MB and a byte", by_name(DENSE, config=CONFIG.ljust((1 << 20) + 1)))

# ---- by place: layers/CLASS_NUMBER/vars/NUMBER ----


def by_place(layers, root="layers"):
    """layers: {class: {"0": dims} or {"layers": ...}}."""
    file = File()

    def group(layers):
        made = {}
        for name, inner in layers.items():
            parts = {"vars": group_of(file, inner)} if "layers" not in inner else \
                {"layers": group(inner["layers"]), "vars": file.group({})}
            made[name] = file.group(parts)
        return file.group(made)

    return file.close(file.group({root: group(layers), "vars": file.group({})}))


test.shows("weights by place", by_place({"dense": {"0": [3, 2], "1": [2]}}), "--layers")
test.shows("classes and numbers", by_place({
    "conv2d": {"0": [1, 1, 1, 2]}, "conv2d_1": {"0": [1, 1, 1, 2]}, "conv2d_10": {"0": [1, 1, 2, 2]},
    "conv2d_2": {"0": [1, 1, 1, 2], "1": [2]}, "conv2d_transpose": {"0": [1]},
    "separable_conv2d": {"0": [3, 3, 2, 1], "1": [1, 1, 2, 3]}, "layer_normalization_x": {"0": [1]},
    "batch_normalization": {str(i): [2] for i in range(4)},
    "batch_normalization_1": {str(i): [2] for i in range(3)},
    "normalization": {"0": [3], "1": [3], "2": []}, "depthwise_conv2d": {"0": [3, 3, 2, 1]},
    "dropout": {}, "_1": {"0": [1]}, "1": {"0": [1]}}), "--layers")
test.shows("eleven variables", by_place({"mine": {str(i): [1 + i] for i in range(11)}}), "--layers")
test.refuses("a number that is left out", by_place({"dense": {"0": [3, 2], "2": [2]}}))
test.refuses("a variable with another name", by_place({"dense": {"0": [3, 2], "kernel": [2]}}))
test.refuses("a number with a leading zero", by_place({"dense": {"00": [3, 2]}}))


def nested(depth):
    layers = {"dense": {"0": [3, 2]}}
    for _ in range(depth - 1):
        layers = {"functional": {"layers": layers}}
    return by_place(layers)


test.shows("a model in the model by place", nested(2), "--layers")
test.accepts("16 levels of models", nested(16), "--layers", shows="functional.dense.kernel\n")
test.refuses("17 levels of models", nested(17))
test.refuses("the layout of Keras 2.12", by_place({}, root="_layer_checkpoint_dependencies"))
test.refuses("another HDF5 file", by_place({}, root="data"))
test.refuses("a layer's name that cannot be printed", by_place({"d\u00e9nse": {"0": [1]}}))
file = File()
inner = file.group({"vars": file.group({"0": file.dataset([1], floats(1))})})
test.refuses("two names of one layer", file.close(file.group(
    {"layers": file.group({"dense": inner, "dense_1": inner})})))


def empty_layers(count):
    """So many layers without variables."""
    file = File()
    layer = [file.group({}) for _ in range(count)]
    return file.close(file.group({"layers": file.group(
        {f"relu_{i}": at for i, at in enumerate(layer)})}))


test.accepts("16,384 layers", empty_layers(16384), "--count", shows="0 tensors")
test.refuses("16,385 layers", empty_layers(16385))
test.accepts("a place of 512 bytes", by_place({"a" * 505: {"0": [1]}}), "--layers",
             shows="layers/" + "a" * 505)
test.refuses("a place of 513 bytes", by_place({"a" * 506: {"0": [1]}}))


def many(count):
    file = File()
    variables = {str(i): file.dataset([1], floats(i)) for i in range(count)}
    return file.close(file.group({"layers": file.group({"mine": file.group(
        {"vars": file.group(variables)})})}))


test.accepts("16,384 variables", many(16384), "--count", shows="16384 tensors")
test.refuses("16,385 variables", many(16385))

# ---- archives ----
WEIGHTS = by_place({"dense": {"0": [3, 2], "1": [2]}})


def archive(method=zipfile.ZIP_STORED, **entries):
    """config, metadata, weights: contents; None: not there. others: more entries."""
    parts = {"metadata.json": entries.get("metadata", '{"keras_version": "3.15.1"}'),
             "config.json": entries.get("config", CONFIG),
             "model.weights.h5": entries.get("weights", WEIGHTS), **entries.get("others", {})}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in parts.items():
            if data is not None:
                target.writestr(name, data)
    return out.getvalue()


test.shows("an archive", archive(), "--layers")
test.accepts("values of an archive", archive(), shows="dense.bias float32 [2]: 1 2\n")
test.accepts("an archive that is deflated", archive(zipfile.ZIP_DEFLATED), shows="[2]: 1 2\n")
test.shows("no metadata", archive(metadata=None), "--layers")
test.shows("metadata that is no JSON", archive(metadata="{"), "--layers")
test.shows("a version that is no text", archive(metadata='{"keras_version": 3}'), "--layers")
test.accepts("metadata of 4 KB", archive(metadata='{"keras_version": "3.1"}'.ljust(4096)),
             "--layers", shows="version 3.1")
test.refuses("metadata of 4 KB and a byte", archive(metadata="{}".ljust(4097)))
test.accepts("a config of 1 MB", archive(config=CONFIG.ljust(1 << 20)), "--layers",
             shows="config of 1048576 bytes")
test.refuses("a config of 1 MB and a byte", archive(config=CONFIG.ljust((1 << 20) + 1)))
test.refuses("a config that is deflated from 32 MB", archive(
    zipfile.ZIP_DEFLATED, config=CONFIG.ljust(32 << 20)))
test.refuses("no config", archive(config=None))
test.refuses("no weights", archive(weights=None))
test.refuses("weights that are no HDF5 file", archive(weights=b"hello"))
test.refuses("weights of numpy", archive(weights=None, others={"model.weights.npz": b"PK"}))
test.refuses("weights in several files", archive(weights=None, others={"model.weights.json": b"{}"}))
test.accepts("other entries", archive(others={"assets/words.txt": b"a", "./config.json": b"x",
                                              "MODEL.WEIGHTS.H5": b"y"}), shows="[2]: 1 2\n")


def damaged(name):
    """The archive with a bit of an entry's content flipped."""
    data = bytearray(archive())
    at = data.index(name.encode()) + len(name)
    if name.endswith(".h5"):
        at = data.index(floats(1, 2, 3, 4, 5, 6), at)
    data[at + 3] ^= 1
    return bytes(data)


for name in ("config.json", "metadata.json", "model.weights.h5"):
    test.refuses(f"a flipped bit in {name}", damaged(name))

# ---- folders ----
with tempfile.TemporaryDirectory() as home:
    os.chdir(home)

    def folder(name, **files):
        os.mkdir(name)
        for path, data in files.items():
            if data is not None:
                with open(os.path.join(name, path.replace("__", ".")), "wb") as out:
                    out.write(data if isinstance(data, bytes) else data.encode())
        return name

    parts = {"config__json": CONFIG, "metadata__json": '{"keras_version": "3.15.1"}',
             "model__weights__h5": WEIGHTS}
    # A name that is in no other word: what the tool prints of the path is shown as FILE.
    test.shows("a folder", folder("folder0", **parts), "--layers")
    test.accepts("a folder with a slash", "folder0/", shows="[2]: 1 2\n")
    test.accepts("a folder without metadata", folder("folder1", **{**parts, "metadata__json": None}),
                 shows="[2]: 1 2\n")
    test.refuses("a folder without a config", folder("folder2", **{**parts, "config__json": None}))
    test.refuses("a folder with an empty config", folder("folder3", **{**parts, "config__json": ""}))
    test.refuses("a folder whose config is too long", folder(
        "folder4", **{**parts, "config__json": CONFIG.ljust((1 << 20) + 1)}))
    test.refuses("a folder of TensorFlow", folder(
        "folder5", saved_model__pb=b"\x08\x01\x12\xe0\x01" + bytes(100)))
    test.refuses("another folder", folder("folder6", readme__md="hello"))
    os.mkfifo(os.path.join(folder("folder7", **{**parts, "model__weights__h5": None}),
                           "model.weights.h5"))
    test.refuses("a folder whose weights are a pipe", "folder7")
    os.chdir(cases.HERE)

test.finish()
