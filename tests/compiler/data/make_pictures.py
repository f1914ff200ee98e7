"""Pictures of odd sizes, formats and aspect ratios; the same ones each time for a seed.

Needs Pillow to write JPEG.
"""
import random

import numpy as np
from PIL import Image, ImageFile

import png_writer as png

ImageFile.MAXBLOCK = 1 << 20  # or Pillow fails to write some small progressive pictures
SIDES = (1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 127, 224, 255, 298, 299, 300, 318, 331,
         332, 333, 480, 511, 640, 769)
ORIENTED = bytes.fromhex("45786966000049492a00080000000100120103000100000006000000000000")


PNG_KINDS = ((png.GREY, 1), (png.GREY, 2), (png.GREY, 4), (png.GREY, 8), (png.GREY, 16),
             (png.COLOUR, 8), (png.COLOUR, 16), (png.PALETTE, 1), (png.PALETTE, 2), (png.PALETTE, 4),
             (png.PALETTE, 8), (png.GREY_ALPHA, 8), (png.GREY_ALPHA, 16), (png.COLOUR_ALPHA, 8),
             (png.COLOUR_ALPHA, 16))


def size_of(rng):
    """Width and height: often far from each other, sometimes equal."""
    width, height = rng.choice(SIDES), rng.choice(SIDES)
    if rng.random() < 0.3:
        width, height = rng.randint(1, 400), rng.randint(1, 400)
    if rng.random() < 0.15:
        height = width
    while max(width, height) > 100 * min(width, height):  # where Pillow 12 changes the order
        width, height = (width + 1) // 2 + 1, (height + 1) // 2 + 1
    return width, height


def pixels(rng, width, height, channels, most):
    """Waves, an edge and noise: content for which a wrong filter shows."""
    state = np.random.default_rng(rng.getrandbits(32))
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = []
    for _ in range(channels):
        fx, fy, phase = state.uniform(0.01, 1.2, 3)
        wave = 0.5 + 0.5 * np.sin(fx * x + fy * y + 6 * phase)
        wave[(x * fy + y * fx) > state.uniform(0, width + height)] = state.integers(0, 2)
        planes.append(0.7 * wave + 0.3 * state.random((height, width)))
    return np.clip(np.stack(planes, -1) * most, 0, most).astype(np.int64)


def with_adobe_marker(data, transform):
    """The same JPEG as another program writes it: its marker says what the components mean, 0 for
    RGB or CMYK, 1 for YCbCr, 2 for YCCK."""
    at, kept = 2, data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
    while data[at + 1] != 0xDB:  # before the tables there are only APP markers
        end = at + 2 + int.from_bytes(data[at + 2:at + 4], "big")
        kept += b"" if data[at + 1] in (0xE0, 0xEE) else data[at:end]
        at = end
    return kept + data[at:]


def write_jpeg(rng, path, width, height, mode=None, **special):
    mode = mode or rng.choice(("RGB", "RGB", "RGB", "L", "CMYK"))
    channels = {"RGB": 3, "L": 1, "CMYK": 4}[mode]
    values = pixels(rng, width, height, channels, 255).astype(np.uint8)
    image = Image.fromarray(values[:, :, 0] if channels == 1 else values, mode)
    how = {"quality": rng.choice((10, 50, 75, 90, 95, 100)), "progressive": rng.random() < 0.3,
           "optimize": rng.random() < 0.3}
    if channels == 3:
        how["subsampling"] = rng.choice((0, 1, 2))
    if rng.random() < 0.3:
        how["exif"] = ORIENTED  # asks for a rotation that nobody makes
    how.update(special)
    transform = how.pop("transform", rng.choice((None, None, 0, 2 if channels == 4 else 1)))
    image.save(path, "JPEG", **how)
    if channels > 1 and transform is not None:
        path.write_bytes(with_adobe_marker(path.read_bytes(), transform))
    return f"jpeg {mode} {how} transform {transform}"


def write_png(rng, path, width, height):
    kind, bits = rng.choice(PNG_KINDS)
    most, palette, transparent = (1 << bits) - 1, None, None
    if (kind, bits) == (png.GREY, 16) and rng.random() < 0.7:
        most = 300  # mostly below 256, beyond which everything is white
    values = pixels(rng, width, height, png.CHANNELS[kind], most)
    if kind == png.PALETTE:
        # Sometimes fewer colours than indexes would allow. None is missing: Pillow 9 makes up greys.
        colours = most + 1 if rng.random() < 0.7 else max(1, most // 2)
        palette = pixels(rng, colours, 1, 3, 255)[0]
        values %= colours
    if rng.random() < 0.3 and kind in (png.GREY, png.COLOUR, png.PALETTE):
        transparent = {png.GREY: b"\0\1", png.COLOUR: b"\0\1\0\2\0\3",
                       png.PALETTE: bytes(range(0, 200, 60))[:1 << bits]}[kind]
        if palette is not None:
            transparent = transparent[:len(palette)]
    interlaced = rng.random() < 0.3
    png.write(path, values, kind, bits, palette, transparent, interlaced)
    return f"png kind {kind} bits {bits} interlaced {interlaced} transparent {transparent}"


def make_handful(folder):
    """The small ones that are kept in pictures/: one of each kind."""
    rng = random.Random(7)
    for name, how in (("turned_420", dict(mode="RGB", subsampling=2, exif=ORIENTED)),
                      ("progressive_444", dict(mode="RGB", progressive=True, subsampling=0)),
                      ("adobe_rgb", dict(mode="RGB", transform=0)), ("grey", dict(mode="L")),
                      ("cmyk", dict(mode="CMYK", transform=0)),
                      ("ycck", dict(mode="CMYK", transform=2))):
        write_jpeg(rng, folder / f"{name}.jpg", rng.randint(20, 60), rng.randint(20, 60),
                   **{"quality": 75, "transform": None, **how})
    for number, (kind, bits) in enumerate(PNG_KINDS):
        width, height = rng.randint(3, 40), rng.randint(3, 40)
        name = {png.GREY: "grey", png.COLOUR: "colour", png.PALETTE: "palette",
                png.GREY_ALPHA: "grey_alpha", png.COLOUR_ALPHA: "colour_alpha"}[kind]
        values = pixels(rng, width, height, png.CHANNELS[kind], min((1 << bits) - 1, 300))
        values <<= 8 if bits == 16 and kind != png.GREY else 0
        palette = pixels(rng, 1 << bits, 1, 3, 255)[0] if kind == png.PALETTE else None
        transparent = {png.GREY: b"\0\1", png.PALETTE: b"\0\x80"}.get(kind)
        png.write(folder / f"{name}_{bits}.png", values, kind, bits, palette, transparent,
                  interlaced=number % 2 == 0)
    values = pixels(rng, 9, 9, 1, 15)  # indexes without a colour are black
    png.write(folder / "palette_short.png", values, png.PALETTE, 4, [(200, 100, 50), (0, 255, 9)])
    png.write(folder / "narrow.png", pixels(rng, 90, 1, 3, 255), png.COLOUR, 8)


def make(folder, count, seed=1):
    """(path, what it is) of each picture."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        width, height = size_of(rng)
        jpeg = rng.random() < 0.45
        path = folder / f"{number:03}.{'jpg' if jpeg else 'png'}"
        text = (write_jpeg if jpeg else write_png)(rng, path, width, height)
        made.append((path, f"{width}x{height} {text}"))
    return made
