"""Purpose: the forms in which people have checkpoints load, and compute what torch computes.
Input: fixtures/, written by make.py with torch and timm.
Expectation: the interpreter's outputs are torch's, within 1e-5 of their spread; what contradicts is
refused with both sides named (told.txt; --write writes it anew).
"""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE / "fixtures"
GOLDEN = HERE / "told.txt"
XNC = os.path.abspath(sys.argv[1])
FOLDERS = ["nested", "flat", "training_ema", "compiled_in_net", "everything"]
# Files of weights for tiny_legacy.yaml.
FILES = ["detector", "half"]
wrong = []


def xnc(*arguments, cwd=None):
    return subprocess.run([XNC, *map(str, arguments)], capture_output=True, text=True, cwd=cwd,
                          timeout=60)


def expect(title, holds, text):
    if not holds:
        wrong.append(f"{title}: {text}")


def compare(title, model, x, y, *options, within=1e-5):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "y.npy")
        done = xnc("interp", model, FIXTURES / x, f"--output={out}", *options)
        if done.returncode:
            wrong.append(f"{title}: exit code {done.returncode}\n{done.stderr}")
            return
        ours, theirs = numpy.load(out), numpy.load(y)
    expect(title, ours.shape == theirs.shape, f"{ours.shape} is not {theirs.shape}")
    difference = abs(ours - theirs).max() / (theirs.max() - theirs.min())
    expect(title, difference <= within, f"differs by {difference} of the spread")


def test_forms():
    for name in FOLDERS:
        x = "grey.npy" if name == "everything" else "rgb.npy"
        compare(name, FIXTURES / name, x, FIXTURES / name / "y.npy", "--batch=2")
    for name in FILES:
        compare(name, HERE / "tiny_legacy.yaml", "rgb.npy", FIXTURES / f"{name}.y.npy",
                f"--weights={FIXTURES / name}.pth", "--batch=2",
                within=1e-3 if name == "half" else 1e-5)


def test_labels():
    done = xnc("run", FIXTURES / "everything", FIXTURES / "grey.npy", "--json", "--target=scalar",
               "--cc=cc -O0", "--no-cache")
    top = json.loads(done.stdout)[0]["top"]
    expect("labels", {t["class"]: t["label"] for t in top} ==
           {0: "ant", 1: "bee", 2: "cow", 3: "dog"}, top)


def changed(folder, change):
    """The fixture `nested` with another config.json."""
    shutil.copytree(FIXTURES / "nested", folder, dirs_exist_ok=True)
    path = pathlib.Path(folder, "config.json")
    config = json.loads(path.read_text())
    if change in BROKEN.values():
        change(config, folder)
        return
    change(config)
    path.write_text(json.dumps(config))


def set_classes(config):
    config["num_classes"] = 7


def set_channels(config):
    config["pretrained_cfg"]["input_size"][0] = 1


def set_pool(config):
    config["model_args"]["global_pool"] = "catavgmax"


def set_blocks(config):
    config["model_args"]["block_cfg"][1]["out_chs"] = [8, 16, 16]


def set_silent(config):
    del config["num_classes"], config["pretrained_cfg"]
    del config["model_args"]["block_cfg"][1]["in_chs"]


def no_change(config):
    del config


# Title: change of the config, arguments of compile behind the folder.
TOLD = {
    "as it is": (no_change, []),
    "classes contradict": (set_classes, []),
    "classes of the user": (set_classes, ["--classes=10"]),
    "channels contradict": (set_channels, []),
    "channels of the user": (set_channels, ["--in-chans=3"]),
    "pooling contradicts": (set_pool, []),
    "pooling of the user": (set_pool, ["--pool=avg"]),
    "blocks contradict": (set_blocks, []),
    "nothing said about pictures": (set_silent, []),
    "other weights": (set_classes, [f"--weights={FIXTURES / 'flat/pytorch_model.bin'}"]),
}


def instead(name, make):
    """The folder where something else stands in the place of a file, as an ended download leaves it."""
    def change(config, folder):
        del config
        os.remove(folder / "model.safetensors")
        if os.path.lexists(folder / name):
            os.remove(folder / name)
        make(folder / name)
    return change


def dangling(path):
    path.symlink_to("../../blobs/6c1f")


def index(path):
    path.write_text('{"weight_map": {"fc.weight": "model-00001-of-00002.safetensors"}}')
    (path.parent / "model-00001-of-00002.safetensors").write_bytes(b"a shard")


def nothing(path):
    del path


def several(path):
    path.write_bytes(b"one")
    (path.parent / "epoch_9.pth").write_bytes(b"the other")


def lite(path):
    path.write_bytes(b"\x1c\0\0\0TFL3" + bytes(500))


# Title: what stands in the folder.
BROKEN = {
    "weights that are a dangling link": instead("model.safetensors", dangling),
    "weights that are a folder": instead("model.safetensors", os.mkdir),
    "weights that are a pipe": instead("pytorch_model.bin", os.mkfifo),
    "weights of another name that are a pipe": instead("epoch_9.pth", os.mkfifo),
    "an index of shards": instead("model.safetensors.index.json", index),
    "an older index of shards": instead("pytorch_model.bin.index.json", index),
    "no weights": instead("model.safetensors", nothing),
    "several files of weights": instead("epoch_8.pth", several),
    "weights of TensorFlow Lite": instead("net.tflite", lite),
    "a config that is a pipe": instead("config.json", os.mkfifo),
    "a config that is a folder": instead("config.json", os.mkdir),
    "a config that is a dangling link": instead("config.json", dangling),
    "a processor that is a pipe": instead("preprocessor_config.json", os.mkfifo),
}
TOLD.update({title: (change, []) for title, change in BROKEN.items()})


def test_shards():
    """Weights that are cut into two files give what the whole gives."""
    with tempfile.TemporaryDirectory() as home:
        whole, parts = pathlib.Path(home, "whole"), pathlib.Path(home, "parts")
        shutil.copytree(FIXTURES / "nested", whole)
        shutil.copytree(FIXTURES / "nested", parts)
        data = (parts / "model.safetensors").read_bytes()
        (parts / "model.safetensors").unlink()
        cut_in_two(parts, data)
        blobs = []
        for folder in (whole, parts):
            done = xnc("compile", folder, "-o", folder / "out", "--target=scalar", "--prefix=net")
            blobs += [path.read_bytes() for path in (folder / "out").glob("*.weights")]
            expect(folder.name, done.returncode == 0, done.stderr)
        expect("shards", len(blobs) == 2 and blobs[0] == blobs[1], "other weights than the whole")


def cut_in_two(folder, data):
    length = struct.unpack("<Q", data[:8])[0]
    tensors = json.loads(data[8:8 + length])
    tensors.pop("__metadata__", None)
    names, where = sorted(tensors), {}
    for number, part in enumerate((names[::2], names[1::2]), 1):
        header, body = {}, b""
        for name in part:
            begin, end = tensors[name]["data_offsets"]
            header[name] = {**tensors[name], "data_offsets": [len(body), len(body) + end - begin]}
            body += data[8 + length + begin:8 + length + end]
            where[name] = f"model-{number:05}-of-00002.safetensors"
        text = json.dumps(header).encode()
        (folder / where[part[0]]).write_bytes(struct.pack("<Q", len(text)) + text + body)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": where}))


def told(change, options):
    with tempfile.TemporaryDirectory() as folder:
        changed(pathlib.Path(folder, "model"), change)
        done = xnc("compile", "model", "-o", "out", "--target=scalar", *options, cwd=folder)
    text = "".join(line for line in done.stderr.splitlines(True) if "the arena of" not in line)
    return f"exit code {done.returncode}\n{text}"


def test_told():
    shown = {title: told(*case) for title, case in TOLD.items()}
    if "--write" in sys.argv:
        GOLDEN.write_text("".join(f"== {title}\n{text}" for title, text in shown.items()))
    golden = dict(part.split("\n", 1) for part in GOLDEN.read_text().split("== ")[1:])
    for title, text in shown.items():
        expect(title, golden.get(title) == text, f"{text}expected\n{golden.get(title)}")
    expect("told.txt", set(golden) == set(shown), "has other titles")


test_forms()
test_labels()
test_shards()
test_told()
print("\n".join(wrong) or f"{len(FOLDERS) + len(FILES)} forms load, {len(TOLD)} texts")
sys.exit(bool(wrong))
