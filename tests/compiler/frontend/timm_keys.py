"""Writes golden/*.txt: keys, shapes, parameters, MACs, features of each network as timm builds it.

Needs timm; the tests compare the files and do not. Run it again when timm changes:
    PYTHONPATH=tests/golden python3 tests/compiler/frontend/timm_keys.py
"""
import pathlib

import timm
import torch
from torch import nn

from networks import build  # timm's networks, the small ones included
from keys import shorten

FOLDER = pathlib.Path(__file__).parent / "golden"
NAMES = ["xception", "xception41", "xception65", "xception71", "xception41p", "xception65p",
         "xception_mini", "legacy_mini"]


def create(name, **options):
    return build(name, **options).eval().to("meta")


def count_macs(model, x):
    """Multiply-adds of convolutions and linear layers in one run, and the output."""
    total = []

    def hook(module, args, out):
        if isinstance(module, nn.Conv2d):
            kernel = module.kernel_size[0] * module.kernel_size[1]
            total.append(out.numel() * kernel * module.in_channels // module.groups)
        elif isinstance(module, nn.Linear):
            total.append(out.numel() * module.in_features)

    hooks = [module.register_forward_hook(hook) for module in model.modules()]
    out = model(x)
    for handle in hooks:
        handle.remove()
    return sum(total), out


def text(shape):
    return "x".join(str(side) for side in shape)


def key_lines(model):
    lines = [f"{name} {text(tensor.shape)}" for name, tensor in model.state_dict().items()
             if not name.endswith("num_batches_tracked")]
    return lines


def feature_lines(name, x):
    model = create(name)
    shapes = {}
    modules = dict(model.named_modules())
    infos = [(info["module"], info["reduction"]) for info in model.feature_info]
    for module, _ in infos:
        def hook(_, args, out, module=module):
            shapes[module] = out.shape
        modules[module].register_forward_hook(hook)
    model(x)
    return [f"tap {module} {text(shapes[module])} reduction {reduction}"
            for module, reduction in infos]


CASES = [
    ("", {}, None, 1),
    ("size=224x224", {}, (224, 224), 1),
    ("size=97x130 batch=3", {}, (97, 130), 3),
    ("in_chans=1", {"in_chans": 1}, None, 1),
    ("in_chans=4", {"in_chans": 4}, None, 1),
    ("classes=1", {"num_classes": 1}, None, 1),
    ("classes=7", {"num_classes": 7}, None, 1),
    ("classes=0", {"num_classes": 0}, None, 1),
    ("pool=max", {"global_pool": "max"}, None, 1),
    ("pool=avgmax", {"global_pool": "avgmax"}, None, 1),
    ("pool=catavgmax", {"global_pool": "catavgmax"}, None, 1),
    ("pool=none classes=0", {"global_pool": "", "num_classes": 0}, None, 1),
]


def describe(name):
    lines = ["# Written by timm_keys.py from timm " + timm.__version__]
    for label, options, size, batch in CASES:
        model = create(name, **options)
        height, width = size or ((64, 64) if name.endswith("mini") else (299, 299))
        x = torch.zeros(batch, options.get("in_chans", 3), height, width, device="meta")
        macs, out = count_macs(model, x)
        parameters = sum(p.numel() for p in model.parameters())
        lines.append(f"case {label}".rstrip())
        lines += [f"parameters {parameters}", f"macs {macs}", f"output {text(out.shape)}"]
        if not label:
            lines += ["key " + line for line in shorten(key_lines(model))]
        if not label or size:
            lines += feature_lines(name, x)
        print(name, label, flush=True)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with torch.no_grad():
        for name in NAMES:
            (FOLDER / f"{name}.txt").write_text(describe(name))
