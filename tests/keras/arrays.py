"""Arrays of numpy's format without numpy: the tests need no packages."""
import struct


def array(path):
    """Shape and floats of an array of numpy."""
    data = path.read_bytes()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    words = data[10:start].decode().split("'shape': (")[1].split(")")[0]
    shape = [int(word) for word in words.split(",") if word.strip()]
    return shape, struct.unpack(f"<{(len(data) - start) // 4}f", data[start:])


def channels_first(shape, values):
    """Shape and values of a map whose channels came last."""
    n, h, w, c = shape
    return [n, c, h, w], [values[((i * h + y) * w + x) * c + k] for i in range(n)
                          for k in range(c) for y in range(h) for x in range(w)]  # fmt: skip


def write_nchw(path, source, change=lambda value: value):
    """The array with channels first, and each value changed; gives its shape."""
    shape, values = channels_first(*array(source))
    turned = [change(value) for value in values]
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header = header.ljust(117) + "\n"
    path.write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() +
                     struct.pack(f"<{len(turned)}f", *turned))
    return shape


def distance(got, wanted):
    """The largest difference, as a part of the larger one of deviation and mean magnitude."""
    mean = sum(wanted) / len(wanted)
    spread = (sum((value - mean) ** 2 for value in wanted) / len(wanted)) ** 0.5
    spread = max(spread, sum(map(abs, wanted)) / len(wanted))
    return max(abs(a - b) for a, b in zip(got, wanted, strict=True)) / spread
