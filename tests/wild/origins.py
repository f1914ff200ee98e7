"""Writes checkpoints as other programs save them, with seeded values, for docs/checkpoints.md.

    origins.py XNC FOLDER

A file is named after its origin: ffpp.pth, deepfakebench.pth, ... The networks are the small ones,
so that the page can be run in seconds.
"""

import os
import subprocess
import sys

import layouts
import writers
from writers import Opaque, Tensor


def seeded(xnc, folder, model):
    path = os.path.join(folder, "seeded.safetensors")
    subprocess.run([xnc, "seed-weights", model, "-o", path], check=True, capture_output=True)
    tensors = writers.read_safetensors(path)
    os.remove(path)
    return tensors


def classes(tensors, classifier, count):
    """The classifier with so many classes."""
    weight, bias = tensors[classifier + ".weight"], tensors[classifier + ".bias"]
    row = weight.shape[1] * 4
    return {**tensors,
            classifier + ".weight": Tensor("F32", (count, weight.shape[1]), weight.data[:count * row]),
            classifier + ".bias": Tensor("F32", (count,), bias.data[:count * 4])}  # fmt: skip


def under(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


def files(legacy, aligned):
    """Name of the file to its bytes."""
    two = classes(legacy, "fc", 2)
    matrices = layouts.flat_matrices(None, None, two, layouts.Layout(0, ""))
    cadene = layouts.renamed(matrices, [("fc", "last_linear")])
    body = {name: tensor for name, tensor in aligned.items() if not name.startswith("head.")}
    flat = layouts.flatten(None, None, body, layouts.Layout(0, ""))
    adapter = {f"adjust_channel.{k}": layouts.zeros(8) for k in ("0.bias", "1.weight", "1.bias")}
    decoder = {f"decoder.blocks.{k}.conv1.0.weight": layouts.zeros(8, 8, 3, 3) for k in range(5)}
    other = layouts.changed(None, aligned, "stem.0.conv.weight")
    dropout = layouts.renamed(two, [("fc", "last_linear.1")])
    return {
        "timm.pth": {"epoch": 9, "arch": "xception_mini", "state_dict": under("module.", other),
                     "state_dict_ema": under("module.", aligned), "metric": 78.5},
        "cadene.pth": cadene,
        "ffpp.pth": under("model.", dropout),
        "deepfakebench.pth": under("backbone.", {**cadene, **adapter}),
        "smp.pth": {**under("encoder.model.", flat), **decoder},
        "mmengine.pth": {"meta": {"cfg": "model = dict()\n" * 1000},
                         "state_dict": {**under("backbone.timm_model.", body),
                                        **{n: t for n, t in aligned.items() if n not in body}},
                         "message_hub": {"log_scalars": {}}},
        "lightning.ckpt": {"epoch": 1, "state_dict": {**under("model.", two),
                                                      "criterion.pos_weight": layouts.scalar(2)},
                           "hyper_parameters": {"lr": 0.1}, "loops": {}},
        "fastai.pth": {"model": under("0.", {n: t for n, t in two.items() if n[:3] != "fc."})
                       | {"1.weight": two["fc.weight"], "1.bias": two["fc.bias"]}, "opt": {}},
        "teachers.pth": {"student": two, "teacher": layouts.changed(None, two, "conv1.weight"),
                         "args": Opaque("argparse", "Namespace", (), {"lr": 0.1})},
        "mine.pth": layouts.renamed(two, [(f"block{i}", f"stage.{i - 1}") for i in range(1, 7)]),
    }


def main():
    xnc, folder = sys.argv[1], sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    aligned = seeded(xnc, folder, "xception_mini")
    for name, root in files(seeded(xnc, folder, "legacy_mini"), aligned).items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(writers.torch_zip(root, folder=os.path.splitext(name)[0]))
    wrapper = os.path.join(folder, "transformers")
    os.makedirs(wrapper, exist_ok=True)
    with open(os.path.join(wrapper, "model.safetensors"), "wb") as file:
        file.write(writers.safetensors(under("timm_model.", aligned)))
    with open(os.path.join(wrapper, "config.json"), "w") as file:
        file.write('{"architecture": "xception_mini", "num_classes": 10}')


if __name__ == "__main__":
    main()
