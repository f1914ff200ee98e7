"""A drawn network: its description, the options that change it, and what that makes of shapes.

The walk over the layers mirrors compiler/frontend: it knows the names of all values before the head
(for `features`), whether every window fits, and what a run costs. So drawn descriptions are valid,
and one that xnc refuses is a finding.
"""

import copy
import itertools
import math
from dataclasses import dataclass, field

STANDARD = {
    "stem": {"kernel": 3, "stride": 1, "dilation": 1, "padding": "symmetric", "norm": True},
    "blocks": {"depth": 3, "repeat": 1, "kernel": 3, "stride": 1, "dilation": 1,
               "padding": "symmetric", "stride_by": "convolution", "shortcut": "auto", "shortcut_norm": True,
               "norm": "both", "activate": "before",
               "shortcut_from": "input", "activate_sum": False},
    "exit": {"kernel": 3, "dilation": 1, "norm": "pointwise", "activate": "each"},
    "head": {"activation": "none", "pool": "avg", "classes": 1000},
    "names": {
        "count_from": 0, "stem_conv": "stem.{i}.conv", "stem_norm": "stem.{i}.bn",
        "stem_act": "stem.{i}.bn.act", "block": "blocks.{i}", "shortcut_conv": "shortcut.conv",
        "shortcut_norm": "shortcut.bn", "block_norm": "norm", "block_act": "norm.act",
        "norm": "stack.conv{j}.norm", "norm_act": "stack.conv{j}.norm.act", "act": "stack.act{j}",
        "depthwise": "stack.conv{j}.conv_dw", "depthwise_norm": "stack.conv{j}.bn_dw",
        "depthwise_act": "stack.conv{j}.act_dw", "pointwise": "stack.conv{j}.conv_pw",
        "pointwise_norm": "stack.conv{j}.bn_pw", "pointwise_act": "stack.conv{j}.act_pw",
        "sum_act": "blocks.{i}.act", "pool": "stack.pool", "exit_depthwise": "exit.{i}.conv_dw",
        "exit_depthwise_norm": "exit.{i}.bn_dw", "exit_depthwise_act": "exit.{i}.act_dw",
        "exit_pointwise": "exit.{i}.conv_pw", "exit_norm": "exit.{i}.bn_pw",
        "exit_act": "exit.{i}.act_pw", "head_act": "act", "head_pool": "head.global_pool",
        "classifier": "head.fc",
    },
}  # fmt: skip
MOST_BLOCKS = 128
MOST_STEPS = 65536  # from a tap to the next, of padding


class Impossible(Exception):
    """No such network: a window that does not fit, options that contradict the description."""


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def symmetric(kernel, stride, dilation):
    """Padding on each side."""
    return (stride - 1 + dilation * (kernel - 1)) // 2


def has_outputs(layer):
    return layer.startswith(("linear", "conv"))


def check_head(layers, pool):
    """The order of a head's layers: some read a map, some a vector."""
    is_map = pool == "none" or "pool" in layers
    for layer in layers:
        word = layer.split()[0]
        wrong = {"conv": not is_map, "linear": is_map, "softmax": is_map,
                 "pool": pool == "none" or not is_map}  # fmt: skip
        if wrong.get(word):
            raise Impossible(f"{layer} in the wrong place")
        is_map = is_map and word not in ("pool", "flatten")
    if is_map:
        raise Impossible("a head that ends with a map")


def flow(value):
    """A value of the description as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = not isinstance(value, str) or value.replace("_", "").replace("-", "").isalnum()
    return str(value) if plain else f'"{value}"'


def yaml_of(description):
    lines = []
    for key, value in description.items():
        if value and isinstance(value, list) and isinstance(value[0], dict):
            lines += [f"{key}:"] + [f"  - {flow(item)}" for item in value]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"


@dataclass
class Network:
    seed: int
    description: dict
    options: dict = field(default_factory=dict)  # of the command line, without the dashes
    targets: list = field(default_factory=lambda: ["scalar"])
    tuning: dict = None  # numbers for targets[0] in place of its own
    weights_seed: int = 1
    input: str = "plain"  # kind of its numbers
    fill: str = "00000000"  # what arenas hold before a run

    def yaml(self):
        return yaml_of(self.description)

    def tuning_text(self):
        numbers = "".join(f"{key}: {value}\n" for key, value in self.tuning.items())
        return f"cpu: none\ntarget: {self.targets[0]}\n{numbers}"

    def words(self):
        """The options as xnc takes them; that of the tuning needs a file and is not among them."""
        return [f"--{key}={value}" if value != "" else f"--{key}"
                for key, value in self.options.items()]  # fmt: skip

    def size(self):
        if "size" in self.options:
            height, _, width = self.options["size"].partition("x")
            return int(height), int(width or height)
        return pair(self.description["input"]["size"])

    def channels(self):
        return self.options.get("in-chans", self.description["input"].get("channels", 3))

    def input_shape(self):
        return (self.options.get("batch", 1), self.channels(), *self.size())

    def section(self, name):
        return {**STANDARD[name], **self.description.get(name, {})}

    def head_layers(self):
        """The layers of the head, and how many classes the last one with outputs has."""
        head = self.section("head")
        layers = self.options["head"].split(", ") if "head" in self.options else head.get("layers")
        if not layers:
            return [f"linear {head['classes']}"], head["classes"]
        return layers, int([one for one in layers if has_outputs(one)][-1].split()[1])

    def walk(self, limit=math.inf):
        """limit: the most work of a run."""
        return Walk(self, limit / self.options.get("batch", 1))

    def copy(self):
        return copy.deepcopy(self)


class Walk:
    """The layers one after the other. Raises Impossible."""

    def __init__(self, network, limit):
        self.limit = limit
        self.network, self.names = network, network.section("names")
        self.at = (network.channels(), *network.size())
        self.work = 0  # multiply-adds and elements of an image
        self.values = []  # names in order, of those before the head
        self.gone = set()  # those of shortcuts that output_stride takes out
        self.windows = []  # (kernel, stride, dilation) of depthwise stages
        self.reduction, self.dilation = 1, 1
        self.stem()
        self.blocks()
        self.exits()
        self.head()

    def act(self, section):
        return section.get("activation", self.network.description.get("activation", "relu"))

    def put(self, name, shape, depth=1):
        """A node of that name: each of its elements takes so many steps."""
        self.values.append(name)
        self.at = shape
        self.work += shape[0] * shape[1] * shape[2] * depth
        if self.work > self.limit:
            raise Impossible("too much work")

    def slide(self, kernel, stride, dilation, padding):
        """Sides of the result. padding: a word of a stem's."""
        if padding == "same":
            return [-(-side // stride) for side in self.at[1:]]
        sides = []
        for side, length in zip(self.at[1:], kernel):
            pad = 0 if padding == "none" else symmetric(length, stride, dilation)
            reach = dilation * (length - 1) + 1
            if side + 2 * pad < reach:
                raise Impossible("a window does not fit")
            sides.append((side + 2 * pad - reach) // stride + 1)
        return sides

    def conv(self, name, width, kernel, stride=1, dilation=1, padding="none"):
        sides = self.slide(kernel, stride, dilation, padding)
        self.put(name, (width, *sides), self.at[0] * kernel[0] * kernel[1])

    def depthwise(self, name, kernel, stride, dilation, padding="symmetric"):
        sides = self.slide(kernel, stride, dilation, padding)
        pads = [symmetric(k, stride, dilation) for k in kernel]
        if max(dilation, *pads) > MOST_STEPS:  # output_stride multiplies dilations
            raise Impossible("a dilation or padding beyond the limit")
        self.windows.append((kernel, stride, dilation))
        self.put(name, (self.at[0], *sides), kernel[0] * kernel[1])

    def norm(self, name, act_name, section):
        self.put(name, self.at)
        self.activate(act_name, section)

    def activate(self, name, section):
        if name and self.act(section) != "none":
            self.put(name, self.at)

    def stem(self):
        for i, item in enumerate(self.network.description["stem"]):
            layer = {**STANDARD["stem"], **item}
            number = str(self.names["count_from"] + i)
            fill = lambda key: self.names[key].replace("{i}", number)  # noqa: B023, E731
            self.conv(layer.get("key", fill("stem_conv")), layer["width"], pair(layer["kernel"]),
                      layer["stride"], layer["dilation"], layer["padding"])  # fmt: skip
            if layer["norm"]:
                self.put(fill("stem_norm"), self.at)
            self.activate(fill("stem_act"), layer)
            self.reduction *= layer["stride"]
        self.stem_reduction = self.reduction

    def block_list(self):
        """Each block with all its keys."""
        defaults = {**STANDARD["blocks"], **self.network.description.get("block", {})}
        for item in self.network.description["blocks"]:
            block = {**defaults, **item}
            yield from [block] * block["repeat"]

    def blocks(self):
        blocks = list(itertools.islice(self.block_list(), MOST_BLOCKS + 1))
        pools = any(b["stride_by"] == "max_pool" and b["stride"] > 1 for b in blocks)
        asked = int(self.network.options.get("output-stride", 0))
        if len(blocks) > MOST_BLOCKS:
            raise Impossible("too many blocks")
        if asked and (pools or self.stem_reduction > asked):
            raise Impossible("no such output stride")
        for index, block in enumerate(blocks):
            self.block(block, self.names["count_from"] + index, self.drop_stride(block, asked))

    def drop_stride(self, block, asked):
        """(stride, dilation) of a block as output_stride leaves them."""
        stride, dilation = block["stride"], block["dilation"]
        drops = asked and stride > 1 and self.reduction * stride > asked
        dilation *= self.dilation
        self.dilation *= stride if drops else 1
        self.reduction *= 1 if drops else stride
        return (1 if drops else stride), dilation

    def block(self, block, number, strided):
        if "widths" not in block:
            raise Impossible("a block without widths")
        if block["norm"] == "before" and block["activate"] != "before":
            raise Impossible("norms before, activations not")
        first = block["activate"] == "before" and block["norm"] != "before"
        if block["shortcut_from"] == "activation" and not first:
            raise Impossible("no activation at the block's beginning")
        if block["activate_sum"] and block["shortcut"] == "none":
            raise Impossible("no sum to activate")
        many = isinstance(block["widths"], list)
        widths = block["widths"] if many else [block["widths"]] * block["depth"]
        self.name = block.get("key", self.names["block"]).replace("{i}", str(number))
        self.module = 0
        before, start = self.at, self.at
        if block["norm"] == "before":
            self.norm(self.part("block_norm", 0), self.part("block_act", 0), block)
            start = self.at
        self.stack(block, widths, strided)
        changes = block["stride"] != 1 or widths[-1] != before[0]
        if block["shortcut"] != "none":
            result, self.at = self.at, start
            if block["shortcut"] == "convolution" or changes:
                self.shortcut(block, widths, strided[0])
            if self.at != result:
                raise Impossible("the shortcut has another shape")
            self.put(self.name, result)
        if block["activate_sum"]:
            self.activate(self.names["sum_act"].replace("{i}", str(number)), block)

    def part(self, key, j):
        text = self.names[key].replace("{j}", str(j)).replace("{n}", str(self.module))
        return f"{self.name}.{text}"

    def shortcut(self, block, widths, stride):
        """Its nodes stand behind the stack."""
        channels = self.at[0]
        padding = "none" if block["stride_by"] == "max_pool" else block["padding"]
        self.conv(self.part("shortcut_conv", 0), widths[-1], (1, 1), stride, padding=padding)
        if block["shortcut_norm"]:
            self.put(self.part("shortcut_norm", 0), self.at)
        if stride < block["stride"] and channels == widths[-1]:
            self.gone |= {self.part("shortcut_conv", 0),
                          self.part("shortcut_norm", 0)}  # fmt: skip

    def stack(self, block, widths, strided):
        pooled = block["stride_by"] == "max_pool"
        for i, width in enumerate(widths):
            last = i == len(widths) - 1
            self.before(block, i)
            self.depthwise(self.part("depthwise", i + 1), pair(block["kernel"]),
                           strided[0] if last and not pooled else 1, strided[1],
                           block["padding"])  # fmt: skip
            after = block["activate"] == "after"
            if block["norm"] == "both":
                act = self.part("depthwise_act", i + 1) if after else None
                self.norm(self.part("depthwise_norm", i + 1), act, block)
            self.conv(self.part("pointwise", i + 1), width, (1, 1))
            self.module += 1
            if block["norm"] != "before":
                self.put(self.part("pointwise_norm", i + 1), self.at)
                self.module += 1
            if after:
                self.activate(self.part("pointwise_act", i + 1), block)
                self.module += 1
        if pooled and block["stride"] > 1:
            sides = self.pool(block)
            self.put(self.part("pool", len(widths)), (self.at[0], *sides), 9)

    def pool(self, block):
        """Sides behind a 3x3 pooling, whose symmetric padding is 1 whatever its stride."""
        if block["padding"] == "same":
            return self.slide((3, 3), block["stride"], 1, "same")
        return [(side - 1) // block["stride"] + 1 for side in self.at[1:]]

    def before(self, block, i):
        if block["norm"] == "before":
            if i > 0:
                self.norm(self.part("norm", i + 1), self.part("norm_act", i + 1), block)
                self.module += 1
        elif block["activate"] == "before" or (block["activate"] == "between" and i > 0):
            self.activate(self.part("act", i + 1), block)
            self.module += 1

    def exits(self):
        first = self.names["count_from"] + len(self.network.description["stem"])
        for i, item in enumerate(self.network.description.get("exit", [])):
            layer = {**STANDARD["exit"], **item}
            fill = lambda key: self.names[key].replace("{i}", str(first + i))  # noqa: B023, E731
            self.depthwise(fill("exit_depthwise"), pair(layer["kernel"]), 1,
                           layer["dilation"] * self.dilation)  # fmt: skip
            if layer["norm"] == "both":
                each = layer["activate"] == "each"
                self.norm(fill("exit_depthwise_norm"), each and fill("exit_depthwise_act"), layer)
            self.conv(fill("exit_pointwise"), layer["width"], (1, 1))
            self.norm(fill("exit_norm"), fill("exit_act"), layer)

    def head(self):
        head, options = self.network.section("head"), self.network.options
        layers, described = self.network.head_layers()
        classes = options.get("classes", described)
        pool = options.get("pool", head["pool"])
        if "layers" in head:
            check_head(head["layers"], head["pool"])
        elif head["pool"] == "none" and head["classes"]:
            raise Impossible("a classifier needs a pooled vector")
        if head.get("scores") == "softmax" and classes == 1:
            raise Impossible("the softmax of one output")
        if classes:
            check_head(layers, pool)
            self.head_work(layers, pool, classes)
        self.check_taps()
        if len(set(self.values)) < len(self.values):
            raise Impossible("two values have the same name")

    def head_work(self, layers, pool, classes):
        """The multiply-adds of what follows the last map."""
        last = [i for i, layer in enumerate(layers) if has_outputs(layer)][-1]
        channels, pixels = self.at[0], self.at[1] * self.at[2]
        if pool != "none" and "pool" not in layers:
            layers, last = ["pool", *layers], last + 1
        for i, layer in enumerate(layers):
            words = layer.split()
            if words[0] == "pool":
                channels, pixels = channels * (2 if pool.startswith("cat") else 1), 1
            if has_outputs(layer):
                kernel = next((int(word[7:]) for word in words if word.startswith("kernel=")), 3)
                width = classes if i == last else int(words[1])
                self.work += width * channels * pixels * (kernel**2 if words[0] == "conv" else 1)
                channels, pixels = width, pixels if words[0] == "conv" else 1
        if self.work > self.limit:
            raise Impossible("too much work")

    def tap(self, name):
        """The place of the value of that name, else of the last one of that module."""
        if name in self.values:
            return self.values.index(name)
        inside = [i for i, value in enumerate(self.values) if value.startswith(name + ".")]
        if not inside:
            raise Impossible("no such tap")
        return inside[-1]

    def check_taps(self):
        taps = [self.tap(name) for name in self.network.description.get("features", [])]
        if taps != sorted(set(taps)):
            raise Impossible("taps out of order")
        asked = self.network.options.get("features")
        indexes = [int(index) for index in asked.split(",")] if asked else []
        if asked is not None and self.gone & {self.values[tap] for tap in taps}:
            raise Impossible("a tap on what is no part of the network")
        if asked is not None and not taps:
            raise Impossible("no taps")
        if any(not -len(taps) <= index < len(taps) for index in indexes):
            raise Impossible("no such feature")
