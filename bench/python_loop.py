#!/usr/bin/env python3
"""Pictures in, best classes out, in Python: one engine in a process of its own.

    python_loop.py < SETTING.json

The setting is a JSON object: engine; model, weights, onnx, xnc (the tool); images, a folder of JPEG
files; threads; rounds; preprocess, which size, crop_pct, mean and std the network asks for. The engine
goes through all files: decode, resize, crop, normalize, run, the five best classes. Printed as JSON:
pictures a second of the best round, megabytes resident at most, and the first class of each picture.
The part "python" of bench/compare, at the bottom, runs each engine so.
"""

import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from operator import eq

import numpy as np
from alone import resident
from engines import load
from PIL import Image

PICTURES, PHOTO, LOOP_ROUNDS = 32, (640, 480), 3
SHOWN = 5


def make_pictures(folder):
    """Smooth noise with edges, as JPEG files of a photo's size; the same everywhere."""
    for index in range(PICTURES):
        random = np.random.default_rng(index)
        rough = random.integers(0, 256, (12, 16, 3), np.uint8)
        picture = np.asarray(Image.fromarray(rough).resize(PHOTO, Image.BICUBIC)).copy()
        top, left = random.integers(0, 240), random.integers(0, 320)
        picture[top : top + 160, left : left + 200] = random.integers(0, 256, 3, np.uint8)
        Image.fromarray(picture).save(os.path.join(folder, f"{index:02}.jpg"), quality=90)


# ---- engines: each gives a function from a path to the ids of the best classes ----


def compile_network(setting, threads):
    """By the tool and the package of this tree."""
    os.environ["XNC"] = setting["xnc"]
    from compiled import xnc

    return xnc.compile(setting["model"], setting["weights"], threads=threads)


def xnc_engine(setting):
    model = compile_network(setting, setting["threads"])
    return lambda path: [one.class_id for one in model.classify(path, SHOWN)]


def timm_engine(setting):
    import timm
    import torch

    torch.set_num_threads(setting["threads"])
    model = timm.create_model(setting["model"], checkpoint_path=setting["weights"]).eval()
    data = timm.data.resolve_data_config(model.pretrained_cfg)
    transform = timm.data.create_transform(**data, is_training=False)

    def classify(path):
        with torch.inference_mode():
            logits = model(transform(Image.open(path).convert("RGB"))[None])
        return torch.softmax(logits[0], 0).topk(SHOWN).indices.tolist()

    return classify


def prepared(path, how):
    """timm's transform for evaluation in Pillow and NumPy alone: float32 [3, S, S]."""
    picture, size = Image.open(path).convert("RGB"), how["size"]
    short = int(size / how["crop_pct"])
    scale = short / min(picture.size)
    wide = [short if side == min(picture.size) else int(side * scale) for side in picture.size]
    picture = picture.resize(wide, Image.BICUBIC)
    left, top = (round((side - size) / 2) for side in wide)
    pixels = np.asarray(picture.crop((left, top, left + size, top + size)), np.float32)
    mean, std = (np.array(values, np.float32) for values in (how["mean"], how["std"]))
    return ((pixels / 255 - mean) / std).transpose(2, 0, 1)


def onnxruntime_engine(setting):
    how = setting["preprocess"]
    inputs = np.empty((1, 3, how["size"], how["size"]), np.float32)
    run = load("ONNX Runtime", [setting["onnx"]], inputs, setting["threads"])

    def classify(path):
        inputs[0] = prepared(path, how)
        return np.argsort(-run()[0], kind="stable")[:SHOWN].tolist()

    return classify


# The packages that an engine needs beside those of bench/compare, which leaves out what is missing.
ENGINES = {
    "xnc": (xnc_engine, ()),
    "timm, PyTorch": (timm_engine, ("timm", "torch")),
    "ONNX Runtime": (onnxruntime_engine, ()),
}


def main():
    setting = json.load(sys.stdin)
    classify = ENGINES[setting["engine"]][0](setting)
    paths = sorted(os.path.join(setting["images"], name) for name in os.listdir(setting["images"]))
    classes = [classify(path)[0] for path in paths]  # also warms up
    times = []
    for _ in range(setting["rounds"]):
        begin = time.perf_counter()
        for path in paths:
            classify(path)
        times.append(time.perf_counter() - begin)
    rate = len(paths) / min(times)
    print(json.dumps({"rate": rate, "resident": resident("VmHWM"), "classes": classes}))


# ---- the part of bench/compare ----


def python(bench, model, files, targets):
    """Rows of each engine that is installed, on each number of threads."""
    images = os.path.join(bench.folder, "photos")
    os.makedirs(images, exist_ok=True)
    make_pictures(images)
    setting = {"model": model, "xnc": bench.xnc, "images": images, "rounds": LOOP_ROUNDS}
    setting["weights"] = os.path.join(bench.folder, f"{model}.safetensors")
    (setting["onnx"],) = files[targets[0]]["ONNX Runtime"]
    with compile_network(setting, 1) as compiled:
        how = compiled.preprocess
    setting["preprocess"] = {"size": how.size[0], "crop_pct": how.crop_pct}
    setting["preprocess"] |= {"mean": how.mean, "std": how.std}
    names = [name for name, (_, needs) in ENGINES.items() if all(map(find_spec, needs))]
    for threads in bench.threads:
        ours = None
        for name in names:
            asked = json.dumps(setting | {"engine": name, "threads": threads})
            done = subprocess.run([sys.executable, __file__], input=asked, check=True, text=True,
                                  stdout=subprocess.PIPE)  # fmt: skip
            found = json.loads(done.stdout)
            classes = found.pop("classes")
            ours = ours or classes
            same = sum(map(eq, classes, ours)) / len(ours)
            row = {"model": model, "engine": name, "threads": threads, "same": same}
            yield row | found


if __name__ == "__main__":
    main()
