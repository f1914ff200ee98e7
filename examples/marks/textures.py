"""The twenty-four textures of the marks: patterns that cover the plane.

TEXTURES[name](u, v, table) gives, for points whose unit is the pattern's period, about the signed
distance from the line between the pattern's two colours. table is 256 random numbers in 0..1, which
patterns without a strict order look up by cell. Only operations that IEEE 754 defines to the bit are
used.
"""

import numpy as np

ROOT3 = 1.7320508075688772


def cell(t):
    """The place in a cell of length 1, from its middle."""
    return t - np.floor(t) - 0.5


def away(t):
    return np.abs(cell(t))


def odd(t):
    """1 in every second cell, else 0."""
    half = np.floor(t) * 0.5
    return 2 * (half - np.floor(half))


def length(x, y):
    return np.sqrt(x * x + y * y)


def chance(i, j, table):
    """A number of the table for the cell i, j."""
    return table[(i.astype(int) * 37 + j.astype(int) * 101) & 255]


def swing(t):
    """From 0 to 1 and back, smoothly, once in a period."""
    s = 2 * away(t)
    return s * s * (3 - 2 * s)


def noise(u, v, table):
    """Random values of the lattice with smooth transitions."""
    i, j = np.floor(u), np.floor(v)
    x, y = u - i, v - j
    x, y = x * x * (3 - 2 * x), y * y * (3 - 2 * y)
    low = chance(i, j, table) * (1 - x) + chance(i + 1, j, table) * x
    high = chance(i, j + 1, table) * (1 - x) + chance(i + 1, j + 1, table) * x
    return low * (1 - y) + high * y


def checks(u, v, table):
    a, b = away(u) - 0.25, away(v) - 0.25
    return np.where(a * b > 0, 1, -1) * np.minimum(np.abs(a), np.abs(b))


def bricks(u, v, table):
    return np.minimum(1 - 2 * away(u / 2 + odd(v) / 2), 0.5 - away(v)) - 0.09


def honeycomb(u, v, table):
    def edge(x, y):
        return 0.5 - np.maximum(np.abs(x), np.abs(x) / 2 + np.abs(y) * (ROOT3 / 2))

    first = edge(cell(u), cell(v / ROOT3) * ROOT3)
    second = edge(cell(u + 0.5), cell(v / ROOT3 + 0.5) * ROOT3)
    return np.maximum(first, second) - 0.09


def turned(u, v, table):
    """The place in the cell, mirrored in every second one by chance."""
    side = np.where(chance(np.floor(u), np.floor(v), table) < 0.5, -1.0, 1.0)
    return cell(u) * side, cell(v)


def arcs(u, v, table):
    x, y = turned(u, v, table)
    near = np.abs(length(x + 0.5, y + 0.5) - 0.5)
    return np.minimum(near, np.abs(length(x - 0.5, y - 0.5) - 0.5)) - 0.1


def maze(u, v, table):
    x, y = turned(u, v, table)
    return np.abs(x - y) * 0.7 - 0.1


def two_nearest(u, v, table):
    """Distances from the nearest two of random points, one in each cell."""
    i, j = np.floor(u), np.floor(v)
    first = second = np.full(u.shape, 9.0)
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            x = i + di + 0.15 + 0.7 * chance(i + di, j + dj, table) - u
            y = j + dj + 0.15 + 0.7 * chance(i + di + 7, j + dj + 3, table) - v
            here = x * x + y * y
            second = np.minimum(second, np.maximum(first, here))
            first = np.minimum(first, here)
    return np.sqrt(first), np.sqrt(second)


def cracks(u, v, table):
    first, second = two_nearest(u, v, table)
    return second - first - 0.12


def plus(u, v, table):
    x, y = away(u), away(v)
    return np.maximum(np.minimum(x, y) - 0.09, np.maximum(x, y) - 0.37)


TEXTURES = {
    "arcs": arcs,
    "blotches": lambda u, v, table: (noise(u, v, table) - 0.5) * 0.6,
    "bricks": bricks,
    "checks": checks,
    "cracks": cracks,
    "dashes": lambda u, v, t: np.maximum(away(v) - 0.13, 2 * away(u / 2 + odd(v) / 2) - 0.65),
    "diamonds": lambda u, v, table: (away(u) + away(v) - 0.36) * 0.7,
    "dots": lambda u, v, table: length(cell(u), cell(v)) - 0.28,
    "grid": lambda u, v, table: np.minimum(away(u), away(v)) - 0.09,
    "honeycomb": honeycomb,
    "marble": lambda u, v, table: np.abs(noise(u, v, table) - 0.5) * 0.8 - 0.07,
    "maze": maze,
    "pebbles": lambda u, v, table: two_nearest(u, v, table)[0] - 0.36,
    "pluses": plus,
    "rings": lambda u, v, table: np.abs(length(cell(u), cell(v)) - 0.32) - 0.08,
    "scales": lambda u, v, t: np.abs(length(cell(u + odd(v) / 2), cell(v) + 0.5) - 0.5) - 0.09,
    "squares": lambda u, v, table: np.abs(np.maximum(away(u), away(v)) - 0.33) - 0.07,
    "staggered": lambda u, v, table: length(cell(u + odd(v) / 2), cell(v)) - 0.28,
    "steps": lambda u, v, table: away(u + np.floor(v) / 4) - 0.25,
    "stripes": lambda u, v, table: away(u) - 0.25,
    "triangles": lambda u, v, table: (v - np.floor(v) + 2 * away(u) - 1) * 0.45,
    "waves": lambda u, v, table: away(u + swing(v / 2) * 0.8) - 0.25,
    "weave": lambda u, v, table: np.where(odd(u) == odd(v), away(u), away(v)) - 0.34,
    "zigzag": lambda u, v, table: (away(v + 2 * away(u / 2)) - 0.25) * 0.7,
}
