"""The values of compiler/weights/seed.c, computed with numpy: equal to the bit (tests/golden/README.md)."""

import numpy as np

U64 = np.uint64
GOLDEN = U64(0x9E3779B97F4A7C15)
DRAW_UNIT = 2.0**-24
HALF = 1 << 23
CLASSIFIER_GAIN = 32


def mix(z):
    z = (z ^ (z >> U64(30))) * U64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> U64(27))) * U64(0x94D049BB133111EB)
    return z ^ (z >> U64(31))


def draws(name, count, seed):
    """The first count draws of 24 bits, as int64."""
    digest = 0xCBF29CE484222325
    for byte in name.encode():
        digest = ((digest ^ byte) * 0x100000001B3) & (2**64 - 1)
    with np.errstate(over="ignore"):
        state = mix(np.array([digest], U64) + mix(np.array([seed], U64)))
        z = mix(state + np.arange(1, count + 1, dtype=U64) * GOLDEN)
    return (z >> U64(40)).astype(np.int64)


def vector(name, drawn):
    unit = drawn * DRAW_UNIT
    last = name.rsplit(".", 1)[-1]
    if last in ("running_mean", "bias"):
        return (unit - 0.5) * 0.5
    if last == "running_var":
        return 0.5 + unit
    size = 0.625 + unit * 0.6875
    return np.where((drawn & 15) == 7, -size, size)


def rows(shape, drawn):
    drawn = drawn.reshape(shape[0], -1) - HALF
    depth = drawn.shape[1]
    scale = np.sqrt(3.0 / depth) * (2 * DRAW_UNIT)
    if len(shape) == 2:
        scale *= CLASSIFIER_GAIN
        drawn = drawn - (drawn.sum(1) // depth)[:, None]
    elif shape[1] == 1:
        drawn = drawn - (drawn.sum(1) // (2 * depth))[:, None]
    return drawn * scale


def tensor(name, shape, seed=1):
    """The parameter called name (timm's key) as f32."""
    shape = tuple(shape)
    drawn = draws(name, int(np.prod(shape)), seed)
    values = vector(name, drawn) if len(shape) == 1 else rows(shape, drawn)
    return values.astype(np.float32).reshape(shape)


def image(shape, seed):
    """A picture-like input [N, C, H, W] in f32: squares of one colour and fine noise over them."""
    n, c, h, w = shape
    side = 32 if min(h, w) > 128 else 8
    coarse = (n, c, -(-h // side), -(-w // side))
    squares = draws("squares", int(np.prod(coarse)), seed).reshape(coarse) - HALF
    noise = draws("noise", int(np.prod(shape)), seed).reshape(shape) - HALF
    squares = squares.repeat(side, 2).repeat(side, 3)[:, :, :h, :w]
    return ((squares * 5 + noise * 2) * 2.0**-25).astype(np.float32)


def sample_positions(size):
    """Which elements of an output of this size a golden keeps: all of a small one."""
    if size <= 4096:
        return np.arange(size)
    return np.unique(np.concatenate([[0, size - 1], draws("positions", 1200, size) % size]))
