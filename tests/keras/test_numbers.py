"""Purpose: weights of Keras in every format give Keras' numbers on a network that is given by a
description.
Input: fixtures that Keras 3.15 and tf.keras 2.15 wrote (make/), a description of their network that is
right at 32x32, where every map before a pooling is odd, and goldens in float64 from make/odd.py.
Expectation: the interpreter's logits within 1e-5 of the golden's spread; files with the same weights
give the same bits.
"""
import pathlib
import struct
import subprocess
import sys
import tempfile

TOOL, HERE = sys.argv[1], pathlib.Path(__file__).resolve().parent

# The golden, and files with its weights; all but the first give the bits of the first.
FILES = {"like": ["like.keras", "like.h5", "like.weights.h5"],
         "k2_like": ["k2_like.weights_legacy.h5"],
         "k2_tuned_sequential": ["k2_tuned_sequential.h5"],
         "like_float16": ["like_float16.h5"],
         "like_bfloat16": ["like_bfloat16.keras"]}


def array(path):
    """Shape and floats of an array of numpy."""
    data = path.read_bytes()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    words = data[10:start].decode().split("'shape': (")[1].split(")")[0]
    shape = [int(word) for word in words.split(",") if word.strip()]
    return shape, struct.unpack(f"<{(len(data) - start) // 4}f", data[start:])


def write_nchw(path, source):
    """The input with channels first."""
    (n, h, w, c), values = array(source)
    turned = [values[((y * w) + x) * c + k] for k in range(c) for y in range(h) for x in range(w)]
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({n}, {c}, {h}, {w}), }}"
    header = header.ljust(117) + "\n"
    path.write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() +
                     struct.pack(f"<{len(turned)}f", *turned))


def run(home, name):
    out = home / "out.npy"
    subprocess.run([TOOL, "interp", HERE / "like_odd.yaml", home / "x.npy",
                    f"--weights={HERE / name}", "--size=32", "-o", out], check=True,
                   capture_output=True)
    return array(out)[1]


failures = 0
with tempfile.TemporaryDirectory() as folder:
    home = pathlib.Path(folder)
    write_nchw(home / "x.npy", HERE / "like.32x32.x.npy")
    for golden, names in FILES.items():
        wanted = array(HERE / f"{golden}.32x32.logits.npy")[1]
        mean = sum(wanted) / len(wanted)
        spread = (sum((value - mean) ** 2 for value in wanted) / len(wanted)) ** 0.5
        first = run(home, names[0])
        worst = max(abs(a - b) for a, b in zip(first, wanted, strict=True)) / spread
        print(f"{names[0]}: {worst:.1e} of the spread")
        failures += worst > 1e-5
        for name in names[1:]:
            same = run(home, name) == first
            print(f"{name}: {'the same bits' if same else 'OTHER BITS'}")
            failures += not same
sys.exit(1 if failures else 0)
