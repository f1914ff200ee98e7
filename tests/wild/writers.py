"""Checkpoints written without torch: what torch.save and safetensors would write for plain data.

    tensor = Tensor("F32", (2, 3), data)        data: little-endian bytes in C order
    torch_zip({"model": {"fc.bias": tensor}}, folder="run 3")      -> bytes
    torch_legacy(...), safetensors(...)                             -> bytes

The pickler is Python's own; modules and classes of torch and numpy that it names are stand-ins.
"""

import collections
import io
import json
import pickle
import struct
import sys
import types
import zipfile

BYTES = {"F32": 4, "F64": 8, "I64": 8}
STORAGES = {"F32": "FloatStorage", "F64": "DoubleStorage", "I64": "LongStorage"}
MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


class Tensor:
    def __init__(self, kind, shape, data):
        self.kind, self.shape, self.data = kind, tuple(shape), data


class Storage:
    """The pickler's persistent ids stand for these."""

    def __init__(self, tensor, key):
        self.tensor, self.key = tensor, key


def stand_in(module, name, value):
    """The value of a name in a module that pickles can refer to: what is there, else this."""
    known = getattr(sys.modules.get(module), name, None)
    if known:
        return known
    path = ""
    for part in module.split("."):
        path = f"{path}.{part}" if path else part
        sys.modules.setdefault(path, types.ModuleType(path))
    value.__module__, value.__qualname__, value.__name__ = module, name, name
    setattr(sys.modules[module], name, value)
    return value


def rebuild(*_):
    raise AssertionError("nothing is unpickled here")


REBUILD = stand_in("torch._utils", "_rebuild_tensor_v2", rebuild)
CLASSES = {kind: stand_in("torch", name, type(name, (), {})) for kind, name in STORAGES.items()}


class Opaque:
    """An object of any class: called with arguments, then given a state."""

    def __init__(self, module, name, arguments=(), state=None):
        self.maker = stand_in(module, name, lambda *_: None)
        self.arguments, self.state = arguments, state


def strides(shape):
    count, found = 1, []
    for size in reversed(shape):
        found.append(count)
        count *= size
    return tuple(reversed(found))


class Pickler(pickle.Pickler):
    def __init__(self, out, legacy):
        super().__init__(out, protocol=2)
        self.legacy, self.storages = legacy, {}

    def persistent_id(self, obj):
        if not isinstance(obj, Storage):
            return None
        count = len(obj.tensor.data) // BYTES[obj.tensor.kind]
        found = ("storage", CLASSES[obj.tensor.kind], obj.key, "cpu", count)
        return found + (None,) if self.legacy else found

    def reducer_override(self, obj):
        if isinstance(obj, Tensor):
            storage = self.storages.setdefault(id(obj), Storage(obj, str(len(self.storages))))
            return REBUILD, (storage, 0, obj.shape, strides(obj.shape), False,
                             collections.OrderedDict())
        if isinstance(obj, Opaque):
            made = (obj.maker, obj.arguments)
            return made if obj.state is None else made + (obj.state,)
        return NotImplemented


def pickled(root, legacy):
    """The pickle, and its storages in the order of their keys."""
    out = io.BytesIO()
    pickler = Pickler(out, legacy)
    pickler.dump(root)
    return out.getvalue(), list(pickler.storages.values())


def torch_zip(root, folder="archive"):
    out = io.BytesIO()
    data, storages = pickled(root, legacy=False)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{folder}/data.pkl", data)
        archive.writestr(f"{folder}/byteorder", "little")
        for storage in storages:
            archive.writestr(f"{folder}/data/{storage.key}", storage.tensor.data)
        archive.writestr(f"{folder}/version", "3\n")
    return out.getvalue()


def torch_legacy(root):
    data, storages = pickled(root, legacy=True)
    system = {"protocol_version": PROTOCOL, "little_endian": True,
              "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [pickle.dumps(part, protocol=2) for part in (MAGIC, PROTOCOL, system)]
    parts += [data, pickle.dumps([storage.key for storage in storages], protocol=2)]
    for storage in storages:
        count = len(storage.tensor.data) // BYTES[storage.tensor.kind]
        parts += [struct.pack("<q", count), storage.tensor.data]
    return b"".join(parts)


def safetensors(tensors):
    header, at = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": tensor.kind, "shape": list(tensor.shape),
                        "data_offsets": [at, at + len(tensor.data)]}
        at += len(tensor.data)
    text = json.dumps(header).encode()
    return (struct.pack("<Q", len(text)) + text
            + b"".join(tensor.data for tensor in tensors.values()))


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    base, header = 8 + length, json.loads(data[8:8 + length])
    return {name: Tensor(row["dtype"], row["shape"],
                         data[base + row["data_offsets"][0]:base + row["data_offsets"][1]])
            for name, row in header.items() if name != "__metadata__"}  # fmt: skip
