#!/usr/bin/env python3
"""Writes options.json: what Pillow makes of pictures with boxes, orientations of EXIF, and the squash
of FaceForensics (Resize((299, 299)), bilinear, mean and deviation 0.5).

  make_options.py      needs Pillow below 13

Each case has the name of a picture in pictures/, an orientation that is written into it (0: the file
as it is), settings of pictures_dump, and digests of the whole picture, the crop and the floats.
"""
import hashlib
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageOps

import dumped
import oriented

HERE = pathlib.Path(__file__).resolve().parent
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# Inside, with halves of pixels, over the edge on each side, larger than the picture.
BOXES = ((5, 4, 10, 12), (3.5, 2.5, 9, 11), (-6, 1, 12, 9.25), (4, -3, 9.5, 8), (12, 8, 500, 600),
         (-40, -40, 1000, 1000))


def boxed(image, box, margin):
    """The part of the picture; crop() rounds the edges."""
    x, y, width, height = box
    if margin:
        side = max(width, height) * margin
        x, y, width, height = x + (width - side) / 2, y + (height - side) / 2, side, side
    return image.crop((max(x, 0), max(y, 0), min(x + width, image.width),
                       min(y + height, image.height)))


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()


def expect(data, how):
    """Digests of the stages; the crop is the whole of a squash."""
    image = Image.open(io.BytesIO(data))
    image = (ImageOps.exif_transpose(image) if how["exif"] else image).convert("RGB")
    seen = boxed(image, how["box"], how["margin"]) if how["box"] else image
    height, width = how["size"]
    crop = np.asarray(seen.resize((width, height), FILTERS[how["interpolation"]]))
    mean, std = (np.asarray(how[key], np.float32) for key in ("mean", "std"))
    floats = (crop.astype(np.float32) / np.float32(255) - mean) / std
    return {"decoded": digest(np.asarray(image)), "crop": digest(crop),
            "input": digest(floats.transpose(2, 0, 1))}


def cases():
    squash = dict(crop_pct=1.0, crop_mode="squash")
    for name in ("turned_420.jpg", "colour_8.png", "cmyk.jpg", "grey_8.png"):
        yield name, 0, dumped.settings(interpolation="bilinear", **squash)
    for name in ("turned_420.jpg", "colour_8.png"):
        for number, box in enumerate(BOXES):
            for margin in (0, 1.3):
                yield name, 0, dumped.settings((61, 47), interpolation=("bicubic", "bilinear")[
                    number % 2], box=box, margin=margin, **squash)
    for name in ("turned_420.jpg", "progressive_444.jpg", "colour_8.png", "palette_4.png",
                 "grey_16.png"):
        for orientation in range(1, 9):
            yield name, orientation, dumped.settings((61, 47), exif=True, **squash)
    for orientation in (1, 3, 6, 8):
        yield "turned_420.jpg", orientation, dumped.settings(
            (61, 47), exif=True, box=(3, 5, 12, 20), margin=1.3, **squash)


def main():
    lines = []
    for name, orientation, how in cases():
        data = (HERE / "pictures" / name).read_bytes()
        data = oriented.turned(name, data, orientation) if orientation else data
        lines.append(json.dumps({"picture": name, "orientation": orientation, "settings": how,
                                 "digests": expect(data, how)}))
    (HERE / "options.json").write_text(
        f'{{"origin": "Pillow {PIL.__version__}", "cases": [\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
