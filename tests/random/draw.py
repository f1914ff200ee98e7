#!/usr/bin/env python3
"""A number becomes a network: a valid description over all that models/README.md can say, options.

    draw.py SEED     prints the description and the options

The same number gives the same network in every run; network.py says what a network is. Sizes and
widths are drawn so that remainders are the rule, and drawn again when a run would cost more than the
network's own limit, most of which are small.
"""

import random
import sys

from exclusions import excluded
from network import STANDARD, Impossible, Network

ACTS = ["none", "relu", "relu6", "silu", "gelu", "hard_swish", "sigmoid"]
POOLS = ["avg", "max", "avgmax", "catavgmax", "catmaxavg", "none"]
TARGETS = ["scalar", "x86-64-v3", "x86-64-avxvnni", "x86-64-v4", "x86-64-v4-bf16", "x86-64-v4-vnni",
           "x86-64-v4-amx", "aarch64", "aarch64-dotprod", "aarch64-i8mm", "riscv64-v"]
# Those that share no blob of int8 with targets of another kind.
KINDS = {"aarch64": "signed", "aarch64-dotprod": "signed", "aarch64-i8mm": "blocks"}
NARROW = [1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17]
WIDE = [19, 23, 24, 31, 32, 33, 40, 47, 48, 49, 63, 64, 65, 80, 97, 112, 128, 129, 200, 257]
KERNELS = [1, 3, 3, 3, 5, 7, 9, 11, 13, 15]
TEXTS = ["A network", "a text: with a colon, # and {braces}", "Größe", "1", "true"]
INPUTS = ["plain", "zero", "nan", "infinity", "subnormal", "huge", "mixed"]
FILLS = ["00000000", "7f7f7f7f", "ffffffff", "7fc00000"]
PLANS = [  # how often; heights and widths, channels, most layers of a kind, most work of a run
    (6, range(1, 9), NARROW, 2, 8e3),
    (6, range(1, 5), NARROW + WIDE, 3, 5e4),
    (6, range(5, 20), NARROW, 3, 3e4),
    (3, range(5, 41), NARROW + WIDE, 3, 2e5),
    (1, range(1, 9), NARROW[:6], 6, 1e5),  # many layers
    (0.7, range(74, 100), NARROW[:8], 2, 1e6),  # large enough for maps that stream
]


class Draw:
    def __init__(self, seed, attempt):
        self.random = random.Random(seed)  # what all attempts share
        self.seed = seed
        plan = self.weighted([(plan, plan[0]) for plan in PLANS])
        self.side, self.widths, self.layers, self.limit = plan[1:]
        self.random = random.Random(f"{seed}.{attempt}")

    def chance(self, probability):
        return self.random.random() < probability

    def one(self, choices):
        return self.random.choice(choices)

    def weighted(self, rows):
        return self.random.choices([row[0] for row in rows], [row[1] for row in rows])[0]

    def maybe(self, section, probability, key, draw):
        if self.chance(probability):
            section[key] = draw()

    def sides(self):
        if self.chance(0.75):
            return self.one([k for k in KERNELS if k < 8] if self.chance(0.9) else KERNELS)
        return [self.one(KERNELS[:6]), self.one(KERNELS[:6])]

    def dense_sides(self):
        """Those of the stem may be even."""
        sides = self.sides()
        if self.chance(0.2):
            sides = self.one([2, 4, 6, [2, 3], [1, 4], [3, 14]])
        return sides

    def stride(self):
        return self.weighted([(2, 6), (1, 2), (3, 2), (4, 1)])

    def dilation(self):
        return self.weighted([(2, 6), (1, 2), (3, 3), (4, 2), (8, 1), (16, 1), (33, 1), (64, 1)])

    def width(self):
        return self.one(self.widths)

    # ---- sections ----

    def input(self):
        size = [self.one(self.side), self.one(self.side)]
        section = {"size": size if self.chance(0.6) else size[0]}
        self.maybe(section, 0.3, "channels", lambda: self.one([1, 2, 3, 4, 5, 16, 17]))
        needed = min(section.get("channels", 3), 4)
        if needed != 3 or self.chance(0.05):
            section["mean"] = [round(self.random.uniform(-2, 2), 3) for _ in range(needed)]
            section["std"] = [round(self.random.uniform(0.1, 2), 3) for _ in range(needed)]
        self.maybe(section, 0.05, "crop", lambda: self.one([0.01, 0.875, 1]))
        self.maybe(section, 0.05, "crop_mode", lambda: self.one(["center", "squash", "border", "aspect"]))
        self.maybe(section, 0.05, "interpolation", lambda: self.one(["bicubic", "bilinear", "nearest", "tf_bilinear"]))
        self.maybe(section, 0.05, "scaling", lambda: self.one(["divide", "multiply"]))
        return section

    def stem(self, index):
        layer = {"width": self.width()}
        self.maybe(layer, 0.4, "kernel", self.dense_sides)
        self.maybe(layer, 0.4, "stride", self.stride)
        self.maybe(layer, 0.1, "dilation", self.dilation)
        self.maybe(layer, 0.2, "padding", lambda: self.one(["none", "none", "symmetric", "same", "same"]))
        self.maybe(layer, 0.2, "norm", lambda: self.chance(0.2))
        self.maybe(layer, 0.25, "activation", lambda: self.one(ACTS))
        self.maybe(layer, 0.05, "key", lambda: f"first{index}.conv")
        return layer

    def block_keys(self, often):
        """Some of a block's keys, often times as likely as in a block of its own."""
        block = {}
        count = self.weighted([(1, 3), (2, 4), (3, 3), (4, 1), (8, 0.2)])
        if self.chance(0.25):
            self.maybe(block, often, "widths", lambda: [self.width() for _ in range(count)])
        else:
            self.maybe(block, often, "widths", self.width)
            self.maybe(block, 0.8 * often, "depth", lambda: count)
        self.maybe(block, 0.25 * often, "repeat", self.repeat)
        self.maybe(block, 0.35 * often, "kernel", self.sides)
        self.maybe(block, 0.35 * often, "stride", self.stride)
        self.maybe(block, 0.15 * often, "dilation", self.dilation)
        self.maybe(block, 0.3 * often, "padding", lambda: self.one(["same", "symmetric"]))
        self.maybe(block, 0.25 * often, "stride_by", lambda: self.one(["max_pool", "convolution"]))
        self.maybe(block, 0.4 * often, "shortcut",
                   lambda: self.one(["auto", "convolution", "none"]))  # fmt: skip
        self.maybe(block, 0.2 * often, "shortcut_norm", lambda: self.chance(0.3))
        self.maybe(block, 0.5 * often, "norm", lambda: self.one(["both", "pointwise", "before"]))
        self.maybe(block, 0.5 * often, "activate",
                   lambda: self.one(["before", "between", "after"]))  # fmt: skip
        self.maybe(block, 0.2 * often, "activation", lambda: self.one(ACTS))
        self.maybe(block, 0.1 * often, "shortcut_from", lambda: self.one(["input", "activation"]))
        self.maybe(block, 0.15 * often, "activate_sum", lambda: self.chance(0.7))
        self.maybe(block, 0.05 * often, "key", lambda: "own_block{i}")
        return block

    def repeat(self):
        return self.weighted([(2, 6), (1, 1), (3, 3), (5, 1), (16, 0.3), (128, 0.1)])

    def blocks(self, description):
        defaults = description.get("block", {})
        if self.chance(0.3):
            defaults = description["block"] = self.block_keys(0.5)
        blocks = description["blocks"] = []
        for _ in range(self.count()):
            block = self.block_keys(1 if self.chance(0.7) else 0.3)
            both = {**STANDARD["blocks"], **defaults, **block}
            if "widths" not in both:
                block["widths"] = self.width()
            if both["norm"] == "before" and both["activate"] != "before":
                block["activate"] = "before"
            blocks.append(block)

    def exit(self):
        layer = {"width": self.width()}
        self.maybe(layer, 0.4, "kernel", self.sides)
        self.maybe(layer, 0.15, "dilation", self.dilation)
        self.maybe(layer, 0.5, "norm", lambda: self.one(["both", "pointwise"]))
        self.maybe(layer, 0.3, "activation", lambda: self.one(ACTS))
        self.maybe(layer, 0.2, "activate", lambda: self.one(["each", "last"]))
        return layer

    def layer(self):
        """A layer of a head, as text."""
        word = self.weighted([("linear", 4), ("norm", 3), ("flatten", 1), ("", 4)])
        if word == "linear":
            return f"linear {self.width()}{' bias=false' if self.chance(0.3) else ''}"
        if word == "norm" and self.chance(0.3):
            return f"norm eps={self.one(['0.001', '1', '1e-12'])}"
        return word or self.one(ACTS)

    def map_layer(self):
        """A layer of a head in front of its pooling."""
        word = self.weighted([("conv", 4), ("norm", 2), ("", 2)])
        if word == "conv":
            kernel = f" kernel={self.one([1, 2, 3, 4, 5])}" if self.chance(0.6) else ""
            return f"conv {self.width()}{kernel}{' bias=false' if self.chance(0.3) else ''}"
        return word or self.one(ACTS)

    def layers_of_head(self, end="pool"):
        """At least one has outputs. Those in front of the end, where it is written, read a map."""
        classes = self.one([1, 2, 3, 7, 10, 17, 33])
        layers = [self.layer() for _ in range(self.one([0, 0, 1, 2, 3, 5]))] + [f"linear {classes}"]
        layers += [self.layer() for _ in range(self.one([0, 0, 0, 1, 2]))]
        front = [self.map_layer() for _ in range(self.one([0, 0, 1, 2]))] + [end]
        if self.chance(0.3):  # a convolution gives the classes
            return [*front[:-1], f"conv {classes}", end, *self.softmax()]
        if end == "flatten" or self.chance(0.3):
            layers = front + layers
        return layers + self.softmax()

    def softmax(self):
        return ["softmax"] if self.chance(0.3) else []

    def head(self):
        head = {"classes": self.one([0, 1, 2, 3, 7, 10, 16, 17, 33, 100])}
        if self.chance(0.25):
            head = {"layers": self.layers_of_head()}
        self.maybe(head, 0.1, "scores", lambda: self.one(["softmax", "sigmoid", "none"]))
        self.maybe(head, 0.3, "activation", lambda: self.one(ACTS))
        self.maybe(head, 0.7, "pool", lambda: self.one(POOLS))
        if head.get("pool") == "none" and "layers" in head:
            head["layers"] = self.layers_of_head("flatten")
        elif head.get("pool") == "none":
            head["classes"] = 0
        if "classes" in head and self.chance(0.02):
            del head["classes"]
        return head

    def weights(self):
        def row(i):
            weights = {"tag": f"tag{i}"}
            self.maybe(weights, 0.5, "file", lambda: f"net-{i}.pth")
            self.maybe(weights, 0.5, "bytes", lambda: self.one([1, 123456789]))
            self.maybe(weights, 0.5, "hub", lambda: "timm/net.tag")
            self.maybe(weights, 0.5, "top1", lambda: self.one([0, 78.5, 100]))
            self.maybe(weights, 0.5, "top5", lambda: self.one([0, 93.25, 100]))
            self.maybe(weights, 0.5, "crop", lambda: self.one([0.01, 0.9, 1]))
            return weights

        return [row(i) for i in range(self.one([1, 2, 3]))]

    def names(self):
        """Patterns of the network of 2016, or each with a name of its own."""
        if self.chance(0.5):
            return {
                "count_from": 1, "stem_conv": "conv{i}", "stem_norm": "bn{i}", "stem_act": "act{i}",
                "block": "block{i}", "shortcut_conv": "skip", "shortcut_norm": "skipbn",
                "act": "rep.{n}", "depthwise": "rep.{n}.conv1", "pointwise": "rep.{n}.pointwise",
                "pointwise_norm": "rep.{n}", "pool": "rep.{n}", "exit_depthwise": "conv{i}.conv1",
                "exit_pointwise": "conv{i}.pointwise", "exit_norm": "bn{i}", "exit_act": "act{i}",
                "head_pool": "global_pool", "classifier": "fc",
            }  # fmt: skip
        marks = {"stem": ".{i}", "exit": ".{i}", "block": "{i}", "head": "", "classifier": "",
                 "shortcut": "", "sum": ".{i}"}  # fmt: skip
        names = {"count_from": self.one([0, 1])}
        for key in list(STANDARD["names"])[1:]:
            if self.chance(0.5) or "norm" in key:
                whole = key == "block" or key.partition("_")[0] in marks.keys() - {"block"}
                mark = marks[key.partition("_")[0]] if whole else self.one([".{j}.{n}", "{j}_{n}"])
                names[key] = f"m_{key}{mark}"
        return names

    def features(self, network):
        """Names of values, or of the modules around them, in the order of the network."""
        walk, found = network.walk(), {}
        values = walk.values
        for name in self.random.sample(values, min(len(values), self.one([1, 2, 3, 5, 16]))):
            if self.chance(0.4) and "." in name:
                name = name.rpartition(".")[0]
            found[walk.tap(name)] = name
        return [found[place] for place in sorted(found)]

    # ---- the whole ----

    def count(self):
        return self.random.randint(1, self.layers)

    def description(self):
        self.side = [*self.side, 1, 150] if self.chance(0.05) else self.side
        description = {"name": self.one(["net", "Net_2", "x"]), "title": self.one(TEXTS)}
        description["input"] = self.input()
        description["norm_eps"] = self.one([0.001, 1e-5, 1, 1e-12, 0.5])
        self.maybe(description, 0.5, "activation", lambda: self.one(ACTS))
        description["stem"] = [self.stem(i) for i in range(self.count())]
        self.blocks(description)
        self.maybe(description, 0.4, "exit", lambda: [self.exit() for _ in range(self.count())])
        self.maybe(description, 0.95, "head", self.head)
        self.maybe(description, 0.2, "names", self.names)
        self.papers(description)
        return description

    def papers(self, description):
        self.maybe(description, 0.05, "aliases", lambda: ["other", "an-other.name"])
        self.maybe(description, 0.05, "papers", lambda: [self.one(TEXTS)])
        self.maybe(description, 0.05, "parameters", lambda: 123456)
        self.maybe(description, 0.05, "macs", lambda: 123456789)
        self.maybe(description, 0.05, "weights", self.weights)
        self.maybe(description, 0.02, "labels", lambda: "imagenet1k")
        self.maybe(description, 0.05, "renames", lambda: ["old.{i} = blocks.{i+1}"])

    def options(self, network):
        options = {}
        self.maybe(options, 0.2, "size", lambda: "x".join(
            str(self.one(self.side)) for _ in range(self.one([1, 2]))))  # fmt: skip
        self.maybe(options, 0.25, "batch", lambda: self.one([1, 2, 3, 5]))
        self.maybe(options, 0.2, "classes", lambda: self.one([0, 0, 1, 5, 16, 40]))
        self.maybe(options, 0.2, "in-chans", lambda: self.one([1, 2, 4, 7, 20]))
        self.maybe(options, 0.25, "output-stride", lambda: self.one([8, 16, 32]))
        self.maybe(options, 0.2, "pool", lambda: self.one(POOLS))
        self.maybe(options, 0.15, "head", lambda: ", ".join(self.layers_of_head()))
        if options.get("pool") == "none":
            options["classes"] = 0
        network.options = options
        if self.chance(0.35):
            taps = network.description["features"] = self.features(network)
            indexes = [self.random.randint(-len(taps), len(taps) - 1)
                       for _ in range(self.one([0, 1, 2]))]  # fmt: skip
            self.maybe(options, 0.7, "features", lambda: ",".join(map(str, indexes)))
        self.maybe(options, 0.4, "precision", lambda: self.one(["bf16", "int8"]))
        if "precision" not in options:
            self.maybe(options, 0.3, "weights-type", lambda: "f16")

    def numbers(self):
        """Other numbers in the place of a target's own, as compile --tune might find them."""
        by_hand = self.chance(0.5)
        return {
            "pw_rows": self.one([1, 2, 3, 6, 14, 64]) if by_hand else 0,
            "pw_vectors": self.one([1, 2, 3, 4, 16]) if by_hand else 0,
            "pw_unroll": self.one([1, 2, 4, 64]),
            "pw_near": self.one([0, 0, 1, 16, 256]),
            "dw_columns": self.one([1, 2, 3, 4, 5, 8, 16]),
            "block_bytes": self.one([4096, 5000, 16384, 67108864]),
            "l1_bytes": self.one([4096, 8000, 32768, 1048576]),
            "l2_bytes": self.one([65536, 100000, 1048576]),
        }

    def network(self):
        network = Network(self.seed, self.description())
        network.walk(self.limit)
        self.options(network)
        network.walk(self.limit)
        network.targets = self.random.sample(TARGETS, self.weighted([(1, 8), (2, 1), (3, 1)]))
        if network.options.get("precision") == "int8":
            kind = KINDS.get(network.targets[0])
            network.targets = [name for name in network.targets if KINDS.get(name) == kind]
        network.tuning = self.numbers() if self.chance(0.4) else None
        network.weights_seed = self.random.randint(1, 1 << 30)
        network.input = self.one(INPUTS) if self.chance(0.4) else "plain"
        network.fill = self.one(FILLS)
        return network


def draw(seed):
    for attempt in range(10000):
        try:
            network = Draw(seed, attempt).network()
            if not excluded(network):
                return network
        except Impossible:
            pass
    raise SystemExit(f"no network for {seed}")


def show(network):
    words = [f"--target={','.join(network.targets)}", *network.words()]
    lines = [f"# seed {network.seed}: {' '.join(words)}"]
    lines += [f"# weights of seed {network.weights_seed}, input {network.input}, "
              f"arenas of {network.fill}"]  # fmt: skip
    if network.tuning:
        lines += [f"# tuning of {network.targets[0]}: {network.tuning}"]
    return "\n".join(lines) + "\n" + network.yaml()


if __name__ == "__main__":
    print(show(draw(int(sys.argv[1]))), end="")
