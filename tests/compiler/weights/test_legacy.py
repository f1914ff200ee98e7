"""Purpose: each rule of the stream that torch wrote before 1.6, on both sides of its boundary.
Input: streams spelled out by hand, with a mutation each.
Expectation: read, or refused with the text in golden/legacy.txt.
"""

import struct

import cases
from pickles import *

test = cases.Cases("legacy")

MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")
PROTOCOL = PROTO + b"M\xe9\x03" + STOP
SYSTEM = program(dict_of({"protocol_version": number(1001), "little_endian": TRUE,
                          "type_sizes": dict_of({"int": number(4)})}))
ROOT = program(dict_of({"w": tensor(where=storage(legacy=True))}))
KEYS = program(LIST + MARK + text("0") + b"e")
DATA = struct.pack("<q4f", 4, 1, 2, 3, 4)
SHOWN = "w FloatStorage [4]: 1 2 3 4\n"


def stream(magic=MAGIC, protocol=PROTOCOL, system=SYSTEM, root=ROOT, keys=KEYS, data=DATA):
    return magic + protocol + system + root + keys + data


test.accepts("a plain stream", stream(), shows=SHOWN)

# The beginning.
test.refuses("another magic number", stream(magic=MAGIC.replace(b"\x50", b"\x51")))
test.refuses("half a magic number", MAGIC[:9])
test.refuses("a magic number and nothing else", MAGIC)
test.refuses("a bare pickle", program(dict_of({"w": NONE})))
test.refuses("a pickle of protocol 4", b"\x80\x04" + NONE + STOP)
test.refuses("protocol 1000", stream(protocol=program(number(1000))))
test.refuses("protocol 1002", stream(protocol=program(number(1002))))
test.refuses("a protocol that is a string", stream(protocol=program(text("1001"))))
test.accepts("the protocol as a larger integer", stream(protocol=program(number(1001))),
             shows=SHOWN)
test.refuses("system information that is a list", stream(system=program(LIST)))
test.refuses("a big-endian machine", stream(system=program(dict_of({"little_endian": FALSE}))))
test.refuses("an endianness that is an integer", stream(
    system=program(dict_of({"little_endian": number(1)}))))
test.accepts("no endianness", stream(system=program(DICT)), shows=SHOWN)
test.refuses("a storage in the system information", stream(system=program(
    dict_of({"a": storage(legacy=True)}))))

# The root.
test.refuses("a root that is a list", stream(root=program(LIST), keys=program(LIST), data=b""))
test.refuses("a persistent id of four", stream(root=program(tuple_of(
    text("storage"), call("torch", "FloatStorage"), text("0"), text("cpu")), PERSID)))
test.refuses("a storage that is a view", stream(root=program(tuple_of(
    text("storage"), call("torch", "FloatStorage"), text("0"), text("cpu"), number(4),
    tuple_of(text("1"), number(0), number(4))), PERSID)))
SHORT = ROOT.replace(text("w"), b"U\x01w")
test.accepts("a short string", stream(root=SHORT), shows=SHOWN)
test.accepts("a long string of old pickles", stream(root=ROOT.replace(text("w"), b"T\1\0\0\0w")),
             shows=SHOWN)

# Classes of modules come with their source.
MODULE = tuple_of(text("module"), call("lab", "Net"), text("lab.py"), text("import os\n" * 9000)) + PERSID
STATE = dict_of({"_parameters": dict_of({"w": tensor(where=storage(legacy=True))}),
                 "_buffers": DICT, "_modules": DICT})
test.accepts("a module", stream(root=program(MODULE + EMPTY_TUPLE + NEWOBJ + STATE + BUILD)),
             shows=SHOWN)
test.refuses("a module whose class is a text", stream(root=program(
    tuple_of(text("module"), text("lab.Net"), NONE, NONE) + PERSID)))

# A pickle may have 128 MB, whatever follows it.


def root_of(size):
    w = tensor(where=storage(legacy=True))
    plain = program(dict_of({"w": w, "other": text("")}))
    return program(dict_of({"w": w, "other": text("a" * (size - len(plain)))}))


test.accepts("a root of 128 MB", stream(root=root_of(128 << 20)), shows=SHOWN)
test.refuses("a root of 128 MB and a byte", stream(root=root_of((128 << 20) + 1)))

# The storages.
test.refuses("a list of storages that is a dict", stream(keys=program(DICT)))
test.refuses("a storage that no tensor has", stream(
    keys=program(LIST + MARK + text("0") + text("1") + b"e"), data=DATA + DATA))
test.refuses("a storage key that is an integer", stream(
    keys=program(LIST + MARK + number(0) + b"e")))
test.refuses("a storage that stands twice", stream(
    keys=program(LIST + MARK + text("0") + text("0") + b"e"), data=DATA + DATA))
test.refuses("a storage that is not in the list", stream(keys=program(LIST), data=b""))
test.refuses("one element fewer than the pickle says", stream(data=struct.pack("<q3f", 3, 1, 2, 3)))
test.refuses("one element more than the pickle says", stream(
    data=struct.pack("<q5f", 5, 1, 2, 3, 4, 5)))
test.refuses("a negative count", stream(data=struct.pack("<q4f", -4, 1, 2, 3, 4)))
test.refuses("no count", stream(data=DATA[:7]))
test.refuses("a count and no elements", stream(data=DATA[:8]))
test.refuses("a byte too few", stream(data=DATA[:-1]))
test.refuses("a byte too many", stream(data=DATA + b"\0"))

# Containers before the stream, and whatever else is called .pth.
tar = b"sys_info".ljust(257, b"\0") + b"ustar".ljust(255, b"\0")
test.refuses("a tar archive", tar)
test.refuses("a tar archive cut before its mark", tar[:261])

test.finish()
