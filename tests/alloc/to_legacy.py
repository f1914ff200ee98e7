"""A safetensors file as torch's legacy stream, whose reading makes few allocations:

    python3 tests/alloc/to_legacy.py IN.safetensors OUT.pth
"""

import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "compiler", "weights"))
from pickles import *  # noqa: E402

MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")



def legacy(source, target, beside=None):
    """beside: pickled values by key, which then stand with the tensors' dict, "state_dict"."""
    with open(source, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    tensors, keys, storages = {}, b"", b""
    for index, (name, entry) in enumerate(header.items()):
        lo, hi = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        shape, strides = entry["shape"], [1]
        for size in reversed(shape[1:]):
            strides.insert(0, strides[0] * size)
        where = storage(str(index), (hi - lo) // 4, legacy=True)
        tensors[name] = tensor(shape, strides[:len(shape)], 0, where)
        keys += text(str(index)) + b"a"
        storages += struct.pack("<q", (hi - lo) // 4) + data[lo:hi]
    root = DICT + b"".join(text(name) + value + SETITEM for name, value in tensors.items())
    if beside is not None:
        root = dict_of({**beside, "state_dict": root})
    with open(target, "wb") as file:
        file.write(MAGIC + program(number(1001)) + program(dict_of({"little_endian": TRUE})) +
                   program(root) + program(LIST + keys) + storages)


if __name__ == "__main__":
    legacy(*sys.argv[1:3])
