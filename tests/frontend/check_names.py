"""What MODEL may be: names, aliases, tags, paths, folders of the hub.

Purpose: each spelling finds its network with the right preprocessing, or tells what is wrong.
Input: names, and config.json files made here. Expectation: the lines beside each.
"""
import json
import os
import subprocess
import sys
import tempfile

# MODEL, lines that `describe --about` prints or tells.
NAMES = [
    ("xception41", ["name xception41", "tag tf_in1k", "crop 0.903 bicubic center mean 0.5 std 0.5",
                    "first stem.0.conv.weight classifier head.fc.weight"]),
    ("legacy_xception", ["name xception", "first conv1.weight classifier fc.weight"]),
    ("legacy_xception.tf_in1k", ["name xception", "crop 0.8975 bicubic center mean 0.5 std 0.5"]),
    ("xception65", ["tag ra3_in1k", "crop 0.94 bicubic center mean 0.5 std 0.5"]),
    ("xception65.tf_in1k", ["tag tf_in1k", "crop 0.903 bicubic center mean 0.5 std 0.5"]),
    ("xception65.ra3_in1k", ["tag ra3_in1k", "crop 0.94 bicubic center mean 0.5 std 0.5"]),
    ("xception65.a1_in1k", ["'xception65' has no tag 'a1_in1k'",
                            "hint: tags are ra3_in1k, tf_in1k"]),
    ("xception42", ["no network has the name 'xception42'", "hint: did you mean 'xception41'?"]),
    ("resnet50", ["no network has the name 'resnet50'", "hint: 'xnc list' shows all"]),
    ("./none.yaml", ["./none.yaml: error: cannot be opened: No such file or directory"]),
    ("", ["no network has the name ''"]),
]

CONFIG = {
    "architecture": "xception41",
    "num_classes": 2,
    "num_features": 2048,
    "label_names": ["cat", "dog"],
    "pretrained_cfg": {
        "tag": "mine", "input_size": [3, 224, 192], "crop_pct": 0.875, "crop_mode": "squash",
        "interpolation": "bilinear", "mean": [0.25, 0.5, 0.5], "std": [0.125, 0.5, 0.5],
        "classifier": "head.fc", "license": "mit"},
}


def changed(**keys):
    return json.dumps({**CONFIG, **keys})


def pretrained(**keys):
    return changed(pretrained_cfg={**CONFIG["pretrained_cfg"], **keys})


FOLDERS = [
    (changed(), ["name xception41", "tag none", "input 3x224x192 classes 2", "label dog",
                 "crop 0.875 bilinear squash mean 0.25 std 0.125", "output head.fc 1x2"]),
    (changed(model_args={"in_chans": 4, "global_pool": "max", "output_stride": 16}),
     ["input 4x224x192 classes 2"]),
    (changed(model_args={"num_classes": 2, "drop_rate": 0.1}), ["input 3x224x192 classes 2"]),
    (pretrained(tag="tf_in1k"), ["tag tf_in1k", "crop 0.875 bilinear squash mean 0.25 std 0.125"]),
    ('{"architecture": "legacy_xception"}',
     ["name xception", "input 3x299x299 classes 1000", "crop 0.8975 bicubic"]),
    ("{", ["config.json:1:1: error: string or '}' expected near end of file"]),
    ("[]", ["config.json: architecture: error: expected the name of a network"]),
    ('{"architecture": "xception41", "architecture": "xception65"}', ["duplicate object key"]),
    (changed(architecture="xception42"),
     ["architecture: error: no network has the name 'xception42'"]),
    (changed(num_classes=-1), ["num_classes: error: expected an integer from 0 to 1048576"]),
    (changed(num_classes="2"), ["num_classes: error: expected an integer from 0 to 1048576"]),
    (changed(num_classes=3), ["label_names: error: expected 3 texts, one for each class"]),
    (changed(label_names=[1, 2]), ["label_names: error: expected a list of texts"]),
    (changed(pretrained_cfg=1), ["pretrained_cfg: error: expected an object"]),
    (pretrained(crop_pct=0), ["pretrained_cfg.crop_pct: error: expected a number from 0.01 to 1"]),
    (pretrained(mean=[]), ["pretrained_cfg.mean: error: expected 1 to 4 numbers"]),
    (pretrained(std=[0, 1, 1]), ["pretrained_cfg.std: error: expected 1 to 4 numbers"]),
    (pretrained(interpolation="random"),
     ["pretrained_cfg.interpolation: error: expected one of: bicubic, bilinear"]),
    (pretrained(input_size=[3, 299]),
     ["pretrained_cfg.input_size: error: expected [channels, height, width] of at least 1"]),
    (pretrained(input_size=[3, 0, 299]), ["pretrained_cfg.input_size: error: expected"]),
    (changed(model_args={"act_layer": "silu"}),
     ["model_args.act_layer: error: this change of the network is not known"]),
    (changed(model_args={"output_stride": 12}), ["output_stride: error: the output stride is 8,"]),
    (changed(model_args=[]), ["model_args: error: expected an object"]),
]


def run(describe, model):
    done = subprocess.run([describe, model, "--about"], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        return f"exit code {done.returncode}\n{done.stderr}"
    return done.stdout + done.stderr


def missing(describe, model, shown, lines):
    text = run(describe, model)
    return [f"{shown}: expected '{line}' in\n{text}" for line in lines if line not in text]


def check_folders(describe):
    wrong = []
    for config, lines in FOLDERS:
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "config.json"), "w") as file:
                file.write(config)
            wrong += missing(describe, folder, config, lines)
    return wrong


def check_weights(describe):
    """The hub's file of weights is found, safetensors first."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        wrong += missing(describe, folder, "empty folder", ["cannot be opened"])
        with open(os.path.join(folder, "config.json"), "w") as file:
            file.write(changed())
        wrong += missing(describe, folder, "no weights", ["weights none"])
        for name in ["pytorch_model.bin", "model.safetensors"]:
            open(os.path.join(folder, name), "w").close()
            wrong += missing(describe, folder, name, [f"weights {folder}/{name}"])
    return wrong


if __name__ == "__main__":
    tool = sys.argv[1]
    problems = [line for model, lines in NAMES for line in missing(tool, model, model, lines)]
    problems += check_folders(tool) + check_weights(tool)
    print("\n".join(problems) or f"{len(NAMES)} names and {len(FOLDERS)} folders as expected")
    sys.exit(bool(problems))
