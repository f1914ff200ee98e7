"""Writes fixtures/ with torch itself: small checkpoints of every kind that training leaves behind,
and expected.txt, what tests/compiler/weights/tensor_dump must print for each of them.

    python3 tests/compiler/weights/make_fixtures.py      (needs torch and safetensors)

The fixtures are committed, so no test needs torch. Values are small multiples of 1/64: exact in
every type.
"""

import argparse
import collections
import os

import torch
from safetensors.torch import save_file

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
expected = []


def values(*shape, start=0):
    count = 1
    for size in shape:
        count *= size
    return ((torch.arange(count, dtype=torch.float32) * 7 + start) % 65 - 32).reshape(shape) / 64


def state(dtype=torch.float32, start=0):
    """A convolution, its batch norm and a classifier."""
    tensors = collections.OrderedDict()
    tensors["conv1.weight"] = values(2, 3, 1, 2, start=start).to(dtype)
    tensors["bn1.weight"] = values(2, start=start + 1).to(dtype)
    tensors["bn1.bias"] = values(2, start=start + 2).to(dtype)
    tensors["bn1.running_mean"] = values(2, start=start + 3).to(dtype)
    tensors["bn1.running_var"] = values(2, start=start + 4).abs().to(dtype)
    tensors["bn1.num_batches_tracked"] = torch.tensor(5 + start)
    tensors["fc.weight"] = values(4, 2, start=start + 5).to(dtype)
    tensors["fc.bias"] = values(4, start=start + 6).to(dtype)
    return tensors


def prefixed(tensors, prefix):
    return collections.OrderedDict((prefix + name, tensor) for name, tensor in tensors.items())


NAMES = {torch.float32: "FloatStorage", torch.float16: "HalfStorage",
         torch.bfloat16: "BFloat16Storage", torch.float64: "DoubleStorage",
         torch.int64: "LongStorage"}
SAFE = {"FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16",
        "DoubleStorage": "F64", "LongStorage": "I64"}


def expect_tensor(key, tensor, safe):
    tensor = tensor.detach()
    kind = NAMES[tensor.dtype]
    shape = ", ".join(str(size) for size in tensor.shape)
    if tensor.dtype == torch.int64:
        text = " (not read)"
    else:
        text = "".join(f" {x:.17g}" for x in tensor.double().flatten().tolist())
    expected.append(f"{key} {SAFE[kind] if safe else kind} [{shape}]:{text}")


def expect_tree(root, path, safe):
    """Adds a line for each tensor of a dict, nested ones where they stand."""
    for key in sorted(root) if safe else root:
        if isinstance(root[key], dict):
            expect_tree(root[key], f"{path}.{key}" if path else str(key), safe)
        elif isinstance(root[key], torch.Tensor):
            expect_tensor(f"{path}/{key}" if path else key, root[key], safe)


def expect(name, root, safe=False):
    """Adds what the tool must print for the file."""
    expected.append(f"== {name}")
    expect_tree(root, "", safe)


def save(name, root, **options):
    torch.save(root, os.path.join(HERE, name), **options)
    expect(name, root)


def save_plain():
    save("zip.pth", state())
    save("legacy.pth", state(), _use_new_zipfile_serialization=False)
    save("half.pth", state(torch.float16))
    save("bfloat16.pth", state(torch.bfloat16))
    save("double.pth", state(torch.float64))
    save("half_legacy.pth", state(torch.float16),
         _use_new_zipfile_serialization=False)


def save_training():
    """What a training script writes: everything, under module., with averaged weights."""
    network = torch.nn.Conv2d(3, 2, (1, 2))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    network(values(1, 3, 4, 4)).sum().backward()
    optimizer.step()
    ema = prefixed(state(start=20), "module.")
    root = {"epoch": 3, "arch": "tiny", "state_dict": prefixed(state(), "module."),
            "optimizer": optimizer.state_dict(), "version": 2,
            "args": argparse.Namespace(lr=0.1, data="/data", opt_betas=None, size=(3, 64, 64),
                                       decay=[30, 60], amp=True),
            "state_dict_ema": ema, "metric": 71.25}
    save("training.pth", root)
    save("training_legacy.pth", root, _use_new_zipfile_serialization=False)
    del root["state_dict_ema"]
    save("training_no_ema.pth", root)
    inner = prefixed(state(start=3), "module._orig_mod.")
    save("compiled.pth", {"model": inner, "epoch": 1})


def save_views():
    """One storage that several tensors look into, whole, in part, transposed, and repeated."""
    whole = values(6, 4)
    tensors = collections.OrderedDict()
    tensors["whole"] = whole
    tensors["transposed"] = whole.t()
    tensors["rows"] = whole[2:5]
    tensors["columns"] = whole[:, 1:3]
    tensors["every_second"] = whole[::2, ::2]
    tensors["permuted"] = whole.view(2, 3, 4).permute(2, 0, 1)
    tensors["repeated"] = whole[1, 0:1].expand(5)
    tensors["channels_last"] = values(2, 3, 2, 2).to(memory_format=torch.channels_last)
    tensors["scalar"] = whole[5, 3]
    tensors["empty"] = whole[0:0]
    save("views.pth", tensors)
    save("views_legacy.pth", tensors, _use_new_zipfile_serialization=False)


def save_real_names():
    """Names and shapes as older releases of these networks have them."""
    old = collections.OrderedDict()
    old["model.conv1.weight"] = values(2, 3, 1, 2)
    old["model.block1.rep.0.pointwise.weight"] = values(3, 2)
    old["model.last_linear.weight"] = values(4, 3)
    old["model.last_linear.bias"] = values(4)
    save("old_names.pth", old)


def save_objects():
    """A parameter (a tensor all the same), and a whole module (code, which is refused)."""
    parameters = {"fc.weight": torch.nn.Parameter(values(2, 2)),
                  "fc.bias": torch.nn.Parameter(values(2), requires_grad=False)}
    save("parameter.pth", parameters)
    torch.save(torch.nn.Linear(2, 2), os.path.join(HERE, "module.pth"))


def save_safetensors():
    tensors = {**state(), "half": values(3).half(), "brain": values(3).bfloat16(),
               "double": values(3).double()}
    save_file(tensors, os.path.join(HERE, "metadata.safetensors"),
              metadata={"format": "pt", "note": "written by a test"})
    expect("metadata.safetensors", tensors, safe=True)


def main():
    os.makedirs(HERE, exist_ok=True)
    save_plain()
    save_training()
    save_views()
    save_real_names()
    save_objects()
    save_safetensors()
    with open(os.path.join(HERE, "expected.txt"), "w") as out:
        out.write("\n".join(expected) + "\n")


main()
