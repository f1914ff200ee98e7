"""Purpose: each rule of the safetensors container, on both sides of its boundary.
Input: headers written here, with a mutation each.
Expectation: read, or refused with the text in golden/safetensors.txt.
"""

import json
import struct

import cases

test = cases.Cases("safetensors")


def file_of(header, data=b"\0" * 16, length=None):
    """A file with this header (text or bytes, or an object to be written as JSON)."""
    if not isinstance(header, (str, bytes)):
        header = json.dumps(header)
    if isinstance(header, str):
        header = header.encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def one(**changes):
    """The header of a tensor w of 16 bytes, with changed fields; None takes a field away."""
    fields = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16], **changes}
    return {"w": {key: value for key, value in fields.items() if value is not None}}


def padded(header, size):
    return json.dumps(header).encode().ljust(size)


test.accepts("a plain file", file_of(one()), shows="w F32 [4]: 0 0 0 0")

# The header.
test.refuses("no header length", b"\x02\0\0\0\0\0\0", "--safetensors")
test.refuses("header length and nothing else", b"\x02\0\0\0\0\0\0\0", "--safetensors")
test.accepts("header of 16 MB", file_of(padded(one(), 16 << 20)))
test.refuses("header of 16 MB and a byte", file_of(padded(one(), (16 << 20) + 1)))
test.refuses("header length past the end", file_of(one(), b"", length=2000))
test.accepts("header that fills the file", file_of("{}", b""))
test.refuses("header length one too many", file_of("{}", b"", length=3))
test.refuses("empty header", struct.pack("<Q", 0) + b"{}", "--safetensors")
test.refuses("leading space", file_of(" " + json.dumps(one())), "--safetensors")
test.refuses("an array", file_of("[]", b""), "--safetensors")
test.accepts("trailing spaces", file_of(padded(one(), 4096)))
test.refuses("trailing newline", file_of(json.dumps(one()) + "\n"))
test.refuses("trailing NUL", file_of(json.dumps(one()) + "\0"))
test.refuses("not JSON", file_of('{"w": }'))
test.refuses("two objects", file_of("{} {}"))
test.refuses("single quotes", file_of("{'w': 1}"))
test.refuses("invalid UTF-8", file_of(b'{"\xff": 1}'))
test.refuses("depth of 4", file_of('{"w": {"dtype": "F32", "shape": [[4]], "data_offsets": [0, 16]}}'))
test.refuses("depth of 5", file_of('{"w": {"shape": [[[4]]]}}'))
test.accepts("brackets in a string", file_of(
    {"__metadata__": {"[[[[[[[[": '\\"[[[[[['}, **one()}))

# Keys.
test.refuses("a tensor named twice", file_of('{"w": {}, "w": {}}'))
test.refuses("a field named twice", file_of(
    '{"w": {"dtype": "F32", "dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}'))
test.refuses("metadata named twice", file_of('{"__metadata__": {"a": "1", "a": "2"}}'))
test.refuses("an unknown field", file_of(one(strides=[1])))
test.refuses("a tensor that is no object", file_of({"w": [1]}))
test.accepts("metadata of strings", file_of({"__metadata__": {"format": "pt"}, **one()}))
test.accepts("empty metadata", file_of({"__metadata__": {}, **one()}))
test.refuses("metadata with a number", file_of({"__metadata__": {"epoch": 3}, **one()}))
test.refuses("metadata that is a string", file_of({"__metadata__": "pt", **one()}))
test.accepts("name of 512 bytes", file_of({"w" * 512: one()["w"]}))
test.refuses("name of 513 bytes", file_of({"w" * 513: one()["w"]}))
test.refuses("empty name", file_of({"": one()["w"]}))
test.refuses("name with a newline", file_of({"a\nb": one()["w"]}))
test.refuses("name with an escape sequence", file_of({"a\x1b[2J": one()["w"]}))
test.refuses("name with a NUL", file_of('{"a\\u0000b": {}}'))
test.refuses("name that is not ASCII", file_of({"gr\u00f6\u00dfe": one()["w"]}))

# Types.
for name, count in (("F32", 4), ("F16", 8), ("BF16", 8), ("F64", 2)):
    test.accepts(f"type {name}", file_of(one(dtype=name, shape=[count])), f"w:{count}",
                 shows="w:" + " 0" * count + "\n")
test.accepts("type I64 where it is ignored", file_of(
    {"n.num_batches_tracked": one(dtype="I64", shape=[2])["w"]}), "?w:4")
test.refuses("type I64 where it is read", file_of(one(dtype="I64", shape=[2])), "w:2")
test.refuses("type U8 where it is read", file_of(one(dtype="U8", shape=[16])), "w:16")
test.refuses("unknown type", file_of(one(dtype="F31")))
test.refuses("type in small letters", file_of(one(dtype="f32")))
test.refuses("no type", file_of(one(dtype=None)))
test.refuses("type that is a number", file_of(one(dtype=32)))

# Shapes.
test.accepts("8 dimensions", file_of(one(shape=[1, 1, 1, 1, 1, 1, 1, 4])))
test.refuses("9 dimensions", file_of(one(shape=[1, 1, 1, 1, 1, 1, 1, 1, 4])))
test.accepts("no dimension", file_of(one(shape=[], data_offsets=[0, 4]), b"\0\0\x80\x3f"),
             shows="w F32 []: 1")
test.accepts("a dimension of 0", file_of(one(shape=[0, 5], data_offsets=[0, 0]), b""))
test.refuses("no shape", file_of(one(shape=None)))
test.refuses("shape that is a number", file_of(one(shape=4)))
test.refuses("a negative dimension", file_of(one(shape=[-4])))
test.refuses("a dimension that is a float", file_of(one(shape=[4.0])))
test.refuses("a dimension that is a string", file_of(one(shape=["4"])))
test.refuses("a dimension that is true", file_of(one(shape=[True])))
test.refuses("a dimension of 2^53 - 1", file_of(one(shape=[2**53 - 1])))
test.refuses("a dimension of 2^53", file_of(one(shape=[2**53])))
test.refuses("a dimension of 2^64", file_of(one(shape=[2**64])))
test.refuses("a product just below 2^53 bytes", file_of(one(shape=[2**51 - 1])))
test.refuses("a product of 2^53 bytes", file_of(one(shape=[2**51])))
# The same product must be refused in any order of its dimensions, with a zero too.
test.refuses("an overflow", file_of(one(shape=[2**32, 2**32, 0])))
test.refuses("an overflow behind a zero", file_of(one(shape=[0, 2**32, 2**32], data_offsets=[0, 0]), b""))
test.refuses("an overflow around a zero", file_of(one(shape=[2**32, 0, 2**32], data_offsets=[0, 0]), b""))

# Where the data stands.
test.refuses("no offsets", file_of(one(data_offsets=None)))
test.refuses("one offset", file_of(one(data_offsets=[16])))
test.refuses("three offsets", file_of(one(data_offsets=[0, 8, 16])))
test.refuses("a negative offset", file_of(one(data_offsets=[-16, 0])))
test.refuses("offsets that are floats", file_of(one(data_offsets=[0.0, 16.0])))
test.refuses("offsets in exponent notation", file_of(
    '{"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16e0]}}'))
test.refuses("offsets the wrong way round", file_of(one(data_offsets=[16, 0])))
test.refuses("offset past the end", file_of(one(shape=[5], data_offsets=[0, 20])))
test.refuses("offset of 2^53 - 1", file_of(one(data_offsets=[0, 2**53 - 1])))
test.refuses("offset of 2^53", file_of(one(data_offsets=[0, 2**53])))
test.refuses("a byte too few for the shape", file_of(one(data_offsets=[0, 15]), b"\0" * 15))
test.refuses("a byte too many for the shape", file_of(one(data_offsets=[0, 17]), b"\0" * 17))


def two(first, second, size=16):
    part = lambda lo, hi: {"dtype": "U8", "shape": [hi - lo], "data_offsets": [lo, hi]}
    return file_of({"a": part(*first), "b": part(*second)}, b"\0" * size)


test.accepts("two neighbours", two((0, 8), (8, 16)))
test.accepts("two neighbours in the other order", two((8, 16), (0, 8)))
test.accepts("an empty tensor between", two((0, 16), (16, 16)))
test.refuses("an overlap of one byte", two((0, 9), (8, 16)))
test.refuses("one tensor inside another", two((0, 16), (4, 8)))
test.refuses("an empty tensor inside another", two((0, 16), (4, 4)))
test.refuses("the same bytes twice", two((0, 16), (0, 16)))
test.refuses("a hole of one byte", two((0, 7), (8, 16)))
test.refuses("a byte before the first", two((1, 8), (8, 16)))
test.refuses("a byte after the last", two((0, 8), (8, 15)))
test.refuses("data without tensors", file_of("{}", b"\0"))
# Nothing promises alignment: a header of an odd length puts f32 data at odd addresses.
test.accepts("unaligned data", file_of(padded(one(), 101), struct.pack("<4f", 1, 2, 3, 4)),
             shows="w F32 [4]: 1 2 3 4")
test.accepts("unaligned data behind a byte", file_of(
    {"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
     "w": {"dtype": "F64", "shape": [1], "data_offsets": [1, 9]}},
    b"\0" + struct.pack("<d", 0.1)), shows="w F64 [1]: 0.10000000000000001")

# No container at all.
test.refuses("an empty file", b"")
test.refuses("a text", b"hello, world\n")

test.finish()
