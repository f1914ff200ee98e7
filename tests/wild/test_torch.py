"""Purpose: what torch and timm themselves write of a network, wrapped as training scripts wrap it, gives
the blob of the plain state_dict.
Input: modules made here: small ones whose names and shapes are those of the small networks, and two of
timm in full size. Needs torch and timm; says so and passes without them.
Expectation: the same bytes in NAME.weights.

    test_torch.py XNC
"""

import collections
import os
import sys
import tempfile

try:
    import timm
    import torch
except ImportError as missing:
    print(f"SKIPPED: {missing}; pip install torch timm")
    sys.exit(0)

import layouts
import writers
from test_wild import NETWORKS, compiled

PYTORCHCV = [("conv1", "features.init_block.conv1.conv"), ("bn1", "features.init_block.conv1.bn"),
             ("conv2", "features.init_block.conv2.conv"), ("bn2", "features.init_block.conv2.bn"),
             ("conv3.conv1", "features.final_block.conv1.conv.dw_conv"),
             ("conv3.pointwise", "features.final_block.conv1.conv.pw_conv"),
             ("bn3", "features.final_block.conv1.bn"),
             ("conv4.conv1", "features.final_block.conv2.conv.dw_conv"),
             ("conv4.pointwise", "features.final_block.conv2.conv.pw_conv"),
             ("bn4", "features.final_block.conv2.bn"), ("fc", "output")]


class Holder(torch.nn.Module):
    """A module of any names: each part of a name is a module in the one before."""

    def forward(self, x):
        return x


def module_of(tensors):
    root = Holder()
    for name, tensor in tensors.items():
        *path, last = name.split(".")
        at = root
        for part in path:
            if part not in at._modules:
                at.add_module(part, Holder())
            at = at._modules[part]
        if last.startswith("running_"):
            at.register_buffer(last, tensor.clone())
        else:
            at.register_parameter(last, torch.nn.Parameter(tensor.clone()))
    return root


def torch_tensors(path):
    return collections.OrderedDict(
        (name, torch.frombuffer(bytearray(tensor.data), dtype=torch.float32).reshape(tensor.shape))
        for name, tensor in writers.read_safetensors(path).items())  # fmt: skip


def trained(module):
    """An optimizer that has made a step."""
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-9)
    for parameter in module.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    return optimizer


def wrapped(tensors):
    """Name of a layout to what is saved, or to a function that saves."""
    module, state = module_of(tensors), dict(tensors)
    optimizer, averaged = trained(module), torch.optim.swa_utils.AveragedModel(module)
    averaged.n_averaged += 5
    parallel = torch.nn.DataParallel(module)
    yield "plain", state
    yield "legacy stream", lambda path: torch.save(state, path, _use_new_zipfile_serialization=False)
    yield "DataParallel and its optimizer", {
        "model_state_dict": parallel.state_dict(), "optimizer": optimizer.state_dict(),
        "rng": torch.get_rng_state(), "epoch": 3}
    yield "AveragedModel", averaged.state_dict()
    yield "an equal average beside", {"net": module.state_dict(), "swa": averaged.state_dict()}
    yield "compiled", {"a": {"b": {f"_orig_mod.{n}": t for n, t in state.items()}}}
    yield "parameters that want gradients", {n: torch.nn.Parameter(t) for n, t in state.items()}
    yield "whole module", lambda path: torch.save(module, path)
    yield "whole module in a dict, legacy", lambda path: torch.save(
        {"model": parallel, "epoch": 1}, path, _use_new_zipfile_serialization=False)
    yield "channels last", {n: t.contiguous(memory_format=torch.channels_last) if t.dim() == 4 else t
                            for n, t in state.items()}
    yield "a list", [{"lr": 0.1}, module.state_dict()]


def pytorchcv_names(state):
    """The published network under pytorchcv's names."""
    pairs = list(PYTORCHCV)
    for block in range(1, 13):
        stage, unit = (block, 1) if block < 3 else (4, 1) if block == 12 else (3, block - 2)
        at = f"features.stage{stage}.unit{unit}"
        pairs += [(f"block{block}.skip", f"{at}.identity_conv.conv"),
                  (f"block{block}.skipbn", f"{at}.identity_conv.bn")]
        for j in range(1, 4):
            first = 3 * j - (3 if block == 1 else 2)
            pairs += [(f"block{block}.rep.{first}.conv1", f"{at}.body.block{j}.conv.dw_conv"),
                      (f"block{block}.rep.{first}.pointwise", f"{at}.body.block{j}.conv.pw_conv"),
                      (f"block{block}.rep.{first + 1}", f"{at}.body.block{j}.bn")]
    return layouts.renamed(state, pairs)


def full_size():
    """Model, options, the plain state_dict, and layouts of it."""
    legacy = timm.create_model("legacy_xception", num_classes=2).eval()
    state = legacy.state_dict()
    yield "xception", [], state, {
        "whole module": lambda path: torch.save(legacy, path),
        "TorchScript": lambda path: torch.jit.save(
            torch.jit.trace(legacy, torch.zeros(1, 3, 96, 96)), path),
        "children in a Sequential": torch.nn.Sequential(*legacy.children()).state_dict(),
        "pytorchcv's names": pytorchcv_names(state)}
    features = timm.create_model("xception41", features_only=True)
    plain = {name.replace("_", ".", 1) if name.startswith(("stem_", "blocks_")) else name: tensor
             for name, tensor in features.state_dict().items()}
    yield "xception41", ["--features"], plain, {
        "features_only": {f"backbone.timm_model.{n}": t for n, t in features.state_dict().items()}}


def save(what, path):
    if callable(what):
        what(path)
    else:
        torch.save(what, path)


def check(folder, title, model, options, plain, what):
    path = os.path.join(folder, "w.pth")
    save(what, path)
    code, text, blob = compiled(folder, model, path, options)
    good = code == 0 and blob == plain
    print(f"{'ok    ' if good else 'FAILED'} {model}: {title}" + ("" if good else f"\n{text[:2000]}"))
    return good


def main():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "plain.pth")
        for model, _, options, with_head in NETWORKS:
            if not with_head:
                continue
            seeds = os.path.join(folder, "seeds.safetensors")
            os.system(f"'{sys.argv[1]}' seed-weights {model} -o '{seeds}'")
            tensors = torch_tensors(seeds)
            torch.save(dict(tensors), path)
            plain = compiled(folder, model, path, options)[2]
            for title, what in wrapped(tensors):
                good = check(folder, title, model, options, plain, what) and good
        for model, options, state, cases in full_size():
            torch.save(state, path)
            plain = compiled(folder, model, path, options)[2]
            for title, what in cases.items():
                good = check(folder, title, model, options, plain, what) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
