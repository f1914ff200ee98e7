"""What config.json of a folder as the hub lays it out means, and what a person is told about it.

Purpose: every key that counts is applied or refused by its path, what contradicts is told from both
sides. Input: files that timm exported, and those made here, in a folder of their own. Expectation: hub.txt, for each file the
exit code, what `describe --about` prints and what it tells. `--write` writes hub.txt anew.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

EXPORTS = sorted((pathlib.Path(__file__).parent / "exports").glob("*.json"))  # of make_hub.py
GOLDEN = pathlib.Path(__file__).parent / "hub.txt"

PRETRAINED = {
    "tag": "mine", "input_size": [3, 224, 192], "crop_pct": 0.875, "crop_mode": "squash",
    "interpolation": "bilinear", "mean": [0.25, 0.5, 0.5], "std": [0.125, 0.5, 0.5],
    "classifier": "head.fc", "license": "mit"}
CONFIG = {
    "architecture": "xception41",
    "num_classes": 2,
    "num_features": 2048,
    "label_names": ["cat", "dog"],
    "pretrained_cfg": PRETRAINED,
}
MINI = {"architecture": "xception_mini", "num_classes": 10, "num_features": 200}
WIDTHS = [40, 72, 72, 72, [72, 100, 100], [132, 132, 200]]


def changed(**keys):
    return {**CONFIG, **keys}


def without(*keys, **more):
    return {**{key: CONFIG[key] for key in CONFIG if key not in keys}, **more}


def pretrained(**keys):
    return changed(pretrained_cfg={**PRETRAINED, **keys})


def args(**keys):
    return {**MINI, "model_args": keys}


def blocks(*items, **keys):
    return args(block_cfg=list(items), **keys)


# Name: the text of config.json, or what becomes it.
CASES = {
    "whole": changed(),
    "minimal": {"architecture": "legacy_xception"},
    "flat": {"architecture": "xception41", "num_classes": 2, "labels": ["cat", "dog"], **PRETRAINED},
    "flat wrong crop": {"architecture": "xception41", **PRETRAINED, "crop_pct": 2},
    "null is absent": changed(model_args={"act_layer": None}, num_features=None,
                              pretrained_cfg={**PRETRAINED, "mean": None}),
    "architecture in pretrained_cfg": without(
        "architecture", pretrained_cfg={**PRETRAINED, "architecture": "xception65"}),
    "published tag": without("label_names", num_classes=1000,
                             pretrained_cfg={**PRETRAINED, "tag": "tf_in1k"}),
    "published tag of other classes": pretrained(tag="tf_in1k"),
    "classes of pretrained_cfg": without("num_classes", "label_names",
                                         pretrained_cfg={**PRETRAINED, "num_classes": 5}),
    "test size and crop": pretrained(test_input_size=[3, 320, 320], test_crop_pct=1),
    "label mapping": changed(num_classes=4, label_names={"0": "cat", "3": "dog"}),
    "label words": changed(label_names=["n02121808", "n02084071"],
                           label_descriptions={"n02084071": "dog, domestic dog"}),
    "labels in pretrained_cfg": without("label_names", pretrained_cfg={
        **PRETRAINED, "label_names": ["cat", "dog"], "label_descriptions": {"cat": "Felis"}}),
    # What is no JSON, or none of ours.
    "broken": "{",
    "empty": "",
    "a list": "[]",
    "key twice": '{"architecture": "xception41", "architecture": "xception65"}',
    "no architecture": without("architecture"),
    "unknown architecture": changed(architecture="xception42"),
    "architecture of another family": changed(architecture="resnet50"),
    "pretrained_cfg is a number": changed(pretrained_cfg=1),
    "model_args is a list": changed(model_args=[]),
    # Values.
    "classes negative": changed(num_classes=-1),
    "classes as text": changed(num_classes="2"),
    "crop 0": pretrained(crop_pct=0),
    "no mean": pretrained(mean=[]),
    "std 0": pretrained(std=[0, 1, 1]),
    "interpolation random": pretrained(interpolation="random"),
    "size without width": pretrained(input_size=[3, 299]),
    "size 0": pretrained(input_size=[3, 0, 299]),
    "several mistakes": pretrained(crop_pct="a", interpolation=1, mean=[True]),
    # Labels.
    "too few labels": changed(num_classes=3),
    "too few labels for the architecture": without("num_classes"),
    "labels are numbers": changed(label_names=[1, 2]),
    "labels are a text": changed(label_names="cat, dog"),
    "empty label": changed(label_names=["cat", ""]),
    "label with a control": changed(label_names=["cat", "\x1b[2J"]),
    "label of a class too many": changed(label_names={"0": "cat", "2": "dog"}),
    "label of no class": changed(label_names={"one": "cat"}),
    "label twice": changed(label_names={"1": "cat", "01": "dog"}),
    "words are a list": changed(label_descriptions=["a", "b"]),
    "words are numbers": changed(label_descriptions={"cat": 1}),
    # Contradictions.
    "features of another network": changed(num_features=1024),
    "classes contradict": changed(model_args={"num_classes": 3}),
    # What model_args say.
    "arguments": changed(model_args={"num_classes": 2, "in_chans": 4, "global_pool": "max",
                                     "output_stride": 16, "drop_rate": 0.1}),
    "channels of arguments win": changed(model_args={"in_chans": 1}),
    "pool of arguments wins": changed(global_pool="avg", model_args={"global_pool": "catavgmax"}),
    "pool none": without("label_names", num_classes=0, model_args={"global_pool": ""}),
    "pool none with classes": changed(model_args={"global_pool": ""}),
    "pool unknown": changed(model_args={"global_pool": "token"}),
    "output stride 7": changed(model_args={"output_stride": 7}),
    "output stride 12": changed(model_args={"output_stride": 12}),
    "act_layer": args(act_layer="swish"),
    "act_layer of pre-activation": {"architecture": "xception41p",
                                    "model_args": {"act_layer": "hard_swish"}},
    "act_layer unknown": args(act_layer="prelu"),
    "act_layer of legacy": {"architecture": "legacy_xception", "model_args": {"act_layer": "silu"}},
    "block_cfg of legacy": {"architecture": "legacy_mini", "model_args": {"block_cfg": []}},
    "preact as it is": args(preact=False),
    "preact as it is not": args(preact=True),
    "preact is a number": args(preact=1),
    "features": args(features_only=True, out_indices=[0, -1]),
    "out_indices is a number": args(out_indices=2),
    "unknown argument": args(norm_layer="layernorm"),
    "misspelled argument": args(act_layr="silu"),
    # Blocks.
    "block_cfg": blocks({"in_chs": 24, "out_chs": 32, "stride": 2},
                        {"in_chs": 32, "out_chs": [32, 48, 48], "stride": 2, "dilation": 1},
                        {"out_chs": 200, "no_skip": True, "start_with_relu": False}),
    "block_cfg of other features": blocks({"out_chs": 32, "stride": 2}),
    "block_cfg empty": blocks(),
    "block_cfg too long": blocks(*[{"out_chs": 8}] * 129),
    "block_cfg is an object": args(block_cfg={}),
    "block is a number": blocks(1),
    "block without width": blocks({"stride": 2}),
    "block of two widths": blocks({"out_chs": [8, 8]}),
    "block of no width": blocks({"out_chs": 0}),
    "block of other channels": blocks({"in_chs": 24, "out_chs": 32}, {"in_chs": 24, "out_chs": 32}),
    "block with an unknown key": blocks({"out_chs": 32, "kernel_size": 5}),
    "block with stride 5": blocks({"out_chs": 32, "stride": 5}),
    "block that does not start with relu": {
        "architecture": "xception41p",
        "model_args": {"block_cfg": [{"out_chs": 2048, "start_with_relu": False}]}},
}


def text_of(case):
    return case if isinstance(case, str) else json.dumps(case)


def run(describe, case):
    """In the folder, so that paths in messages are the same everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "config.json").write_text(text_of(case))
        done = subprocess.run([describe, "./", "--about"], capture_output=True, text=True,
                              cwd=folder)
    return f"exit code {done.returncode}\n{done.stderr}{done.stdout}"


def sections():
    found = {}
    for part in GOLDEN.read_text().split("== ")[1:]:
        name, text = part.split("\n", 1)
        found[name] = text
    return found


def check_weights(describe):
    """The hub's files are found, safetensors first; then the only file that may hold weights; of
    several none, and their names."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        def expect(line, *names):
            for name in names:
                open(os.path.join(folder, name), "w").close()
            done = subprocess.run([describe, folder, "--about"], capture_output=True, text=True)
            if line + "\n" not in done.stdout + done.stderr:
                wrong.append(f"expected '{line}', got {done.stdout}{done.stderr}")

        expect(f"{folder}: error: is a folder without config.json")
        with open(os.path.join(folder, "config.json"), "w") as file:
            file.write(text_of(CONFIG))
        expect("weights none", "README.md", "training_args.bin", "optimizer.pt", ".hidden.pth")
        expect(f"weights {folder}/net.h5", "net.h5")
        expect(f"weights {folder}/net.h5", "net.onnx")
        expect("a choice of net.h5, other.keras", "other.keras")
        expect(f"weights {folder}/b.pth", "b.pth")
        expect("a choice of a.ckpt, b.pth", "a.ckpt")
        expect("a choice of 0.pt, 1.pt, 2.pt, 3.pt, 4.pt, 5.pt, a.ckpt, b.pth", *(
            f"{i}.pt" for i in range(6)))
        expect("a choice of 0.pt, 1.pt, 2.pt, 3.pt, 4.pt, 5.pt, 6.bin, a.ckpt and 1 more", "6.bin")
        expect("weights none")
        expect(f"weights {folder}/c.safetensors", "c.safetensors")
        for name in ("my.bin.index.json", "pytorch_model.bin.index.json",
                     "model.safetensors.index.json", "pytorch_model.bin", "model.safetensors"):
            expect(f"weights {folder}/{name}", name)
    return wrong


def main():
    describe = os.path.abspath(sys.argv[1])
    cases = {**{path.stem: path.read_text() for path in EXPORTS}, **CASES}
    shown = {name: run(describe, case) for name, case in cases.items()}
    if "--write" in sys.argv:
        GOLDEN.write_text("".join(f"== {name}\n{text}" for name, text in shown.items()))
    golden = sections()
    wrong = [f"== {name}\n{text}expected\n{golden.get(name)}"
             for name, text in shown.items() if golden.get(name) != text]
    wrong += [f"no case: {name}" for name in golden if name not in shown]
    wrong += check_weights(describe)
    print("\n".join(wrong) or f"{len(shown)} files mean what they should")
    sys.exit(bool(wrong))


main()
