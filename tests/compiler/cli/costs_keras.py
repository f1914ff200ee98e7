"""What files of Keras can cost at most, for test_costs.py: as many structures of HDF5 as are counted,
chosen so that each is expensive."""
import io
import os
import struct
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hdf5"))
from hdf5_files import *

MB = 1 << 20
NAMES = 4096


def close_layers(file, layers):
    return file.close(file.group({"layers": layers}))


def empty_attributes():
    """Headers of attributes without content: a few bytes each, and an entry in a list."""
    file = File()
    body = (struct.pack("<HHB3x", ATTRIBUTE, 0, 0)) * 65534
    table = file.table({})
    first = struct.pack("<HHB3x", TABLE, 16, 0) + table
    layers = {f"a{i:02}": file.place(struct.pack("<BBHII4x", 1, 0, 65535, 1, len(first + body)) +
                                     first + body) for i in range(32)}
    return close_layers(file, file.group(layers))


def numbered_lists():
    """Attributes that are looked for one behind the other, among all that there are."""
    file = File()
    lists = [no_texts(f"weight_names{i}") for i in range(2000)]
    layer = file.group({}, lists[::-1])
    return file.close(file.group({"a": layer}, [fixed_texts("layer_names", ["a"])]))


def long_names():
    """Groups of 4,096 links whose names are ends of one text, so that each comparison is long."""
    file = File()
    text = b"a" * NAMES + b"\0"
    content = file.place(text)
    heap = file.place(struct.pack("<4sB3xQQQ", b"HEAP", 0, len(text), UNDEFINED, content))
    leaf = file.leaf([(NAMES - length, 96, 0) for length in range(1, NAMES + 1)])
    layers = {}
    for i in range(95):
        layers[f"a{i}"] = file.header([(TABLE, struct.pack("<QQ", file.tree([leaf]), heap))])
    return close_layers(file, file.group(layers))


def wide_tree(count):
    file = File()
    heap, _ = file.heap(["a"])
    part = file.leaf([])
    for level in range(3):
        part = file.tree([part] * count, level=level)
    return file.close(file.header([(TABLE, struct.pack("<QQ", part, heap))]))


def shared_text():
    """A list of places in a heap whose first object is in the way of all others."""
    file = File()
    heap = file.collection([b""] * 4000 + [b"name/kernel:0"])
    places = struct.pack("<IQI", 13, heap, 4001) * 4000
    names = attribute("weight_names", VARIABLE, space([4000]), places)
    return file.close(file.group({"a": file.group({}, [names])},
                                 [fixed_texts("layer_names", ["a"])]))


def deep_paths():
    """Variables whose paths have as many parts as fit."""
    file = File()
    tree = file.group({"a": file.dataset([1], floats(1))})
    for _ in range(253):
        tree = file.group({"a": tree})
    path = "/".join("a" * 255)
    layers = {f"l{i}": file.group({"a": tree}, [fixed_texts("weight_names", [path] * 120)])
              for i in range(130)}
    return file.close(file.group(layers, [fixed_texts("layer_names", list(layers))]))


def many_layers(count):
    """Dense layers of one weight, of which no network has so many."""
    file = File()
    layers = {}
    for i in range(count):
        layers[f"dense_{i}"] = file.group({"vars": file.group({"0": file.dataset([1, 1], floats(1))})})
    return close_layers(file, file.group(layers))


def bomb(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in {"config.json": b"{}", "metadata.json": b"{}",
                           "model.weights.h5": b"", **entries}.items():
            target.writestr(name, data)
    return out.getvalue()


CASES = [
    ("a header of empty attributes", 75, ".h5", empty_attributes, "more than 16 MB"),
    ("numbered lists of names", 65, ".h5", numbered_lists, "has 0 convolutions"),
    ("names that are alike", 15, ".h5", long_names, "has 0 convolutions"),
    ("a tree of a leaf", 30, ".h5", lambda: wide_tree(1000), "more than 16 MB"),
    ("a text behind 4,000 others", 30, ".h5", shared_text, "more than 16 MB"),
    ("paths of 255 parts", 2, ".h5", deep_paths, "is another name of"),
    ("16,384 dense layers", 35, ".h5", lambda: many_layers(16384), "has 1 variables"),
    ("weights that inflate to 120 MB", 2, ".keras",
     lambda: bomb(**{"model.weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(120 * MB)}), "addresses of 0"),
    ("a config that inflates to 120 MB", 2, ".keras",
     lambda: bomb(**{"config.json": b" " * (120 * MB)}), "more than 1048576"),
]
