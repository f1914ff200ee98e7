"""Draws checkpoints as people have them: the tensors of a small network under names, prefixes and
dicts, among leftovers and objects, in a container. Each part is a grammar, so that no list of layouts
can be tuned to; a number is the whole seed.

    draw(7, bases) -> a Layout: what the file holds, the options, and what must come of it
"""

import dataclasses
import random
import struct

from writers import Opaque, Tensor

WORDS = ["net", "model", "backbone", "encoder", "student", "xcep", "timm_model", "base", "features",
         "G", "module", "my_net", "trunk2", "body", "visual"]
WRAPPERS = ["module", "_orig_mod", "_fsdp_wrapped_module"]
DICTS = ["state_dict", "model", "model_state_dict", "model_state", "net", "network", "params",
         "weights", "checkpoint", "best", "teacher weights", "w"]
AVERAGED = ["ema", "state_dict_ema", "model_ema", "params_ema", "swa_model", "averaged_model"]
COUNTERS = ["num_batches_tracked", "total_ops", "total_params"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclasses.dataclass
class Layout:
    seed: int
    model: str  # a name of bases
    container: str = "zip"  # zip, legacy, safetensors
    folder: str = "archive"  # of the zip archive
    root: dict = None
    options: list = dataclasses.field(default_factory=list)
    refused: str = None  # what the message must match; None: the plain dict's blob comes out
    note: str = None  # what standard error must match
    what: list = dataclasses.field(default_factory=list)  # for people

    def __str__(self):
        return f"seed {self.seed}: {self.model} {self.container} {', '.join(self.what)}"


@dataclasses.dataclass
class Base:
    """A network, the options that it is compiled with, and its tensors."""

    model: str
    tensors: dict
    options: list
    classifier: str  # without ".weight"

    def children(self):
        return list(dict.fromkeys(name.split(".")[0] for name in self.tensors))


def scalar(value):
    return Tensor("F32", (), struct.pack("<f", value))


def zeros(*shape):
    count = 1
    for size in shape:
        count *= size
    return Tensor("F32", shape, bytes(4 * count))


def word(rng):
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(3, 9)))


def prefix(rng, base):
    """A few parts, none of which is a child of the network."""
    parts = [rng.choice([rng.choice(WORDS), word(rng), rng.choice(WRAPPERS)])
             for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 5]))]
    return "".join(part + "." for part in parts if part not in base.children())


# ---- other names ----


def renamed(tensors, pairs):
    """Each name with the first of the beginnings replaced that it has."""
    out = {}
    for name, tensor in tensors.items():
        for old, new in pairs:
            if name == old or name.startswith(old + "."):
                name = new + name[len(old):]
                break
        out[name] = tensor
    return out


def name_classifier(rng, base, tensors, layout):
    """The classifier as others call it; a name that no table has is the one linear layer."""
    new = rng.choice(["last_linear", "last_linear.1", "fc", "fc.2", "head.fc", "classifier", "output",
                      f"fc_{word(rng)}", f"head.{word(rng)}"])
    layout.what.append(f"classifier {new}")
    return renamed(tensors, [(base.classifier, new)])


def number_children(rng, base, tensors, layout):
    """nn.Sequential(*children): activations take numbers too."""
    number, pairs = 0, []
    for child in base.children():
        pairs.append((child, str(number)))
        number += rng.choice([1, 1, 2])
    layout.what.append("numbered children")
    return renamed(tensors, pairs)


def flatten(_, base, tensors, layout):
    """timm's features_only joins two levels of aligned networks; there is no head."""
    layout.what.append("flattened names")
    return {name.replace(".", "_", 1) if name.startswith(("stem.", "blocks.")) else name: tensor
            for name, tensor in tensors.items()}


def flat_matrices(_, base, tensors, layout):
    """Pointwise weights with two dimensions."""
    layout.what.append("2-d pointwise")
    return {name: Tensor(tensor.kind, tensor.shape[:2], tensor.data)
            if tensor.shape[2:] == (1, 1) else tensor for name, tensor in tensors.items()}


def doubles(_, base, tensors, layout):
    layout.what.append("f64")

    def wide(tensor):
        values = struct.unpack(f"<{len(tensor.data) // 4}f", tensor.data)
        return Tensor("F64", tensor.shape, struct.pack(f"<{len(values)}d", *values))

    return {name: wide(tensor) for name, tensor in tensors.items()}


def wrap_inside(rng, base, tensors, layout):
    """A wrapper around one of the children."""
    child, wrapper = rng.choice(base.children()), rng.choice(WRAPPERS)
    layout.what.append(f"{wrapper} in {child}")
    return renamed(tensors, [(child, f"{child}.{wrapper}")])


def own_names(rng, base, tensors, layout):
    """All names are the network's, or one convention is used; shapes and types vary freely."""
    with_head = any(name.startswith(base.classifier + ".") for name in tensors)
    kinds = [lambda *a: a[2]] * 3 + ([name_classifier] * 3 if with_head else [])
    if "stem" in base.children() and not with_head:
        kinds += [flatten] * 3
    if rng.random() < 0.1:
        kinds = [number_children]
    tensors = rng.choice(kinds)(rng, base, tensors, layout)
    for change, chance in ((flat_matrices, 0.2), (doubles, 0.1), (wrap_inside, 0.15)):
        if rng.random() < chance and not (change is wrap_inside and "numbered children"
                                          in layout.what):
            tensors = change(rng, base, tensors, layout) if change is not wrap_inside or all(
                name.split(".")[0] in base.children() for name in tensors) else tensors
    return tensors


# ---- leftovers ----


def counters(rng, tensors):
    """Counters of training, in some modules or in all."""
    modules = sorted({name.rpartition(".")[0] for name in tensors})
    some = rng.sample(modules, rng.randint(1, len(modules)))
    kind = rng.choice(COUNTERS)
    return {f"{module}.{kind}" if module else kind: scalar(3) for module in some}


def surroundings(rng, base, inside, numbered):
    """Children that the network does not have, of the file's root or of the network's."""
    out = {}
    for _ in range(rng.randint(1, 4)):
        child = rng.choice(["decoder", "adjust_channel", "segmentation_head", "aux_" + word(rng),
                            "projector", word(rng)])
        if child in base.children() or numbered and not inside == "":
            continue
        for k in range(rng.randint(1, 4)):
            out[f"{inside}{child}.{k}.weight"] = zeros(4, 3, 1, 1)
            out[f"{inside}{child}.{k}.bias"] = zeros(4)
    return out


def losses(rng):
    return {f"{rng.choice(['criterion', 'loss', 'loss_fn'])}.{rng.choice(['pos_weight', 'weight'])}":
            scalar(2)}


def add_leftovers(rng, base, tensors, before, layout):
    """tensors already have their prefix."""
    out = dict(tensors)
    numbered = "numbered children" in layout.what
    if rng.random() < 0.4:
        out.update(counters(rng, tensors))
        layout.what.append("counters")
    if rng.random() < 0.4:
        inside = rng.choice([before, ""])
        more = surroundings(rng, base, inside, numbered)
        out.update(more)
        if more:
            layout.what.append("surroundings")
            layout.note = rf"left out {len(more)} tensors? that the network does not have"
    if rng.random() < 0.2:
        out.update(losses(rng))
        layout.what.append("loss")
    items = list(out.items())
    if rng.random() < 0.3:
        rng.shuffle(items)
    return dict(items)


# ---- what stands beside ----


def optimizer(rng, tensors):
    state = {i: {"step": scalar(7), "exp_avg": Tensor(t.kind, t.shape, t.data),
                 "exp_avg_sq": Tensor(t.kind, t.shape, bytes(len(t.data)))}
             for i, t in enumerate(list(tensors.values())[:rng.randint(1, 40)])}  # fmt: skip
    return {"state": state, "param_groups": [{"lr": 0.1, "params": list(state)}]}


def numpy_scalar():
    kind = Opaque("numpy", "dtype", ("f8", False, True), (3, "<", None, None, None, -1, -1, 0))
    return Opaque("numpy.core.multiarray", "scalar", (kind, "12345678"))


def beside(rng, tensors):
    """One object of a kind that checkpoints have."""
    return rng.choice([
        lambda: ("epoch", rng.randint(0, 300)), lambda: ("loss", rng.random()),
        lambda: ("optimizer", optimizer(rng, tensors)), lambda: ("arch", "xception"),
        lambda: ("args", Opaque("argparse", "Namespace", (), {"lr": 0.1, "sizes": [1, 2]})),
        lambda: ("best_acc", scalar(0.9)), lambda: ("metric", numpy_scalar()),
        lambda: ("cfg", word(rng) * rng.choice([40, 4000, 20000])), lambda: ("amp", None), lambda: ("done", True),
        lambda: ("history", [rng.random() for _ in range(50)]),
        lambda: ("class_to_idx", {word(rng): i for i in range(rng.randint(1, 300))}),
        lambda: ("rng", (3, tuple(range(600)), None)),
        lambda: ("seed", 2**rng.randint(3, 600) - 1), lambda: ("hyper_parameters", {"a": {"b": {"c": [1, {}]}}}),
    ])()


def nest(rng, weights, layout, tensors):
    """Dicts around the weights, and objects beside them."""
    root = weights
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        name = rng.choice(DICTS)
        items = [(name, root)] + [beside(rng, tensors) for _ in range(rng.randint(0, 5))]
        rng.shuffle(items)
        root = dict([item for item in items if item[0] != name] + [(name, root)])
        layout.what.append(f"in {name}")
    return root


# ---- other sets ----


def changed(rng, tensors, only=None):
    """The same names and shapes with other values."""
    def other(tensor):
        wide = {"F32": "f", "F64": "d"}[tensor.kind]
        count = len(tensor.data) // struct.calcsize(wide)
        values = struct.unpack(f"<{count}{wide}", tensor.data)
        return Tensor(tensor.kind, tensor.shape,
                      struct.pack(f"<{count}{wide}", *(abs(v) * 0.5 + 0.25 for v in values)))
    picked = only or rng.choice(list(tensors))
    return {name: other(tensor) if name == picked or not only else tensor
            for name, tensor in tensors.items()}


def second_set(rng, weights, layout):
    """A root with another set beside the weights."""
    kind = rng.choice(["equal", "averaged", "averaged", "plain", "chosen", "partial"])
    layout.what.append(kind)
    if kind == "equal":
        return {"a": weights, "b": dict(weights)}
    if kind == "averaged":
        items = [(rng.choice(AVERAGED), weights), (rng.choice(DICTS), changed(rng, weights))]
        rng.shuffle(items)
        layout.note = "takes the averaged weights"
        return dict(items)
    if kind == "partial":
        names = list(weights)
        return {"last": weights, "first": {n: weights[n] for n in names[:len(names) // 3]}}
    root = {"student": weights, "teacher": changed(rng, weights)}
    if kind == "chosen":
        layout.options.append("--dict=student")
    else:
        layout.refused = "holds the network twice.*\n.*--dict="
    return root


# ---- what must be refused ----


def spoil(rng, base, weights, before, layout):
    """A tensor that means another network, or one that is missing."""
    plain = [name for name in weights if name.startswith(before)]
    numbers = [child for child in base.children() if child[-1].isdigit()]
    kind = rng.choice(["inside", "missing", "shape"] + (["pattern"] if numbers else []))
    layout.what.append(f"spoilt: {kind}")
    inner = [name for name in plain if name.count(".") > before.count(".")
             and name[len(before):].split(".")[0] in base.children()]
    picked = rng.choice(inner)
    if kind == "missing":
        layout.refused = "missing tensor"
        return {name: tensor for name, tensor in weights.items() if name != picked}
    if kind == "shape":
        layout.refused = "expected .*, the file has"
        return {**weights, picked: zeros(3, 5, 7)}
    name = picked.rpartition(".")[0] + ".scale2" if kind == "inside" else \
        f"{before}{numbers[-1].rstrip('0123456789')}77.weight"
    if rng.random() < 0.3:
        layout.options.append(f"--ignore={name}")
    else:
        layout.refused = "unexpected tensor.*\n.*--ignore="
    return {**weights, name: zeros(2)}


def draw(seed, bases):
    rng = random.Random(seed)
    base = rng.choice(bases)
    layout = Layout(seed, base.model, options=list(base.options))
    tensors = own_names(rng, base, base.tensors, layout)
    before = prefix(rng, base)
    layout.what.append(f"prefix '{before}'")
    plain = all(name in base.tensors for name in tensors)
    weights = {before + name: tensor for name, tensor in tensors.items()}
    if plain and rng.random() < 0.2:
        weights = spoil(rng, base, weights, before, layout)
        layout.root = weights
    else:
        weights = add_leftovers(rng, base, weights, before, layout)
        spare = layout.note is None and layout.refused is None
        layout.root = second_set(rng, weights, layout) if spare and rng.random() < 0.2 else weights
    layout.container = rng.choice(["zip", "zip", "legacy", "safetensors"])
    flat = layout.root is weights
    if layout.container == "safetensors" and not flat:
        layout.container = "zip"
    if layout.container != "safetensors" and flat:
        layout.root = nest(rng, layout.root, layout, tensors)
    layout.folder = folder(rng)
    return layout


def folder(rng):
    """The name of the folder in a zip archive: that of the file when it was saved."""
    return rng.choice(["archive", word(rng), f"{word(rng)}_{word(rng)}-{rng.randint(0, 99)}",
                       f"epoch={rng.randint(0, 300)} acc=0.{rng.randint(0, 99)}", "xception_FF++",
                       f"my {word(rng)} ({rng.randint(1, 9)})", "gr\u00fcn " + word(rng),
                       "\u6a21\u578b" + word(rng)])
