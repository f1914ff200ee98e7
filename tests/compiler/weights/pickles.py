"""Pickles and archives spelled out by hand, for the tests of what torch never writes."""

import struct

MARK, TUPLE, EMPTY_TUPLE, DICT, LIST, STOP = b"(", b"t", b")", b"}", b"]", b"."
SETITEM, SETITEMS, REDUCE, NEWOBJ, BUILD, PERSID = b"s", b"u", b"R", b"\x81", b"b", b"Q"
NONE, FALSE, TRUE, PROTO = b"N", b"\x89", b"\x88", b"\x80\x02"


def text(value):
    if isinstance(value, str):
        value = value.encode()
    return b"X" + struct.pack("<I", len(value)) + value


def number(value):
    """An integer, as BININT or (beyond 32 bits) LONG1."""
    if -2**31 <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def call(module, name):
    return f"c{module}\n{name}\n".encode()


def tuple_of(*items):
    return MARK + b"".join(items) + TUPLE


def integers(*values):
    return tuple_of(*(number(value) for value in values))


def dict_of(items):
    """items: name to pickled value."""
    return DICT + MARK + b"".join(text(key) + value for key, value in items.items()) + SETITEMS


ORDERED_DICT = call("collections", "OrderedDict")
REBUILD = call("torch._utils", "_rebuild_tensor_v2")


def storage(key="0", count=4, kind=call("torch", "FloatStorage"), legacy=False):
    view = [NONE] if legacy else []
    return tuple_of(text("storage"), kind, text(key), text("cpu"), number(count), *view) + PERSID


def tensor(shape=(4,), strides=(1,), first=0, where=None):
    """A tensor on a storage of four floats."""
    return REBUILD + tuple_of(where or storage(), number(first), integers(*shape),
                              integers(*strides), FALSE,
                              ORDERED_DICT + EMPTY_TUPLE + REDUCE) + REDUCE


def program(*parts):
    return PROTO + b"".join(parts) + STOP
