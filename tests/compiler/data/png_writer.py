"""Writes PNG files of every kind, also those that Pillow does not write: interlaced ones, grey with
alpha of 16 bits, palettes with transparency.
"""
import struct
import zlib

import numpy as np

GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
# The seven passes of an interlaced picture: first column, first row, step of columns, of rows.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2))


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def filter_rows(rows, distance):
    """Each row with another one of the five filters, in turn; distance is the bytes of a pixel."""
    lines, above = [], np.zeros(rows.shape[1], np.int16)
    for number, row in enumerate(rows.astype(np.int16)):
        left = np.concatenate([np.zeros(distance, np.int16), row])[:len(row)]
        corner = np.concatenate([np.zeros(distance, np.int16), above])[:len(row)]
        guess = left + above - corner
        near = np.stack([abs(guess - left), abs(guess - above), abs(guess - corner)]).argmin(0)
        paeth = np.choose(near, [left, above, corner])
        minus = (0, left, above, (left + above) // 2, paeth)[number % 5]
        lines.append(bytes([number % 5]) + ((row - minus) & 255).astype(np.uint8).tobytes())
        above = row
    return b"".join(lines)


def pack(values, bits):
    """Rows of values (height, width, channels) as rows of bytes."""
    height = values.shape[0]
    flat = values.reshape(height, -1)
    if bits == 16:
        return np.ascontiguousarray(flat.astype(">u2")).view(np.uint8).reshape(height, -1)
    if bits == 8:
        return flat.astype(np.uint8)
    split = (flat[:, :, None] >> np.arange(bits)[::-1]) & 1
    return np.packbits(split.reshape(height, -1).astype(np.uint8), axis=1)


def write(path, values, kind, bits, palette=None, transparent=None, interlaced=False):
    """values is an array of integers (height, width, channels); transparent the content of tRNS."""
    height, width = values.shape[:2]
    values = values.reshape(height, width, CHANNELS[kind])
    distance = max(1, CHANNELS[kind] * bits // 8)
    parts = [values[y::dy, x::dx] for x, y, dx, dy in PASSES] if interlaced else [values]
    rows = b"".join(filter_rows(pack(p, bits), distance) for p in parts if p.size)
    data = b"\x89PNG\r\n\x1a\n" + chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced)))
    data += chunk(b"gAMA", struct.pack(">I", 100000))  # must change nothing
    if palette is not None:
        data += chunk(b"PLTE", np.asarray(palette, np.uint8).tobytes())
    if transparent is not None:
        data += chunk(b"tRNS", bytes(transparent))
    packed = zlib.compress(rows, 9)
    half = len(packed) // 2
    data += chunk(b"IDAT", packed[:half]) + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b"")
    path.write_bytes(data)
