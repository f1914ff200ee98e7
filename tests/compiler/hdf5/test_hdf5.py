"""Purpose: each rule of the reader of HDF5, on both sides of its boundary.
Input: files of weights as Keras lays them out, built number by number (hdf5_files.py), with one number
or structure changed each.
Expectation: read with the values that stand there, or refused with the text in golden/hdf5.txt.
"""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "weights"))
import cases
from hdf5_files import *

test = cases.Cases("hdf5", os.path.dirname(os.path.abspath(__file__)))
KERNEL, BIAS = floats(1, 2, 3, 4, 5, 6), floats(7, 8)
SHOWN = "dense.kernel float32 [3, 2]: 1 2 3 4 5 6\ndense.bias float32 [2]: 7 8\n"


def layers(file, kernel, bias=None):
    """The root of a file with one dense layer."""
    variables = {"0": kernel, "1": bias or file.dataset([2], BIAS)}
    return file.group({"layers": file.group({"dense": file.group({"vars": file.group(variables)})})})


def dense(**close):
    """A file with numbers of the superblock changed."""
    file = File()
    return file.close(layers(file, file.dataset([3, 2], KERNEL)), **close)


def kernel(dims=(3, 2), data=KERNEL, **how):
    """A file whose kernel is another dataset."""
    file = File()
    return file.close(layers(file, file.dataset(list(dims), data, **how)))


test.accepts("one dense layer", dense(), shows=SHOWN)

# The superblock.
test.refuses("a superblock of version 1", dense(version=1))
test.refuses("a superblock of version 3", dense(version=3))
test.refuses("addresses of 4 bytes", dense(sizes=(4, 8)))
test.refuses("lengths of 4 bytes", dense(sizes=(8, 4)))
test.refuses("a part of an unknown version", dense(parts=(0, 1, 0)))
test.refuses("a base address", dense(base=512))
test.refuses("a user block", bytes(512) + dense())
test.refuses("nothing but the signature", dense()[:8])
test.refuses("95 bytes", dense()[:95])
test.refuses("an end that is a byte beyond the file", dense(end=len(dense()) + 1))
test.accepts("bytes behind the end", dense() + b"more", shows=SHOWN)
test.refuses("an end before the root", dense(end=97))
test.refuses("a cut file", dense()[:-8])

# Object headers.
SPACED = [(0, bytes(8)), (SPACE, space([3, 2])), (TYPE, F32), (0x12, bytes(8))]


def header(messages=SPACED, where=None, **how):
    """A file whose kernel has a header of these messages and a layout."""
    file = File()
    at = file.place(KERNEL) if where is None else where
    return file.close(layers(file, file.header(messages + [(LAYOUT, layout(at, 24))], **how)))


test.accepts("messages that are padding and times", header(), shows=SHOWN)
test.accepts("a header of two blocks", header(blocks=2), shows=SHOWN)
test.accepts("a header of four blocks", header(blocks=4), shows=SHOWN)
test.refuses("a header of version 2", header(version=2))
test.refuses("fewer messages than are there", header(count=4))
test.accepts("a count beyond the last message", header(count=40), shows=SHOWN)
test.refuses("two dataspaces", header(SPACED + [(SPACE, space([3, 2]))]))
test.refuses("a shared type", header([(SPACE, space([3, 2])), (TYPE, F32, 2)]))
test.accepts("a shared message that is not needed", header(SPACED + [(0x12, bytes(8), 2)]),
             shows=SHOWN)
for number, title in ((0x02, "a message of links"), (0x06, "a link in a header"),
                      (0x07, "external storage"), (0x0B, "a filter"),
                      (0x15, "attributes in a tree")):
    test.refuses(title, header(SPACED + [(number, bytes(16))]))


def changed(data, before, after, nth=0):
    """The bytes with the nth occurrence of some replaced."""
    at = -1
    for _ in range(nth + 1):
        at = data.index(before, at + 1)
    return data[:at] + after + data[at + len(before):]


test.refuses("a message that leaves its header", changed(
    header(), struct.pack("<HHB", LAYOUT, 24, 0), struct.pack("<HHB", LAYOUT, 25, 0)))
CONTINUED = struct.pack("<HHB3x", 0x10, 16, 0)
BLOCKS = header(blocks=2)
AT = BLOCKS.index(CONTINUED) + 8
test.refuses("a block beyond the file", BLOCKS[:AT] + struct.pack("<Q", 2**63) + BLOCKS[AT + 8:])
test.refuses("a block that wraps around", BLOCKS[:AT] + struct.pack("<QQ", 2**64 - 8, 16) +
             BLOCKS[AT + 16:])
test.refuses("a block that is its own continuation", BLOCKS[:AT] +
             struct.pack("<QQ", AT - 8, 24) + BLOCKS[AT + 16:])
test.refuses("a continuation without a place", header(SPACED + [(0x10, bytes(8))]))
test.refuses("a root at the end of the file",
             dense()[:64] + struct.pack("<Q", len(dense())) + dense()[72:])

# Groups: a heap of names, a tree, its leaves.


def root(table):
    """A file whose root has this message as its table; table(file, link) gets the group "layers"."""
    file = File()
    variables = {"0": file.dataset([3, 2], KERNEL), "1": file.dataset([2], BIAS)}
    inner = file.group({"dense": file.group({"vars": file.group(variables)})})
    return file.close(file.header([(TABLE, table(file, inner))]))


def group_with(heap=None, leaf=None, tree=None, level=0):
    """The root's table with fields of one structure changed."""
    def table(file, inner):
        where, places = file.heap(["layers"], **(heap or {}))
        part = file.leaf([(places["layers"], inner, 0)], **(leaf or {}))
        for step in range(level):
            part = file.tree([part], level=step)
        return struct.pack("<QQ", file.tree([part], **{"level": level, **(tree or {})}), where)
    return root(table)


test.accepts("a group by hand", group_with(), shows=SHOWN)
test.accepts("a tree of two levels", group_with(level=1), shows=SHOWN)
test.accepts("a tree of eight levels", group_with(level=7), shows=SHOWN)
test.refuses("a tree of nine levels", group_with(level=8))
test.refuses("a tree that skips a level", group_with(level=1, tree={"level": 2}))
test.refuses("a tree of chunks", group_with(tree={"kind": 1}))
test.refuses("a tree with another signature", group_with(tree={"signature": b"tree"}))
test.refuses("more children than bytes", group_with(tree={"count": 65535}))
test.refuses("a leaf with another signature", group_with(leaf={"signature": b"snod"}))
test.refuses("a leaf of version 2", group_with(leaf={"version": 2}))
test.refuses("more entries than bytes", group_with(leaf={"count": 65535}))
test.accepts("a leaf without entries beside one", root(lambda file, inner: (
    lambda heap: struct.pack("<QQ", file.tree(
        [file.leaf([]), file.leaf([(heap[1]["layers"], inner, 0)])]), heap[0]))(
            file.heap(["layers"]))), shows=SHOWN)
test.refuses("a heap with another signature", group_with(heap={"signature": b"heap"}))
test.refuses("a heap that leaves the file", group_with(heap={"size": 1 << 20}))
test.refuses("a heap far away", group_with(heap={"at": 2**63}))
test.refuses("a name that has no end in its heap", group_with(heap={"size": 14}))
test.accepts("a name that ends with its heap", group_with(heap={"size": 15}), shows=SHOWN)
test.refuses("a name beyond its heap", group_with(heap={"size": 8}))
test.refuses("a soft link", root(lambda file, inner: file.table({"layers": inner}, cache=2)))
test.accepts("a link with a cached place", root(
    lambda file, inner: file.table({"layers": inner}, cache=1)), shows=SHOWN)
test.refuses("names out of order", root(
    lambda file, inner: file.table([("layers", inner), ("a", inner)], in_order=False)))
test.refuses("the same name twice", root(
    lambda file, inner: file.table([("layers", inner), ("layers", inner)])))
test.refuses("an empty name", root(lambda file, inner: file.table([("", inner)])))
for length in (4096, 4097):
    (test.accepts if length == 4096 else test.refuses)(f"a name of {length} bytes", root(
        lambda file, inner: file.table([("layers", inner), ("z" * length, inner)])))
test.accepts("two leaves", root(
    lambda file, inner: file.table([("a", inner), ("layers", inner)], leaves=2)), shows=SHOWN)
test.refuses("a table that is too short", root(lambda file, inner: bytes(8)))


def links(count):
    """A root with so many links, as many as fit in each leaf."""
    def table(file, inner):
        names = [f"a{index:06}" for index in range(count - 1)] + ["layers"]
        heap, places = file.heap(names)
        entries = [(places[name], inner, 0) for name in names]
        parts = [file.leaf(entries[i:i + 50000]) for i in range(0, count, 50000)]
        return struct.pack("<QQ", file.tree(parts), heap)
    return root(table)


test.accepts("65,536 links", links(65536), shows=SHOWN)
test.refuses("65,537 links", links(65537))


def wide_tree(count):
    """A tree that names one leaf again and again: its bytes are counted each time."""
    def table(file, inner):
        heap, places = file.heap(["layers"])
        part = file.leaf([])
        for level in range(2):
            part = file.tree([part] * count, level=level)
        last = file.tree([file.tree([file.leaf([(places["layers"], inner, 0)])])], level=1)
        return struct.pack("<QQ", file.tree([part, last], level=2), heap)
    return root(table)


test.accepts("a leaf that is named 490,000 times", wide_tree(700), shows=SHOWN)
test.refuses("a leaf that is named a million times", wide_tree(1000))

# Datasets.
test.accepts("float16", kernel((2,), struct.pack("<2e", 1, 0.5), of_type=F16),
             shows="dense.kernel float16 [2]: 1 0.5\n")
test.accepts("float64", kernel((2,), struct.pack("<2d", 1, 0.1), of_type=F64),
             shows="dense.kernel float64 [2]: 1 0.1")
test.accepts("int64", kernel((1,), struct.pack("<q", 3), of_type=I64),
             shows="dense.kernel int64 [1]: (not read)\n")
test.accepts("a scalar", kernel((), floats(4)), shows="dense.kernel float32 []: 4\n")
test.accepts("a type of version 3", kernel(of_type=float_type(4, version=3)), shows=SHOWN)
test.refuses("a type of version 4", kernel(of_type=float_type(4, version=4)))
test.refuses("a type of version 0", kernel(of_type=float_type(4, version=0)))
test.refuses("big-endian floats", kernel(of_type=float_type(4, order=1)))
test.refuses("floats of VAX", kernel(of_type=float_type(4, order=0x40)))
test.refuses("another bias of the exponent", kernel(of_type=float_type(4, bias=126)))
test.refuses("a fraction without an implied bit", kernel(of_type=float_type(4, norm=0)))
test.refuses("a type that is too short", kernel(of_type=F32[:7]))
test.refuses("a float that is too short", kernel(of_type=F32[:15]))
test.refuses("elements of no bytes", kernel(of_type=number_type(1, 0)))
test.refuses("int8", kernel((2,), b"\1\2", of_type=I8))
test.refuses("big-endian integers", kernel((2,), bytes(16), of_type=number_type(0, 8, (1, 0, 0))))
test.refuses("compounds", kernel((2,), bytes(16), of_type=number_type(6, 8)))
test.refuses("texts", kernel((2,), b"abcd", of_type=fixed_type(2)))
test.refuses("sequences", kernel((1,), bytes(16), of_type=number_type(9, 16, (0, 0, 0), F32)))
test.refuses("opaque bytes of no stated type", kernel((1,), b"\x80\x3f", of_type=OPAQUE2))
BFLOAT = attribute("dtype", fixed_type(8), space([]), b"bfloat16")
test.accepts("bfloat16", kernel((1,), b"\x80\x3f", of_type=OPAQUE2, extra=[(ATTRIBUTE, BFLOAT)]),
             shows="dense.kernel bfloat16 [1]: 1\n")
test.refuses("opaque bytes of another type", kernel(
    (1,), b"\x80\x3f", of_type=OPAQUE2,
    extra=[(ATTRIBUTE, attribute("dtype", fixed_type(8), space([]), b"bfloat17"))]))
test.refuses("three opaque bytes", kernel((1,), b"\0\0\0", of_type=number_type(5, 3),
                                          extra=[(ATTRIBUTE, BFLOAT)]))
test.accepts("8 dimensions", kernel([1] * 7 + [6]), shows="[1, 1, 1, 1, 1, 1, 1, 6]: 1 2 3 4 5 6\n")
test.refuses("9 dimensions", kernel([1] * 8 + [6]))
test.refuses("a dataspace of version 2", kernel(space=space([3, 2], version=2)))
test.accepts("a dataspace with its most dimensions", kernel(space=space([3, 2, 3, 2], rank=2, flags=1)),
             shows=SHOWN)
test.refuses("a dataspace that is too short", kernel(space=space([3], rank=2)))
test.refuses("no elements", kernel((3, 0), b""))
test.refuses("a dimension of 2^53", kernel((1 << 53,)))
test.refuses("elements of 2^53 bytes", kernel((1 << 30, 1 << 21)))
test.refuses("elements of 2^53 bytes and none", kernel((1 << 30, 1 << 21, 0)))
test.refuses("a place of fewer bytes than the elements", kernel(size=20))
test.refuses("a place of more bytes than the elements", kernel(size=28))
test.refuses("values that were never written", kernel(at=UNDEFINED))
test.refuses("values that wrap around", kernel(at=2**64 - 16))
END = len(kernel())
test.accepts("values that end with the file", kernel(at=END - 24))
test.refuses("values that leave the file by a byte", kernel(at=END - 23))
test.refuses("a layout of version 4", kernel(layout=layout(96, 24, version=4)))
test.refuses("values in the header", kernel(layout=layout(96, 24, kind=0)))
test.refuses("values in chunks", kernel(layout=layout(96, 24, kind=2)))
test.refuses("a layout that is too short", kernel(layout=layout(96, 24)[:15]))
for lacks in (SPACE, TYPE, LAYOUT):
    test.refuses(f"a dataset without message {lacks}", kernel(lacks=lacks))

# Attributes: texts of fixed and of variable length.


def named(attributes):
    """A file whose layer is called as these attributes of its variables say."""
    file = File()
    made = attributes(file)
    variables = file.group({"0": file.dataset([3, 2], KERNEL)}, made)
    return file.close(file.group({"layers": file.group({"dense": file.group({"vars": variables})})}))


NAMED = "dense.kernel"


def name_as(*how, **more):
    return named(lambda file: [attribute("name", *how, **more)])


test.accepts("a text of fixed length", name_as(fixed_type(5), space([]), b"d_one"), "--layers",
             shows="name d_one")
test.accepts("a text that is padded", name_as(fixed_type(8), space([]), b"d_one\0\0\0"), "--layers",
             shows="name d_one\n")
test.accepts("a text of variable length", named(
    lambda file: [file.variable_texts("name", ["d_one"], scalar=True)]), "--layers",
    shows="name d_one\n")
test.accepts("a text that is no longer than its place", named(
    lambda file: [file.variable_texts("name", ["d_one"], scalar=True, lengths=[5])]), "--layers",
    shows="name d_one\n")
test.refuses("a text that is longer than its place", named(
    lambda file: [file.variable_texts("name", ["d_one"], scalar=True, lengths=[4])]))
test.refuses("an object that leaves its heap", named(
    lambda file: [file.variable_texts("name", ["d_one"], scalar=True, lengths=[2**64 - 15])]))
test.accepts("an object of no bytes before another", named(lambda file: [attribute(
    "name", VARIABLE, space([]), struct.pack("<IQI", 5, file.collection([b"", b"d_one"]), 2))]),
    "--layers", shows="name d_one\n")
test.refuses("an object that its heap has not", named(lambda file: [attribute(
    "name", VARIABLE, space([]), struct.pack("<IQI", 5, file.collection([b"d_one"]), 2))]))
test.refuses("an object behind the end of a heap", named(lambda file: [attribute(
    "name", VARIABLE, space([]), struct.pack("<IQI", 5, file.collection([b"d_one"], size=16), 1))]))
test.accepts("an empty text without a heap", named(lambda file: [attribute(
    "name", VARIABLE, space([]), struct.pack("<IQI", 0, UNDEFINED, 0))]), shows=NAMED)
test.refuses("a heap of another signature", named(
    lambda file: [file.variable_texts("name", ["d_one"], signature=b"gcol")]))
test.refuses("a heap of version 2", named(
    lambda file: [file.variable_texts("name", ["d_one"], version=2)]))
test.refuses("a heap larger than the file", named(
    lambda file: [file.variable_texts("name", ["d_one"], size=1 << 30)]))
test.refuses("a heap smaller than its start", named(
    lambda file: [file.variable_texts("name", ["d_one"], size=15)]))
test.refuses("a heap that is nowhere", named(lambda file: [attribute(
    "name", VARIABLE, space([]), struct.pack("<IQI", 5, UNDEFINED, 1))]))


def repeated(count, size):
    """A list of count places that all mean one text of so many bytes."""
    def make(file):
        heap = file.collection([b"a" * size])
        return [attribute("name", VARIABLE, space([count]),
                          struct.pack("<IQI", size, heap, 1) * count)]
    return named(make)


test.accepts("a text of 4 KB that is meant 4,000 times", repeated(4000, 4096), shows=NAMED)
test.refuses("a text of 5 KB that is meant 4,000 times", repeated(4000, 5120))
test.accepts("an empty list", named(lambda file: [no_texts("name")]), shows=NAMED)
test.refuses("a list of numbers", name_as(F64, space([1]), bytes(8)))
test.refuses("texts in two dimensions", name_as(fixed_type(5), space([1, 1]), b"d_one"))
test.refuses("an attribute of version 3", name_as(fixed_type(5), space([]), b"d_one", version=3))
test.refuses("values that leave their attribute", name_as(fixed_type(9), space([]), b"d_one"))
test.refuses("parts that leave their attribute", name_as(
    fixed_type(5), space([]), b"d_one", sizes=(65535, 8, 8)))
test.refuses("an attribute without a name", name_as(fixed_type(5), space([]), b"d_one",
                                                   sizes=(0, 8, 8)))
test.refuses("an attribute that is too short", named(lambda file: [b""]))
test.accepts("an attribute that nothing asks for may hold anything", named(
    lambda file: [attribute("other", number_type(6, 8), space([1], version=7), b"")]), shows=NAMED)
test.accepts("16,384 texts", name_as(fixed_type(1), space([16384]), b"a" * 16384), shows=NAMED)
test.refuses("16,385 texts", name_as(fixed_type(1), space([16385]), b"a" * 16385))

# Objects that are something else.
file = File()
test.refuses("a dataset in the place of a group",
             file.close(file.group({"layers": file.dataset([3, 2], KERNEL)})))
file = File()
test.refuses("a group in the place of a dataset", file.close(layers(file, file.group({}))))

test.finish()
