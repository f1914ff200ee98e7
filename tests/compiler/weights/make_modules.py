"""Writes fixtures/modules/ with torch itself: networks that were saved as objects, TorchScript,
sets of several files, and objects whose unpickling would run something; and expected.txt, what
tests/compiler/weights/tensor_dump must print for each of them.

    python3 tests/compiler/weights/make_modules.py      (needs torch and safetensors)

The fixtures are committed, so no test needs torch. Their classes are in a module `lab`, which exists
only while this script runs: whoever reads the files cannot import it.
"""

import argparse
import importlib
import json
import os
import sys
import tempfile
import zipfile

import numpy
import torch
from safetensors.torch import save_file

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "modules")
LAB = '''
import os
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(2), Block(2))
        self.fc = nn.Linear(2, 3)

    def forward(self, x):
        return self.fc(self.blocks(x).mean((2, 3)))


class Special(nn.Module):
    """What state_dict() leaves out, and what it lists twice."""
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.scale.is_special = True
        self.register_parameter("bias", None)
        self.register_buffer("kept", torch.zeros(2))
        self.register_buffer("made_anew", torch.ones(5), persistent=False)
        self.plain = torch.ones(7)
        self.first = Block(2)
        self.again = self.first
        self.absent = None


class Learner:
    """A trainer's object with the network inside."""
    def __init__(self, model):
        self.model = model
        self.history = [0.5, 0.25]


class Attack:
    def __reduce__(self):
        return os.system, ("touch executed",)
'''
NAMES = {torch.float32: "FloatStorage", torch.int64: "LongStorage"}
SAFE = {torch.float32: "F32", torch.int64: "I64"}
expected = []


def fill(network):
    """Small multiples of 1/64, other ones for each tensor."""
    start = 0
    for tensor in network.state_dict().values():
        if tensor.dtype == torch.float32:
            numbers = (torch.arange(tensor.numel()) * 7 + start) % 65 - 32
            tensor.copy_((numbers.float() / 64).reshape(tensor.shape))
            start += 11
    return network.eval()


def expect(name, tensors, where="", kinds=NAMES):
    expected.append(f"== {name}")
    for key, tensor in tensors.items():
        numbers = tensor.detach().double().flatten().tolist()
        text = " (not read)" if tensor.dtype == torch.int64 else "".join(
            f" {x:.17g}" for x in numbers)
        shape = ", ".join(str(size) for size in tensor.shape)
        expected.append(f"{where}{key} {kinds[tensor.dtype]} [{shape}]:{text}")


def save(name, root, network, where="", **options):
    torch.save(root, os.path.join(HERE, name), **options)
    expect(name, network.state_dict(), where)


def save_modules(lab):
    net = fill(lab.Net())
    save("zip.pth", net, net)
    save("legacy.pth", net, net, _use_new_zipfile_serialization=False)
    wrapped = torch.nn.DataParallel(net)
    save("parallel.pth", wrapped, wrapped)
    save("in_a_dict.pth", {"epoch": 3, "seed": 2**100, "score": numpy.float64(0.5),
                           "log": numpy.arange(40.0), "text": "x = 1\n" * 2000,
                           "args": argparse.Namespace(lr=0.1, sizes={1, 2}), "model": net},
         net, "model/")
    save("in_an_object.pkl", lab.Learner(net), net, "model/")
    special = fill(lab.Special())
    save("special.pth", special, special)
    traced = torch.fx.symbolic_trace(net)
    save("traced_by_fx.pth", traced, traced)


def save_scripts(lab):
    net = fill(lab.Net())
    for name, script in (("scripted.pt", torch.jit.script(net)),
                         ("traced.pt", torch.jit.trace(net, torch.zeros(1, 2, 4, 4)))):
        torch.jit.save(script, os.path.join(HERE, name))
        expect(name, net.state_dict())
    frozen = torch.jit.freeze(torch.jit.script(net))
    torch.jit.save(frozen, os.path.join(HERE, "frozen.pt"))


def save_attacks(lab):
    """The network has an attribute, and the file an entry, whose unpickling runs a program."""
    net = fill(lab.Net())
    net.log = lab.Attack()
    save("attack.pth", {"before": lab.Attack(), "model": net}, net, "model/")
    save("attack_legacy.pth", {"before": lab.Attack(), "model": net}, net, "model/",
         _use_new_zipfile_serialization=False)
    torch.save(lab.Attack(), os.path.join(HERE, "attack_alone.pth"))


def save_without_sums(lab):
    net = fill(lab.Net())
    torch.serialization.set_crc32_options(False)
    save("without_sums.pth", net.state_dict(), net)
    torch.serialization.set_crc32_options(True)


def save_packed_again(lab):
    """As somebody who unpacked an archive packs it: compressed, under another folder."""
    net = fill(lab.Net())
    expect("packed.pth", net.state_dict())
    with zipfile.ZipFile(os.path.join(HERE, "zip.pth")) as source:
        with zipfile.ZipFile(os.path.join(HERE, "packed.pth"), "w") as target:
            for name in source.namelist():
                entry = zipfile.ZipInfo("m\u00fcde Netze/" + name.split("/", 1)[1])
                target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)


def save_shards(lab):
    """As the hub's tools cut weights: a list, and files beside it."""
    tensors = {key: tensor for key, tensor in fill(lab.Net()).state_dict().items()}
    keys = sorted(tensors)
    parts = [{key: tensors[key] for key in keys[:6]}, {key: tensors[key] for key in keys[6:]}]
    for ending, write in ((".safetensors", save_file), (".bin", torch.save)):
        stem = "model" if ending == ".safetensors" else "pytorch_model"
        where = {}
        for number, part in enumerate(parts, 1):
            name = f"{stem}-{number:05}-of-00002{ending}"
            write(part, os.path.join(HERE, name))
            where.update({key: name for key in part})
        index = {"metadata": {"total_size": 1}, "weight_map": where}
        with open(os.path.join(HERE, f"{stem}{ending}.index.json"), "w") as out:
            json.dump(index, out, indent=2)
        expect(f"{stem}{ending}.index.json", {key: tensors[key] for part in parts for key in part},
               kinds=SAFE if ending == ".safetensors" else NAMES)


def main():
    os.makedirs(HERE, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        with open(os.path.join(folder, "lab.py"), "w") as out:
            out.write(LAB)
        sys.path.insert(0, folder)
        lab = importlib.import_module("lab")
        for save_some in (save_modules, save_scripts, save_attacks, save_without_sums, save_packed_again,
                          save_shards):
            save_some(lab)
    with open(os.path.join(HERE, "expected.txt"), "w") as out:
        out.write("\n".join(expected) + "\n")


main()
