"""Draws the pictures of the ten shapes: what the small network is trained on and tested with.

    python3 render.py FOLDER [COUNT [SEED]]    COUNT pictures as FOLDER/LABEL/NUMBER.png

picture(seed, number) gives a label and a picture, the same one everywhere: the stream of numpy's
RandomState is frozen for good, the arithmetic is plain, and what reaches the file is rounded to 8
bits. A shape has any place, size, rotation and colour, and is a little stretched; the background is
flat, a gradient, stripes or blotches with thin lines across; noise lies over all. The seed keeps
sets apart: pictures of two seeds are never the same. Needs numpy alone.
"""

import math
import pathlib
import struct
import sys
import zlib

import numpy as np

TEST_SEED, TEST_COUNT = 2, 1000  # the pictures that the network never saw (train.py has seed 1)
SHORTER_EDGE = (64, 128)  # pixels
LONGER_EDGE = 1.4  # of the shorter one
RADIUS = (0.2, 0.38)  # of the shorter edge
MARGIN = 0.06  # of the shorter edge, outside the centre crop of models/xception_mini.yaml
STRETCH = 0.13
CONTRAST = 0.3  # the fill and the background differ by this in one of the channels at least


def disc(x, y, radius=1.0, at=(0.0, 0.0)):
    """Distances from a circle, negative inside, as all shapes below."""
    return np.sqrt((x - at[0]) ** 2 + (y - at[1]) ** 2) - radius


def polygon(x, y, corners):
    nearest = np.full(x.shape, np.inf)
    inside = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
        ex, ey = bx - ax, by - ay
        along = np.clip(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey), 0, 1)
        nearest = np.minimum(nearest, (x - ax - along * ex) ** 2 + (y - ay - along * ey) ** 2)
        if ey != 0:
            crossed = (ay > y) != (by > y)
            inside ^= crossed & (x < (y - ay) * ex / ey + ax)
    return np.where(inside, -1, 1) * np.sqrt(nearest)


def corners_on_circles(*radii, count):
    """count corners around the centre; their distances from it are radii, in turn."""
    turns = [math.tau * i / count for i in range(count)]
    return [
        (math.sin(turn) * radii[i % len(radii)], math.cos(turn) * radii[i % len(radii)])
        for i, turn in enumerate(turns)
    ]


ARROW = [(-1, 0.28), (0.1, 0.28), (0.1, 0.75), (1, 0), (0.1, -0.75), (0.1, -0.28), (-1, -0.28)]
PLUS = [(0.3, 1), (0.3, 0.3), (1, 0.3), (1, -0.3), (0.3, -0.3), (0.3, -1)]
PLUS = PLUS + [(-x, -y) for x, y in PLUS]
HEART = [(0, -1), (0.97, 0.1), (0.5, 0.3), (0, 0.3), (-0.5, 0.3), (-0.97, 0.1)]


def crescent(x, y):
    return np.maximum(disc(x, y), -disc(x, y, 0.88, (0.52, 0.0)))


def heart(x, y):
    lobes = np.minimum(disc(x, y, 0.53, (-0.5, 0.4)), disc(x, y, 0.53, (0.5, 0.4)))
    return np.minimum(lobes, polygon(x, y, HEART))


# Distances by label, in the alphabetical order of the classes.
SHAPES = {
    "arrow": lambda x, y: polygon(x, y, ARROW),
    "circle": lambda x, y: disc(x, y),
    "crescent": crescent,
    "cross": lambda x, y: polygon(x, y, PLUS),
    "heart": heart,
    "ring": lambda x, y: np.abs(disc(x, y, 0.78)) - 0.22,
    "semicircle": lambda x, y: np.maximum(disc(x, y + 0.4), -0.4 - y),
    "square": lambda x, y: polygon(x, y, corners_on_circles(1, count=4)),
    "star": lambda x, y: polygon(x, y, corners_on_circles(1, 0.45, count=10)),
    "triangle": lambda x, y: polygon(x, y, corners_on_circles(1, count=3)),
}
LABELS = list(SHAPES)


def blotches(random, height, width):
    """Random values of a coarse grid, with straight lines between them."""
    rows, columns = random.randint(3, 8, 2)
    grid = random.random_sample((rows + 1, columns + 1))
    y = np.arange(height)[:, None] * (rows / height)
    x = np.arange(width)[None, :] * (columns / width)
    top, left = y.astype(int), x.astype(int)
    upper = grid[top, left] * (1 - x + left) + grid[top, left + 1] * (x - left)
    lower = grid[top + 1, left] * (1 - x + left) + grid[top + 1, left + 1] * (x - left)
    return upper * (1 - y + top) + lower * (y - top)


def ramp(random, x, y):
    """From 0 to 1 across the picture, in a random direction."""
    turn = random.uniform(0, math.tau)
    along = x * math.cos(turn) + y * math.sin(turn)
    return (along - along.min()) / (along.max() - along.min())


def stripes(random, x, y):
    return np.clip(np.abs(ramp(random, x, y) * random.randint(3, 9) % 1 - 0.5) * 8 - 1.5, 0, 1)


def background(random, x, y, colour):
    """A colour and a neighbour of it, mixed by a pattern, with thin lines across."""
    patterns = (
        lambda: np.zeros(x.shape),
        lambda: ramp(random, x, y),
        lambda: stripes(random, x, y),
        lambda: blotches(random, *x.shape),
    )
    mix = patterns[random.randint(len(patterns))]()[..., None]
    canvas = colour + mix * random.uniform(-0.2, 0.2, 3)
    for _ in range(random.randint(4)):
        at, turn = random.uniform(0.1, 0.9, 2), random.uniform(0, math.tau)
        away = (x - at[0] * x.max()) * math.cos(turn) + (y - at[1] * y.max()) * math.sin(turn)
        line = np.clip(random.uniform(0.7, 1.5) - np.abs(away), 0, 1)[..., None]
        canvas = canvas + line * (random.random_sample(3) - canvas)
    return canvas


def coverage(random, label, x, y):
    """How much of each pixel the shape covers."""
    height, width = x.shape
    edge = min(height, width)
    radius = edge * random.uniform(*RADIUS)
    room = edge * (0.5 - MARGIN) - radius
    left = x - width / 2 - random.uniform(-room, room)
    up = y - height / 2 - random.uniform(-room, room)
    turn = random.uniform(0, math.tau)
    along = left * math.cos(turn) + up * math.sin(turn)
    across = up * math.cos(turn) - left * math.sin(turn)
    along = along / radius / (1 + random.uniform(-STRETCH, STRETCH))
    across = across / radius / (1 + random.uniform(-STRETCH, STRETCH))
    return np.clip(0.5 - SHAPES[label](along, across) * radius, 0, 1)[..., None]


def two_colours(random):
    while True:
        fill, ground = random.random_sample((2, 3))
        if np.abs(fill - ground).max() >= CONTRAST:
            return fill, ground


def picture(seed, number):
    """(label, height x width x 3 array of bytes) of a picture of the set with that seed."""
    random = np.random.RandomState([seed, number])
    label = LABELS[number % len(LABELS)]
    edge = random.randint(SHORTER_EDGE[0], SHORTER_EDGE[1] + 1)
    longer = int(edge * random.uniform(1, LONGER_EDGE))
    height, width = (edge, longer) if random.randint(2) else (longer, edge)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    fill, ground = two_colours(random)
    canvas = background(random, x, y, ground)
    shade = fill + ramp(random, x, y)[..., None] * random.uniform(-0.15, 0.15, 3)
    canvas = canvas + coverage(random, label, x, y) * (shade - canvas)
    noise = random.uniform(0, 0.15)
    canvas = canvas + random.uniform(-noise, noise, canvas.shape)
    return label, np.floor(np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)


def write_png(path, pixels):
    """8-bit RGB, rows unfiltered."""
    def chunk(kind, data):
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows, 1))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))


def write_set(folder, count=TEST_COUNT, seed=TEST_SEED):
    """Writes a labelled set; gives the paths in the order of their numbers."""
    paths = []
    for number in range(count):
        label, pixels = picture(seed, number)
        paths.append(folder / label / f"{number:04}.png")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        write_png(paths[-1], pixels)
    return paths


if __name__ == "__main__":
    write_set(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:]))
