"""Draws the pictures of the 64 marks: what the network is trained on and tested with.

    python3 render.py FOLDER [COUNT [SEED]]    COUNT pictures as FOLDER/LABEL/NUMBER.png

A mark is one of forty glyphs (glyphs.py) or of twenty-four textures (textures.py). A glyph stands on
a plain, blotched or textured ground, at any place, size and slant, turned by up to 30 degrees; a
texture covers the picture, turned by any angle. Colours are random.
Lines lie behind and across, the light changes over the picture, some pictures are blurred, all are
noisy. Training has harder ones than those that the network is judged by.

picture(seed, number) gives a class and a picture, the same one on every machine: the stream of
numpy's RandomState is frozen for good, every operation on arrays is one that IEEE 754 defines to the
bit, sines are rounded to 20 bits, and the picture to 8. digest() says whether that holds. Pictures
of two seeds are never the same. Needs numpy alone.
"""

import hashlib
import math
import pathlib
import struct
import sys
import zlib
from typing import NamedTuple

import numpy as np
from glyphs import GLYPHS, distance, strokes
from textures import TEXTURES, noise

EDGE = 96  # pixels
TEST_SEED, TEST_COUNT = 2, 5000  # the pictures that the network never saw (train.py has seed 1)
CALIBRATION_SEED, CALIBRATION_COUNT = 3, 300  # those that marks.quant is made of
LABELS = sorted([*GLYPHS, *TEXTURES])
TURN = math.tau / 12  # of a glyph, to each side
BOX = 5  # pixels from one end of the blur to the other


class Difficulty(NamedTuple):
    """How hard the pictures of a set are."""

    contrast: float  # the two colours of a mark differ by this in one of the channels at least
    noise: float  # the most that a picture has


JUDGED, TRAINED = Difficulty(0.35, 0.12), Difficulty(0.16, 0.3)


class Stream:
    """Random numbers of one picture."""

    def __init__(self, seed, number):
        self.numbers = np.random.RandomState([seed, number])

    def many(self, *shape):
        """In 0..1."""
        return self.numbers.random_sample(shape)

    def between(self, low, high):
        return low + (high - low) * self.numbers.random_sample()

    def whole(self, count):
        return int(self.numbers.random_sample() * count)

    def direction(self, most=math.pi):
        """Cosine and sine of an angle of at most so much to each side."""
        angle = self.between(-most, most)
        return tuple(round(f(angle) * 2**20) / 2**20 for f in (math.cos, math.sin))


def clip(values):
    return np.minimum(np.maximum(values, 0), 1)


def plane(edge):
    """Coordinates of the pixels' middles, from the picture's middle; its half edge is 1."""
    line = (np.arange(edge) + 0.5) * (2 / edge) - 1
    return np.broadcast_to(line, (edge, edge)), np.broadcast_to(-line[:, None], (edge, edge))


def turned(x, y, direction, shear=0.0):
    c, s = direction
    x, y = x * c + y * s, y * c - x * s
    return x + shear * y, y


def tilted(stream, x, y):
    """The plane seen from a little aside."""
    depth = 1 + stream.between(-0.18, 0.18) * x + stream.between(-0.18, 0.18) * y
    return x / depth, y / depth


def two_colours(stream, contrast):
    while True:
        fill, ground = stream.many(2, 3)
        if np.abs(fill - ground).max() >= contrast:
            return fill, ground


def texture(stream, name, x, y):
    """How much of each pixel is of the pattern's second colour."""
    edge = x.shape[0]
    period = stream.between(0.13, 0.3)  # of the picture's edge
    u, v = turned(*tilted(stream, x, y), stream.direction(), stream.between(-0.2, 0.2))
    u = u / (2 * period) + stream.between(0, 40)
    v = v / (2 * period * stream.between(0.85, 1.18)) + stream.between(0, 40)
    return clip(0.5 + TEXTURES[name](u, v, stream.many(256)) * (period * edge))


def glyph(stream, name, x, y):
    """How much of each pixel the pen covers."""
    size = stream.between(0.4, 0.72)
    room = 0.95 - size
    x, y = tilted(stream, x - stream.between(-room, room), y - stream.between(-room, room))
    x, y = turned(x, y, stream.direction(TURN), stream.between(-0.3, 0.3))
    x, y = x / (size * stream.between(0.8, 1.2)), y / size
    pen = stream.between(0.09, 0.2)
    return clip(0.5 + (pen - distance(strokes(name), x, y)) * (size * x.shape[0] / 2))


def line(stream, x, y):
    """How much of each pixel a straight line across covers."""
    x, y = turned(x, y, stream.direction())
    width = stream.between(0.01, 0.07)
    return clip(0.5 + (width - np.abs(y - stream.between(-0.9, 0.9))) * (x.shape[0] / 2))


def ground(stream, x, y):
    """What lies behind a glyph, as a mixture of two colours."""
    kind = stream.whole(4)
    if kind == 0:
        return np.zeros(x.shape)
    if kind == 1:
        return clip(noise(x * 2 + 9, y * 2 + 9, stream.many(256)))
    names = sorted(TEXTURES)
    return texture(stream, names[stream.whole(len(names))], x, y) * stream.between(0.3, 0.8)


def lines(stream, canvas, x, y, most):
    """Up to so many lines of any colour over the canvas."""
    for _ in range(stream.whole(most + 1)):
        cover, colour = line(stream, x, y)[..., None], stream.many(3)
        canvas = canvas + cover * stream.between(0.4, 1) * (colour - canvas)
    return canvas


def mark(stream, label, contrast, x, y):
    """The mark in its two colours, with lines behind it if it is a glyph."""
    fill, back = two_colours(stream, contrast)
    canvas = np.broadcast_to(back, (*x.shape, 3))
    if label in TEXTURES:
        return canvas + texture(stream, label, x, y)[..., None] * (fill - back)
    near = back + (stream.many(3) - 0.5) * 0.5
    canvas = canvas + ground(stream, x, y)[..., None] * (near - back)
    canvas = lines(stream, canvas, x, y, 3)
    return canvas + glyph(stream, label, x, y)[..., None] * (fill - canvas)


def lit(stream, canvas, x, y):
    """Light that changes over the picture."""
    shade = turned(x, y, stream.direction())[0][..., None]
    return canvas + shade * (stream.many(3) - 0.5) * 0.5


def blurred(canvas, weight):
    """Mixed with its own mean over a square, by a weight."""
    low, half = canvas, BOX // 2
    for axis in (0, 1):
        wide = np.pad(low, [(half, half) if a == axis else (0, 0) for a in range(3)], "edge")
        shifts = [np.take(wide, range(s, s + low.shape[axis]), axis) for s in range(BOX)]
        low = sum(shifts[1:], shifts[0]) / BOX
    return canvas + weight * (low - canvas)


def noisy(stream, most, canvas):
    """Noise that is nearly normal: the sum of three random numbers."""
    spread = stream.between(0.02, most)
    parts = stream.many(3, *canvas.shape)
    return canvas + (parts[0] + parts[1] + parts[2] - 1.5) * spread


def picture(seed, number, edge=EDGE, difficulty=JUDGED):
    """(class, edge x edge x 3 array of bytes) of a picture of the set with that seed."""
    stream = Stream(seed, number)
    kind = number % len(LABELS)
    x, y = plane(edge)
    canvas = lit(stream, mark(stream, LABELS[kind], difficulty.contrast, x, y), x, y)
    canvas = lines(stream, canvas, x, y, 3)
    canvas = blurred(canvas, max(stream.between(-1, 1), 0))
    canvas = noisy(stream, difficulty.noise, canvas)
    return kind, np.floor(clip(canvas) * 255 + 0.5).astype(np.uint8)


def pictures(seed, count, edge=EDGE, difficulty=JUDGED):
    """The first pictures of a set, count x edge x edge x 3 bytes; the classes go round and round."""
    return np.stack([picture(seed, number, edge, difficulty)[1] for number in range(count)])


def digest(pixels):
    """Tells a set of pictures from any other."""
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def write_png(path, pixels):
    """8-bit RGB, rows unfiltered, not compressed: noise would hardly shrink."""

    def chunk(kind, data):
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))


def write_set(folder, pixels):
    """Writes pictures as a labelled set; gives the paths in the order of their numbers."""
    paths = []
    for number, image in enumerate(pixels):
        paths.append(folder / LABELS[number % len(LABELS)] / f"{number:05}.png")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        write_png(paths[-1], image)
    return paths


def main(folder, count=TEST_COUNT, seed=TEST_SEED):
    pixels = pictures(int(seed), int(count))
    write_set(pathlib.Path(folder), pixels)
    print(digest(pixels))


if __name__ == "__main__":
    main(*sys.argv[1:])
