"""Purpose: the pickle machine reads data and nothing else; each limit on both sides of its boundary.
Input: pickles spelled out by hand (pickles.py), in an otherwise sound zip archive.
Expectation: read, or refused with the text in golden/pickle.txt. Nothing is ever executed.
"""

import io
import os
import pickletools
import struct
import tempfile
import zipfile

import cases
from pickles import *

test = cases.Cases("pickle")


def archive(pickle, storages=(("0", struct.pack("<4f", 1, 2, 3, 4)),)):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("x/data.pkl", pickle)
        for key, data in storages:
            target.writestr(f"x/data/{key}", data)
    return out.getvalue()


def accepts(title, pickle, *options, shows=None, **more):
    test.accepts(title, archive(pickle, **more), *options, shows=shows)


def refuses(title, pickle, *options, **more):
    test.refuses(title, archive(pickle, **more), *options)


def beside(value):
    """A root that holds a tensor w, and a value under the name of no parameter."""
    return program(dict_of({"w": tensor(), "other": value}))


SHOWN = "w FloatStorage [4]: 1 2 3 4\n"
accepts("a dict with a tensor", program(dict_of({"w": tensor()})), shows=SHOWN)

# Beginning and end.
refuses("no protocol", dict_of({"w": tensor()}) + STOP)
refuses("protocol 1", b"\x80\x01" + dict_of({"w": tensor()}) + STOP)
refuses("protocol 4", b"\x80\x04" + dict_of({"w": tensor()}) + STOP)
refuses("protocol twice", program(PROTO, dict_of({"w": tensor()})))
refuses("an empty pickle", b"")
refuses("a protocol and nothing else", b"\x80")
refuses("no end", program(dict_of({"w": tensor()}))[:-1])
refuses("bytes behind the end", program(dict_of({"w": tensor()})) + b".")
refuses("two values at the end", program(NONE, dict_of({"w": tensor()})))
refuses("no value at the end", program())
refuses("a mark at the end", program(MARK, dict_of({"w": tensor()})))
refuses("a list as root", program(LIST))
refuses("a dict without tensors", program(dict_of({"epoch": number(3)})))
accepts("a state_dict without tensors", program(dict_of({"state_dict": DICT, "w": tensor()})),
        shows=SHOWN)

# What a pickle may do and a checkpoint does not need.
for name, code in (("DUP", b"2"), ("INT", b"I1\n"),
                   ("LONG", b"L1L\n"), ("INST", b"(ios\nsystem\n"), ("OBJ", b"(o"),
                   ("PERSID", b"Px\n"), 
                   ("EXT1", b"\x82\x01"), ("STACK_GLOBAL", b"\x93"), ("FRAME", b"\x95" + b"\0" * 8),
                   ("MEMOIZE", b"\x94"), ("BINBYTES", b"B\0\0\0\0"), ("NEWOBJ_EX", b"\x92"),
                   ("BYTEARRAY8", b"\x96" + b"\0" * 8), ("zero", b"\0"), ("0xff", b"\xff")):
    refuses(f"opcode {name}", beside(code))
refuses("opcode SHORT_BINSTRING outside the legacy stream", beside(b"U\x01a"))
refuses("opcode BINSTRING outside the legacy stream", beside(b"T\0\0\0\0"))
accepts("a value that is dropped", beside(NONE + NONE + b"0"), shows=SHOWN)
accepts("values that are dropped to a mark", beside(NONE + MARK + NONE + NONE + b"1"), shows=SHOWN)
refuses("a value dropped below the mark", beside(MARK + b"0"))
refuses("no mark to drop to", program(b"1"))

# Code: a function in a pickle is a name, never called, and an error only where a weight should be.
with tempfile.TemporaryDirectory() as folder:
    proof = os.path.join(folder, "executed")
    attack = call("os", "system") + tuple_of(text(f"touch {proof}")) + REDUCE
    accepts("a call beside the weights", beside(attack), shows=SHOWN)
    accepts("a call beside the weights, in use", beside(attack), "w:4", shows="w: 1 2 3 4\n")
    refuses("a call in place of a weight", beside(attack), "w:4", "other:4")
    refuses("a call as root", program(attack))
    refuses("a call as state_dict", program(dict_of({"state_dict": attack})))
    evaluated = call("builtins", "eval") + tuple_of(text(f"open({proof!r}, 'w')")) + REDUCE
    accepts("a call in a call", beside(call("os", "system") + tuple_of(evaluated) + REDUCE),
            shows=SHOWN)
    accepts("an object whose state calls", beside(
        call("argparse", "Namespace") + EMPTY_TUPLE + NEWOBJ + dict_of({"a": attack}) + BUILD),
        shows=SHOWN)
    test.check("nothing was executed", not os.path.exists(proof), proof)
accepts("a global that is not called", beside(call("numpy", "ndarray")), shows=SHOWN)
accepts("a namespace", beside(call("argparse", "Namespace") + EMPTY_TUPLE + NEWOBJ +
                              dict_of({"lr": b"G" + struct.pack(">d", 0.1)}) + BUILD),
        shows="other: no tensor, 'argparse.Namespace'\n")
accepts("an object with items", beside(call("collections", "deque") + EMPTY_TUPLE + REDUCE +
                                       MARK + NONE + NONE + b"e"), shows=SHOWN)
refuses("a similar name", program(dict_of({"w": call("torch._utils", "_rebuild_tensor_v3") +
                                           EMPTY_TUPLE + REDUCE})))
refuses("a function name in another module", program(
    call("collections", "_rebuild_tensor_v2") + EMPTY_TUPLE + REDUCE))
refuses("an object of a known function", beside(ORDERED_DICT + EMPTY_TUPLE + NEWOBJ))
refuses("a call of a dict", beside(DICT + EMPTY_TUPLE + REDUCE))
refuses("a call of a storage class", beside(call("torch", "FloatStorage") + EMPTY_TUPLE + REDUCE))
refuses("arguments in a list", beside(ORDERED_DICT + LIST + REDUCE))
refuses("an ordered dict with arguments", beside(ORDERED_DICT + tuple_of(LIST) + REDUCE))
refuses("state of a tensor", program(dict_of({"w": tensor() + DICT + BUILD})))
accepts("state of an ordered dict", program(
    ORDERED_DICT + EMPTY_TUPLE + REDUCE + MARK + text("w") + tensor() + SETITEMS +
    dict_of({"_metadata": DICT}) + BUILD), shows=SHOWN)

# The stack.
refuses("too few values", program(b"s"))
refuses("a value below the mark", program(DICT, NONE, MARK, NONE, b"s"))
refuses("no mark", program(NONE, TUPLE))
refuses("a tuple of three out of two", program(NONE, NONE, b"\x87"))
accepts("a stack of 4096", beside(tuple_of(*[NONE] * (4096 - 6))), shows=SHOWN)
refuses("a stack of 4097", beside(tuple_of(*[NONE] * (4097 - 6))))
refuses("4097 marks", program(MARK * 4097))
refuses("a dict with a key and no value", program(DICT, MARK, text("w"), SETITEMS))
refuses("items for a list of values", program(LIST, NONE, NONE, SETITEM))
refuses("an element for a dict", program(DICT, NONE, b"a"))
refuses("items for an integer", program(number(1), NONE, NONE, SETITEM))

# The memo.
accepts("the last memo index", beside(NONE + b"r" + struct.pack("<I", 999999)), shows=SHOWN)
refuses("a memo index beyond", beside(NONE + b"r" + struct.pack("<I", 1000000)))
refuses("the largest memo index", beside(NONE + b"r" + b"\xff" * 4))
refuses("a memo index that was not stored", beside(b"h\x07"))
refuses("a memo index beside those stored", beside(tuple_of(NONE, b"q\x08", b"h\x07")))
refuses("a memo of an empty stack", program(b"q\0"))
accepts("a dict in itself", beside(DICT + b"q\0" + text("me") + b"h\0" + SETITEM), shows=SHOWN)

# Depth, strings, integers, steps.
accepts("depth of 64", beside(LIST * 63 + b"a" * 62), shows=SHOWN)
refuses("depth of 65", beside(LIST * 64 + b"a" * 63))
accepts("tuples of depth 64", beside(EMPTY_TUPLE + b"\x85" * 62), shows=SHOWN)
refuses("tuples of depth 65", beside(EMPTY_TUPLE + b"\x85" * 63))
accepts("a string of 64 MB", beside(text("a" * (64 << 20))), shows=SHOWN)
accepts("a key of 64 MB", program(dict_of({"a" * (64 << 20): NONE, "state_dict": dict_of(
    {"w": tensor()})})), shows="state_dict/" + SHOWN)
refuses("a string longer than the pickle", beside(b"X\xff\x0f\0\0abc"))
accepts("a global of 4096 bytes", beside(call("m" * 4096, "n" * 4096)), shows=SHOWN)
refuses("a module of 4097 bytes", beside(call("m" * 4097, "n")))
refuses("a global without end", program(b"cos"))
accepts("an integer of 8 bytes", beside(b"\x8a\x08" + b"\xff" * 8), shows=SHOWN)
accepts("an integer of 9 bytes", beside(b"\x8a\x09" + b"\0" * 9), shows=SHOWN)
accepts("an integer of 255 bytes", beside(b"\x8a\xff" + b"\1" * 255), shows=SHOWN)
accepts("an integer of 70,000 bytes", beside(b"\x8b" + struct.pack("<I", 70000) + b"\1" * 70000),
        shows=SHOWN)
refuses("an integer longer than the pickle", beside(b"\x8b\xff\xff\xff\xff"))
refuses("a storage whose size is an integer of 9 bytes", program(tuple_of(
    text("storage"), call("torch", "FloatStorage"), text("0"), text("cpu"),
    b"\x8a\x09" + b"\1" * 9) + PERSID))
accepts("an integer of no bytes", beside(b"\x8a\0"), shows=SHOWN)
accepts("small integers", beside(tuple_of(b"K\xff", b"M\xff\xff", b"J\xff\xff\xff\xff")),
        shows=SHOWN)

# Each "(e" adds nothing to a list, in two opcodes; "q" notes it in the memo, in one.
rest = 2_000_000 - sum(1 for _ in pickletools.genops(beside(LIST)))
busy = LIST + b"(e" * (rest // 2) + b"q\0" * (rest % 2)
accepts("2 million opcodes", beside(busy), "--count", shows="2 tensors")
refuses("2 million and one opcodes", beside(busy + b"q\0"), "--count")

# Storages.
refuses("a persistent id that is a string", program(text("0"), PERSID))
refuses("a persistent id of another kind", program(tuple_of(
    text("buffer"), call("torch", "FloatStorage"), text("0"), text("cpu"), number(4)), PERSID))
refuses("a persistent id without a size", program(tuple_of(
    text("storage"), call("torch", "FloatStorage"), text("0"), text("cpu")), PERSID))
refuses("a storage of no known class", program(dict_of({"w": tensor(
    where=storage(kind=call("torch", "QInt8Storage")))})), "w:4")
refuses("a storage whose class is an integer", program(storage(kind=number(1))))
refuses("a storage whose class is a function", program(storage(kind=ORDERED_DICT)))
refuses("a storage of -1 elements", program(storage(count=-1)))
refuses("a storage of 2^53 bytes", program(storage(count=2**51)))
refuses("one storage in two sizes", beside(tensor(where=storage(count=3), shape=(3,))))
refuses("one storage in two types", beside(tensor(
    where=storage(kind=call("torch", "IntStorage")))))
refuses("a storage that is a view", program(tuple_of(
    text("storage"), call("torch", "FloatStorage"), text("0"), text("cpu"), number(4),
    tuple_of(text("1"), number(0), number(4))), PERSID))

# Tensors: (shape, strides, first element) on a storage of four.
FITS = [((4,), (1,), 0), ((3,), (1,), 1), ((2, 2), (1, 2), 0), ((2, 2), (2, 1), 0),
        ((2,), (3,), 0), ((7, 2), (0, 3), 0), ((1,), (99,), 3), ((), (), 3), ((0,), (1,), 4),
        ((0, 2**40), (1, 1), 0), ((1, 1, 1, 1, 1, 1, 1, 4), (1,) * 8, 0),
        ((2, 2, 2), (1, 1, 1), 0)]
LEAVES = [((5,), (1,), 0), ((4,), (1,), 1), ((2, 2), (1, 3), 0), ((2, 2), (3, 1), 0),
          ((2,), (4,), 0), ((1,), (1,), 4), ((), (), 4), ((0,), (1,), 5), ((4,), (1,), -1),
          ((2,), (2**62,), 0), ((3,), (2**62,), 0), ((5,), (2**62,), 0), ((2**40,), (1,), 0),
          ((2**50,), (2,), 0), ((2**53,), (0,), 0), ((2**32, 2**32), (0, 0), 0),
          ((2, 2, 2), (1, 2, 1), 0), ((1,), (1,), 2**62), ((1,), (1,), 2**63 - 1)]
for shape, strides, first in FITS:
    accepts(f"a tensor {shape} with strides {strides} at {first}",
            program(dict_of({"w": tensor(shape, strides, first)})))
for shape, strides, first in LEAVES:
    refuses(f"a tensor {shape} with strides {strides} at {first}",
            program(dict_of({"w": tensor(shape, strides, first)})))
refuses("a tensor of 9 dimensions", program(tensor((1,) * 9, (1,) * 9)))
refuses("a tensor with fewer strides than dimensions", program(tensor((2, 2), (1,))))
refuses("a tensor with a negative dimension", program(tensor((-1,), (1,))))
refuses("a tensor with a negative stride", program(tensor((4,), (-1,), 3)))
refuses("a tensor whose shape is a list", program(
    REBUILD + tuple_of(storage(), number(0), LIST, integers(1), FALSE, NONE) + REDUCE))
refuses("a tensor whose shape holds a string", program(
    REBUILD + tuple_of(storage(), number(0), tuple_of(text("4")), integers(1), FALSE, NONE) +
    REDUCE))
refuses("a tensor of a string", program(
    REBUILD + tuple_of(text("0"), number(0), integers(4), integers(1), FALSE, NONE) + REDUCE))
refuses("a tensor of 5 arguments", program(
    REBUILD + tuple_of(storage(), number(0), integers(4), integers(1), FALSE) + REDUCE))
accepts("a tensor of 7 arguments", program(dict_of({"w": REBUILD + tuple_of(
    storage(), number(0), integers(4), integers(1), FALSE, NONE, DICT) + REDUCE})), shows=SHOWN)
refuses("a tensor of 8 arguments", program(
    REBUILD + tuple_of(storage(), number(0), integers(4), integers(1), FALSE, NONE, DICT, NONE) +
    REDUCE))
accepts("a tensor of old files", program(dict_of({"w": call("torch._utils", "_rebuild_tensor") +
        tuple_of(storage(), number(0), integers(4), integers(1)) + REDUCE})), shows=SHOWN)
PARAMETER = call("torch._utils", "_rebuild_parameter")
accepts("a parameter", program(dict_of(
    {"w": PARAMETER + tuple_of(tensor(), TRUE, NONE) + REDUCE})), shows=SHOWN)
refuses("a parameter of an integer", program(PARAMETER + tuple_of(number(1), TRUE, NONE) + REDUCE))
refuses("a parameter of 2 arguments", program(PARAMETER + tuple_of(tensor(), TRUE) + REDUCE))

# The tree of dicts.
MORE = (("0", struct.pack("<4f", 1, 2, 3, 4)), ("1", struct.pack("<4f", 5, 6, 7, 8)))
second = tensor(where=storage("1"))
accepts("a dict beside a tensor", program(dict_of({"w": tensor(), "model": dict_of({"w": second})})),
        storages=MORE, shows="w FloatStorage [4]: 1 2 3 4\nmodel/w FloatStorage [4]: 5 6 7 8\n")
accepts("a dict in a dict", program(dict_of({"a": dict_of({"b": dict_of({"w": tensor()})})})),
        shows="a.b/" + SHOWN)
accepts("a list of dicts", program(dict_of({"a": tuple_of(NONE, dict_of({"w": tensor()}))})),
        shows="a.1/" + SHOWN)
accepts("a dict under an integer", program(DICT + number(-3) + dict_of({"w": tensor()}) + SETITEM),
        shows="-3/" + SHOWN)
accepts("a dict whose key is not printable", program(dict_of({"gr\u00fcn": dict_of({"w": tensor()})})),
        shows="gr\\xc3\\xbcn/" + SHOWN)
accepts("a dict that stands twice is listed once", program(
    DICT, MARK, text("a"), dict_of({"w": tensor()}), b"q\0", text("b"), b"h\0", SETITEMS),
    shows="a/" + SHOWN)
accepts("a dict that is in itself", program(
    DICT, b"q\0", MARK, text("me"), b"h\0", text("w"), tensor(), SETITEMS), shows=SHOWN)
accepts("a key that is no name beside a tensor", program(dict_of({"": NONE, "w": tensor()})),
        shows=SHOWN)
accepts("what no tensor stands beside is not listed", program(dict_of(
    {"n": dict_of({"a": NONE}), "m": dict_of({"w": tensor()})})), shows="m/" + SHOWN)
accepts("keys that are integers", program(dict_of({"w": tensor()})[:-1] + number(0) + NONE +
                                          SETITEMS), shows=SHOWN)
refuses("a tensor named twice", program(DICT + MARK + text("w") + tensor() + text("w") + tensor() +
                                        SETITEMS))
accepts("a name of 512 bytes", program(dict_of({"w" * 512: tensor()})))
refuses("a name of 513 bytes", program(dict_of({"w" * 513: tensor()})))
refuses("an empty name", program(dict_of({"": tensor()})))
refuses("a name with a newline", program(dict_of({"a\nb": tensor()})))
refuses("a name that is not ASCII", program(dict_of({"gr\u00fcn": tensor()})))

test.finish()
