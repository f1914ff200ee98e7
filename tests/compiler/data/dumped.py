"""Cases for pictures_dump, and what it says about them."""
import subprocess

import numpy as np

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def settings(size=(299, 299), crop_pct=0.903, interpolation="bicubic", crop_mode="center", channels=3,
             mean=HALF[0], std=HALF[1], exif=False, margin=0, box=None):
    return dict(size=tuple(size), crop_pct=crop_pct, interpolation=interpolation,
                crop_mode=crop_mode, channels=channels, mean=tuple(mean), std=tuple(std), exif=exif,
                margin=margin, box=box)


def line(path, how):
    words = [path, *how["size"], how["crop_pct"], how["interpolation"], how["crop_mode"],
             how["channels"], *how["mean"], *how["std"], int(how.get("exif", False)),
             how.get("margin", 0), ",".join(map(str, how.get("box") or ["whole"]))]
    return " ".join(map(str, words)) + "\n"


def dump(tool, cases):
    """(RGB pixels, crop, floats), or None for a picture that is refused, of each (path, settings)."""
    run = subprocess.run([tool], input="".join(line(*case) for case in cases).encode(),
                         capture_output=True, check=True)
    data, at, results = run.stdout, 0, []
    for _, how in cases:
        end = data.index(b"\n", at)
        words = data[at:end].split()
        at = end + 1
        if words == [b"refused"]:
            results.append(None)
            continue
        width, height = map(int, words)
        shape = (*how["size"], how["channels"])
        planes = (how["channels"], *how["size"])
        arrays = []
        for kind, dims in ((np.uint8, (height, width, 3)), (np.uint8, shape), ("<f4", planes)):
            count = int(np.prod(dims))
            arrays.append(np.frombuffer(data, kind, count, at).reshape(dims))
            at += arrays[-1].nbytes
        results.append(tuple(arrays))
    assert at == len(data)
    return results
