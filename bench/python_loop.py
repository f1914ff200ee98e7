#!/usr/bin/env python3
"""Pictures in, best classes out, in Python: xnc beside timm with PyTorch and ONNX Runtime.

    bench/python_loop.py --xnc build/xnc [xception41] [--images DIR] [--threads 1 2] [--rounds 3]

Each engine has a process of its own, which goes through the same JPEG files: decode, resize, crop,
normalize, run, the five best classes. Printed is a table in Markdown: pictures a second of the best
round, the largest resident memory, and what share of the first classes all engines agree on. Needs
Pillow, and of PyPI whichever of timm, torch, onnx and onnxruntime is to be compared.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from alone import resident
from engines import load
from PIL import Image

PICTURES, SIZE = 32, (640, 480)
SHOWN = 5


def make_pictures(folder):
    """Smooth noise with edges, as JPEG files of a photo's size; the same everywhere."""
    for index in range(PICTURES):
        random = np.random.default_rng(index)
        rough = random.integers(0, 256, (12, 16, 3), np.uint8)
        picture = np.asarray(Image.fromarray(rough).resize(SIZE, Image.BICUBIC)).copy()
        top, left = random.integers(0, 240), random.integers(0, 320)
        picture[top : top + 160, left : left + 200] = random.integers(0, 256, 3, np.uint8)
        Image.fromarray(picture).save(os.path.join(folder, f"{index:02}.jpg"), quality=90)


# ---- engines: each gives a function from a path to the ids of the best classes ----


def compile_network(asked, threads):
    """By the tool and the package of this tree."""
    os.environ["XNC"] = os.path.abspath(asked.xnc)
    from compiled import xnc

    return xnc.compile(asked.model, asked.weights, threads=threads)


def xnc_engine(asked):
    model = compile_network(asked, asked.thread)
    return lambda path: [one.class_id for one in model.classify(path, SHOWN)]


def timm_engine(asked):
    import timm
    import torch

    torch.set_num_threads(asked.thread)
    model = timm.create_model(asked.model, checkpoint_path=asked.weights).eval()
    data = timm.data.resolve_data_config(model.pretrained_cfg)
    transform = timm.data.create_transform(**data, is_training=False)

    def classify(path):
        with torch.inference_mode():
            logits = model(transform(Image.open(path).convert("RGB"))[None])
        return torch.softmax(logits[0], 0).topk(SHOWN).indices.tolist()

    return classify


def prepared(path, how):
    """timm's transform for evaluation in Pillow and NumPy alone: float32 [3, S, S]."""
    picture = Image.open(path).convert("RGB")
    size, short = how["size"], int(how["size"] / how["crop_pct"])
    scale = short / min(picture.size)
    wide = [short if side == min(picture.size) else int(side * scale) for side in picture.size]
    picture = picture.resize(wide, Image.BICUBIC)
    left, top = (round((side - size) / 2) for side in wide)
    pixels = np.asarray(picture.crop((left, top, left + size, top + size)), np.float32)
    mean, std = (np.array(how[name], np.float32) for name in ("mean", "std"))
    return ((pixels / 255 - mean) / std).transpose(2, 0, 1)


def onnxruntime_engine(asked):
    how = json.loads(asked.how)
    inputs = np.empty((1, 3, how["size"], how["size"]), np.float32)
    run = load("ONNX Runtime", [asked.onnx], inputs, asked.thread)

    def classify(path):
        inputs[0] = prepared(path, how)
        return np.argsort(-run()[0], kind="stable")[:SHOWN].tolist()

    return classify


ENGINES = {
    "xnc": (xnc_engine, ()),
    "timm, PyTorch": (timm_engine, ("timm", "torch")),
    "ONNX Runtime": (onnxruntime_engine, ("onnx", "onnxruntime")),
}


def measure(asked):
    """In the process of one engine: prints a JSON object."""
    classify = ENGINES[asked.engine][0](asked)
    paths = sorted(os.path.join(asked.images, name) for name in os.listdir(asked.images))
    answers = [classify(path) for path in paths]  # also warms up
    times = []
    for _ in range(asked.rounds):
        begin = time.perf_counter()
        for path in paths:
            classify(path)
        times.append(time.perf_counter() - begin)
    rate = len(paths) / min(times)
    print(json.dumps({"rate": rate, "memory": resident("VmHWM"), "answers": answers}))


# ---- the comparison ----


def preprocessing(asked):
    """What the network asks of pictures, as ONNX Runtime's loop takes it."""
    with compile_network(asked, 1) as model:
        how = model.preprocess
    return {"size": how.size[0], "crop_pct": how.crop_pct, "mean": how.mean, "std": how.std}


def ask(asked, engine, thread, folder):
    command = [sys.executable, __file__, "--engine", engine, "--thread", str(thread)]
    command += ["--xnc", asked.xnc, "--weights", asked.weights, "--images", asked.images]
    command += ["--rounds", str(asked.rounds), "--onnx", os.path.join(folder, "model.onnx")]
    command += ["--how", asked.how, asked.model]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def compare(asked, folder):
    asked.weights = os.path.join(folder, "model.safetensors")
    subprocess.run([asked.xnc, "seed-weights", asked.model, "-o", asked.weights], check=True)
    if not asked.images:
        asked.images = os.path.join(folder, "pictures")
        os.mkdir(asked.images)
        make_pictures(asked.images)
    asked.how = json.dumps(preprocessing(asked))
    names = [name for name, (_, needs) in ENGINES.items()
             if all(importlib.util.find_spec(need) for need in needs)]
    if "ONNX Runtime" in names:
        import onnx
        import onnx_graph

        onnx.save(onnx_graph.build(asked.model, asked.weights), os.path.join(folder, "model.onnx"))
    print("| engine | threads | pictures/s | memory, MB | first class as xnc's |")
    print("|---|--:|--:|--:|--:|")
    for thread in asked.threads:
        results = {name: ask(asked, name, thread, folder) for name in names}
        right = results["xnc"]["answers"]
        for name, result in results.items():
            same = [ours[0] == theirs[0] for ours, theirs in zip(right, result["answers"])]
            print(f"| {name} | {thread} | {result['rate']:.2f} | {result['memory']:.0f} |"
                  f" {sum(same)} of {len(same)} |", flush=True)


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("model", nargs="?", default="xception41")
    words.add_argument("--xnc", required=True, help="the tool")
    words.add_argument("--images", help="folder of JPEG files; by default made ones of 640x480")
    words.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    words.add_argument("--rounds", type=int, default=3)
    for name in ("engine", "weights", "onnx", "how"):  # of a process of one engine
        words.add_argument(f"--{name}", help=argparse.SUPPRESS)
    words.add_argument("--thread", type=int, default=1, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.engine:
        measure(asked)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(asked, folder)


if __name__ == "__main__":
    main()
