"""Purpose: a file that is no checkpoint of PyTorch or Keras is recognised, and the message says what to do.
Input: the first bytes of each kind as its writers lay them out, and zip archives by their entries.
Expectation: a refusal with the text in golden/foreign.txt.
"""

import io
import os
import struct
import tempfile
import zipfile

import cases

test = cases.Cases("foreign")
test.tool = os.path.abspath(test.tool)
ZEROS = bytes(400)

# ONNX: ir_version 8, producer "pytorch". SavedModel: schema version 1, a graph. Both are protocol
# buffers, as is what begins the index of a checkpoint of TensorFlow.
FILES = {
    "HDF5 behind a user block": bytes(512) + b"\x89HDF\r\n\x1a\n" + ZEROS,
    "ONNX": b"\x08\x08\x12\x07pytorch\x1a\x051.13" + ZEROS,
    "ONNX without a producer": b"\x08\x07:\xf0\x01" + ZEROS,
    "TensorFlow, SavedModel": b"\x08\x01\x12\xe0\x01" + ZEROS,
    "TensorFlow, index of a checkpoint": b"\0\0\x06\x08\x01\x1a\x02\x08\x01" + ZEROS,
    "TensorFlow Lite": b"\x1c\0\0\0TFL3" + ZEROS,
    "Flax": b"\x81\xa6params\x82" + ZEROS,
    "GGUF": b"GGUF\3\0\0\0" + ZEROS,
    "MXNet": struct.pack("<QQ", 0x112, 0) + ZEROS,
    "ExecuTorch": b"\x20\0\0\0ET12" + ZEROS,
    "numpy array": b"\x93NUMPY\1\0v\0{'descr'" + ZEROS,
    "MATLAB": b"MATLAB 5.0 MAT-file" + ZEROS,
    "packed weights": b"XNCBLOB\0" + ZEROS,
    "gzip": b"\x1f\x8b\x08\0" + ZEROS,
    "bzip2": b"BZh9" + ZEROS,
    "xz": b"\xfd7zXZ\0" + ZEROS,
    "zstd": b"\x28\xb5\x2f\xfd" + ZEROS,
    "7-Zip": b"7z\xbc\xaf\x27\x1c" + ZEROS,
    "RAR": b"Rar!\x1a\7" + ZEROS,
    "JPEG": b"\xff\xd8\xff\xe0" + ZEROS,
    "PNG": b"\x89PNG\r\n\x1a\n" + ZEROS,
    "a web page": b"<!DOCTYPE html><html>" + ZEROS,
    "a web page after a line": b"\n<html>" + ZEROS,
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "a server's answer": b"Entry not found",
    "a refusal of a server": b"Invalid username or password.",
    "JSON": b'{"architecture": "xception41"}',
    "nothing known": b"hello, world" + ZEROS,
    "two bytes": b"PK",
}
for title, data in FILES.items():
    test.refuses(title, data)

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for name in ("model.ckpt.data-00000-of-00001", "xception.caffemodel", "xception.weights.json"):
        with open(name, "wb") as file:
            file.write(struct.pack("<100f", *range(100)))
        test.refuses(name, name)
    os.chdir(cases.HERE)

# An archive is told by an entry: title, the names of its entries.
ARCHIVES = {
    "npz": ["arr_0.npy", "arr_1.npy"],
    "TorchServe": ["MAR-INF/MANIFEST.json", "weights.pth"],
    "the first TorchScript": ["net/version", "net/model.json", "net/tensors/0"],
    "torch.export": ["net/archive_format", "net/models/model.json", "net/data/weights/weight_0"],
    "torch.package": ["net/.data/extern_modules", "net/lab.py", "net/model/model.pkl"],
    "a checkpoint in an archive": ["README.md", "runs/best.ckpt"],
    "pictures": ["a.jpg", "b.jpg"],
}
for title, names in ARCHIVES.items():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"content")
    test.refuses(title, out.getvalue())

test.finish()
