"""Writes fixtures/: the forms in which people have checkpoints of these networks, each with what
torch computes from it.

    PYTHONPATH=tests/golden python3 tests/compiler/frontend/hub/make.py

It needs torch, timm and safetensors.

The networks are timm's own classes with few channels, so that a fixture has a few kilobytes. A
folder with a config.json is a model of its own; a file beside it belongs to tiny_legacy.yaml.
"""
import collections
import functools
import json
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from timm.layers import ConvNormAct, create_classifier, get_act_layer
from timm.models.xception import Block, SeparableConv2d, Xception
from timm.models.xception_aligned import XceptionAligned
from torch import nn

from seeded import image, tensor

OUT = pathlib.Path(__file__).parent / "fixtures"

BLOCKS = [
    {"in_chs": 24, "out_chs": 8, "stride": 2},
    {"in_chs": 8, "out_chs": [8, 12, 16], "stride": 2},
    {"in_chs": 16, "out_chs": [20, 20, 24], "stride": 1, "no_skip": True, "start_with_relu": False},
]


def aligned(act="relu", num_classes=10, in_chans=3, **arguments):
    """What block_cfg makes of xception_mini: the stem is narrower than timm's."""
    layers = {"act_layer": get_act_layer(act), "norm_layer": functools.partial(nn.BatchNorm2d, eps=1e-3)}
    blocks = [dict(block) for block in BLOCKS]
    network = XceptionAligned(block_cfg=blocks, num_classes=num_classes, in_chans=in_chans,
                              **layers, **arguments)
    network.stem = nn.Sequential(ConvNormAct(in_chans, 8, 3, stride=2, **layers),
                                 ConvNormAct(8, 24, 3, **layers))
    return seeded(network)


class Legacy(Xception):
    """tiny_legacy.yaml: the class Xception with few layers."""

    def __init__(self, num_classes):
        nn.Module.__init__(self)
        self.num_classes, self.num_features, self.drop_rate = num_classes, 24, 0.0
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, 2, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 8, 3, bias=False), nn.BatchNorm2d(8)
        self.block1 = Block(8, 12, 2, 2, start_with_relu=False)
        self.block2 = Block(12, 16, 2, 2, grow_first=False)
        self.conv3, self.bn3 = SeparableConv2d(16, 24, 3, 1, 1), nn.BatchNorm2d(24)
        self.act1, self.act2, self.act3 = nn.ReLU(), nn.ReLU(), nn.ReLU()
        self.global_pool, self.fc = create_classifier(24, num_classes)

    def forward_features(self, x):
        x = self.act1(self.bn1(self.conv1(x)))
        x = self.act2(self.bn2(self.conv2(x)))
        return self.act3(self.bn3(self.conv3(self.block2(self.block1(x)))))


def seeded(network):
    state = network.state_dict()
    for key, value in state.items():
        if not key.endswith("num_batches_tracked"):
            state[key] = torch.from_numpy(tensor(key, value.shape))
    network.load_state_dict(state)
    return network.eval()


def state_of(network, prefix="", rename=lambda name: name):
    return collections.OrderedDict(
        (prefix + rename(key), value.clone()) for key, value in network.state_dict().items())


def spoiled(state):
    """Other values under the same names: whoever reads them computes something else."""
    return collections.OrderedDict((key, value * 2) for key, value in state.items())


def save_input(name, channels):
    x = image((2, channels, 32, 32), 5)
    numpy.save(OUT / f"{name}.npy", x)
    return torch.from_numpy(x)


def write_folder(name, network, x, config, file="model.safetensors", root=None):
    folder = OUT / name
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    if file.endswith(".safetensors"):
        save_file(root or state_of(network), folder / file, metadata={"format": "pt"})
    else:
        torch.save(root or state_of(network), folder / file)
    numpy.save(folder / "y.npy", network(x).detach().numpy())


def config_of(**keys):
    return {"architecture": "xception_mini", "num_classes": 10, "num_features": 24, **keys}


def write_folders():
    rgb, grey = save_input("rgb", 3), save_input("grey", 1)
    plain = aligned()
    arguments = {"block_cfg": BLOCKS}
    pretrained = {"input_size": [3, 32, 32], "crop_pct": 0.9, "interpolation": "bilinear",
                  "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "num_classes": 10}
    write_folder("nested", plain, rgb,
                 config_of(model_args=arguments, pretrained_cfg=pretrained))
    write_folder("flat", plain, rgb, config_of(model_args=arguments, **pretrained),
                 "pytorch_model.bin")
    root = {"epoch": 7, "arch": "xception_mini", "state_dict": spoiled(state_of(plain, "module.")),
            "state_dict_ema": state_of(plain, "module."), "metric": 71.25}
    write_folder("training_ema", plain, rgb,
                 config_of(model_args=arguments, pretrained_cfg=pretrained), "model.pth", root)
    root = {"state_dict": state_of(plain, "net._orig_mod.")}
    write_folder("compiled_in_net", plain, rgb,
                 config_of(model_args=arguments, pretrained_cfg=pretrained), "last.pth", root)
    changes = {"num_classes": 4, "in_chans": 1, "global_pool": "catavgmax", "output_stride": 8}
    network = aligned("silu", **changes)
    write_folder("everything", network, grey, {
        "architecture": "xception_mini", "num_classes": 4,
        "label_names": ["ant", "bee", "cow", "dog"],
        "model_args": {**arguments, **changes, "act_layer": "silu"},
        "pretrained_cfg": {**pretrained, "num_classes": 10}})


def save_beside(name, network, x, root):
    torch.save(root, OUT / f"{name}.pth")
    numpy.save(OUT / f"{name}.y.npy", network(x).detach().numpy())


def write_legacy():
    """A published Xception with another number of classes, as found in the wild."""
    x = torch.from_numpy(numpy.load(OUT / "rgb.npy"))
    network = seeded(Legacy(2))
    old = state_of(network, "model.", lambda name: name.replace("fc.", "last_linear.1."))
    for key, value in old.items():
        if key.endswith("pointwise.weight"):
            old[key] = value.flatten(1)
    save_beside("detector", network, x, old)
    half = collections.OrderedDict((key, value.half()) for key, value in state_of(network).items())
    save_beside("half", network, x, {"model_ema": half, "model": spoiled(half)})


OUT.mkdir(exist_ok=True)
with torch.no_grad():
    write_folders()
    write_legacy()
