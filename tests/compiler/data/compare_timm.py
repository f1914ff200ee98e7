#!/usr/bin/env python3
"""Compares decoders and preprocessing with Pillow and timm's transform: equal pixels after decoding,
equal bytes after resize and crop, equal floats after normalization.

  compare_timm.py TOOL [COUNT]     TOOL is pictures_dump of the build; 300 made pictures by default
  compare_timm.py TOOL --write     writes pictures/ and, for the pictures in it, golden.json

Needs timm, torch, torchvision and Pillow below 13. Pillow 13 begins with the columns where the height
shrinks by more than twice as many pixels as the width, which moves some values there.
"""
import hashlib
import json
import pathlib
import random
import sys
import tempfile
import warnings

import numpy as np
import PIL
import timm
from PIL import Image
from timm.data.transforms_factory import create_transform

import dumped
import make_pictures

HERE = pathlib.Path(__file__).resolve().parent
STAGES = ("decoded", "crop", "input")


def random_settings(rng):
    mean, std = rng.choice((dumped.HALF, dumped.IMAGENET, ((0.1, 0.3, 0.9), (1.0, 0.2, 0.31))))
    return dumped.settings(rng.choice(((299, 299), (299, 299), (224, 224), (96, 128), (65, 31))),
                           rng.choice((0.8975, 0.903, 0.94, 0.875, 1.0, 0.5)),
                           rng.choice(("bicubic", "bilinear")),
                           rng.choice(("center", "squash", "border")),
                           rng.choice((3, 3, 3, 1)), mean, std)


def expect(path, how):
    """What Pillow and timm make of a picture; None where they refuse it."""
    try:
        image = Image.open(path).convert("RGB")
    except Exception:  # whatever a damaged file raises
        return None
    channels = how["channels"]
    transform = create_transform((3, *how["size"]), interpolation=how["interpolation"],
                                 crop_pct=how["crop_pct"], crop_mode=how["crop_mode"],
                                 mean=how["mean"][:channels], std=how["std"][:channels])
    decoded = np.asarray(image)
    seen = image if channels == 3 else Image.open(path).convert("L")
    try:
        floats = transform(seen).numpy()
    except ValueError as error:
        assert "must be > 0" in str(error), error
        return None
    for step in transform.transforms[:2]:
        seen = step(seen)
    return decoded, np.asarray(seen).reshape(*how["size"], channels), floats


def compare(tool, count):
    rng = random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        made = make_pictures.make(pathlib.Path(folder), count)
        cases = [(path, random_settings(rng)) for path, _ in made]
        wrong = refused = 0
        for (path, how), (_, text), found in zip(cases, made, dumped.dump(tool, cases)):
            wanted = expect(path, how)
            refused += wanted is None
            if (wanted is None) != (found is None):
                print(f"{path.name} ({text}), {how}: refused by {'timm' if found else 'us'} alone")
                wrong += 1
                continue
            for stage, a, b in zip(STAGES, wanted or (), found or ()):
                if not np.array_equal(a, b):
                    print(f"{path.name} ({text}), {how}: {stage} differs")
                    wrong += 1
                    break
    print(f"{count} pictures, {refused} of them refused by both, {wrong} differ "
          f"(timm {timm.__version__}, Pillow {PIL.__version__})")
    return wrong == 0


def digests(arrays):
    return [hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for array in arrays]


def write_golden():
    golden = []
    make_pictures.make_handful(HERE / "pictures")
    for number, path in enumerate(sorted((HERE / "pictures").iterdir())):
        rng = random.Random(number)
        for _ in range(3):
            how = random_settings(rng)
            wanted = expect(path, how)
            golden.append(dict(picture=path.name, settings=how,
                               digests=wanted and dict(zip(STAGES, digests(wanted)))))
    origin = f"timm {timm.__version__}, Pillow {PIL.__version__}"
    lines = ",\n".join(map(json.dumps, golden))
    (HERE / "golden.json").write_text(f'{{"origin": "{origin}", "cases": [\n{lines}\n]}}\n')


def main():
    assert int(PIL.__version__.split(".")[0]) < 13, "Pillow 13 resizes in another order"
    warnings.filterwarnings("ignore")
    if sys.argv[2:] == ["--write"]:
        write_golden()
    elif not compare(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 300):
        sys.exit(1)


if __name__ == "__main__":
    main()
