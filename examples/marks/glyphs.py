"""The forty glyphs of the marks, drawn with a pen of any width.

A glyph is a text of lines, a line is its corners, a corner two digits: x from 0 to 4 and y from 0 to 6,
upwards. distance() says how far each point is from the nearest line.
"""

import numpy as np

ROUND = "10 30 41 45 36 16 05 01 10"
BOWL = "00 06 36 45 44 33 03"
GLYPHS = {
    "A": "00 26 40, 12 32",
    "B": f"{BOWL}, 33 42 41 30 00",
    "C": "45 36 16 05 01 10 30 41",
    "D": "00 06 26 44 42 20 00",
    "E": "46 06 00 40, 03 33",
    "F": "46 06 00, 03 33",
    "G": "45 36 16 05 01 10 30 41 43 23",
    "H": "00 06, 40 46, 03 43",
    "J": "46 41 30 10 01",
    "K": "00 06, 46 03 40",
    "L": "06 00 40",
    "M": "00 06 23 46 40",
    "N": "00 06 40 46",
    "O": ROUND,
    "P": BOWL,
    "Q": f"{ROUND}, 22 40",
    "R": f"{BOWL}, 23 40",
    "S": "45 36 16 05 04 13 33 42 41 30 10 01",
    "T": "06 46, 20 26",
    "U": "06 01 10 30 41 46",
    "V": "06 20 46",
    "W": "06 10 23 30 46",
    "X": "00 46, 06 40",
    "Y": "06 23 46, 23 20",
    "Z": "06 46 00 40",
    "arrow": "20 26, 04 26 44",
    "hash": "10 16, 30 36, 02 42, 04 44",
    "hourglass": "00 40 06 46 00",
    "house": "00 03 26 43 40 00",
    "pi": "06 46, 10 16, 30 36",
    "psi": "20 26, 06 04 13 33 44 46",
    "sigma": "46 06 23 00 40",
    "two": "05 16 36 45 44 00 40",
    "three": "05 16 36 45 44 33 23, 33 42 41 30 10 01",
    "four": "30 36 02 42",
    "five": "46 06 03 33 42 41 30 00",
    "six": "36 16 05 01 10 30 41 42 33 03",
    "seven": "06 46 20",
    "eight": "13 04 05 16 36 45 44 33 13 02 01 10 30 41 42 33",
    "nine": "10 30 41 45 36 16 05 04 13 43",
}


def corners(line):
    """Points of a line; the centre is the origin, the glyph is two units high."""
    return [((int(word[0]) - 2) / 3, (int(word[1]) - 3) / 3) for word in line.split()]


def strokes(name):
    """The straight pieces of a glyph: pairs of points."""
    lines = [corners(line) for line in GLYPHS[name].split(",")]
    return [pair for line in lines for pair in zip(line, line[1:])]


def distance(pieces, x, y):
    """Of each point from the nearest piece."""
    nearest = np.full(x.shape, np.inf)
    for (ax, ay), (bx, by) in pieces:
        ex, ey = bx - ax, by - ay
        dx, dy = x - ax, y - ay
        along = np.minimum(np.maximum((dx * ex + dy * ey) / (ex * ex + ey * ey), 0), 1)
        dx, dy = dx - along * ex, dy - along * ey
        nearest = np.minimum(nearest, dx * dx + dy * dy)
    return np.sqrt(nearest)
