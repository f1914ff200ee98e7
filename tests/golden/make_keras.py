#!/usr/bin/env python3
"""Writes the goldens of keras-xception: what keras.applications.Xception computes in float64.

    KERAS_BACKEND=jax JAX_ENABLE_X64=1 python3 make_keras.py [PATTERN]     top71, ...

Keras 3.15.1 on JAX 0.10.2.

Weights and inputs are seeded (seeded.py), under the names of models/keras-xception.yaml. Maps of even
and odd sizes stand in front of the poolings; "top" gives logits, "notop" the last map, "softmax" what
predict() of the whole network gives.
"""

import fnmatch
import itertools
import re
import sys

import keras
import numpy as np
from keras.src.backend.common import dtypes

from golden_file import SEEDS, describe, has_gap, round_off, sample, write
from seeded import image, tensor

# With any backend but TensorFlow Keras takes float64 and float32 together as float32: norms and means
# of a network in float64 would be rounded.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

SIZES = (299, 256, 224, 150, 71)
SHORTCUTS = (0, 1, 2, 11)  # blocks with a convolution in it, in their order


def place(layer, seen):
    """The module of our network that a layer is: "blocks.0.stack.conv1", and its kind."""
    kind = type(layer).__name__
    named = re.fullmatch(r"block(\d+)_(sep)?conv(\d+)(_bn)?", layer.name)
    if layer.name == "predictions":
        return "head.fc", kind
    if not named:  # of a shortcut
        seen[kind] = seen.get(kind, -1) + 1
        part = "conv" if kind == "Conv2D" else "bn"
        return f"blocks.{SHORTCUTS[seen[kind]]}.shortcut.{part}", kind
    block, separable, number, norm = int(named[1]), named[2], int(named[3]), named[4]
    if not separable:
        return f"stem.{number - 1}.{'bn' if norm else 'conv'}", kind
    module = f"exit.{number + 1}" if block == 14 else f"blocks.{block - 2}.stack.conv{number}"
    return module + (".bn_pw" if norm else ""), kind


def seeded_weights(layer, module, kind):
    """In the order of Keras, in its layouts."""

    def drawn(name, shape):
        return tensor(f"{module}.{name}", shape).astype("float64")

    shapes = [weight.shape for weight in layer.weights]
    if kind == "BatchNormalization":
        return [drawn(name, shapes[0]) for name in ("weight", "bias", "running_mean", "running_var")]
    if kind == "Dense":
        return [drawn("weight", shapes[0][::-1]).T, drawn("bias", shapes[1])]
    if kind == "Conv2D":
        h, w, i, o = shapes[0]
        return [drawn("weight", (o, i, h, w)).transpose(2, 3, 1, 0)]
    (h, w, i, _), (_, _, _, o) = shapes
    return [drawn("conv_dw.weight", (i, 1, h, w)).transpose(2, 3, 0, 1),
            drawn("conv_pw.weight", (o, i, 1, 1)).transpose(2, 3, 1, 0)]  # fmt: skip


def build(size, kind, dtype):
    keras.config.set_floatx(dtype)
    keras.backend.clear_session()
    network = keras.applications.Xception(
        include_top=kind != "notop", weights=None, input_shape=(size, size, 3),
        classifier_activation="softmax" if kind == "softmax" else None)  # fmt: skip
    seen = {}
    for layer in network.layers:
        if layer.weights:
            layer.set_weights(seeded_weights(layer, *place(layer, seen)))
    return network


def run(network, inputs, dtype):
    result = network(inputs.transpose(0, 2, 3, 1).astype(dtype), training=False)
    result = keras.ops.convert_to_numpy(result)
    assert result.dtype == dtype, result.dtype
    return (result.transpose(0, 3, 1, 2) if result.ndim == 4 else result).astype("float64")


def tolerance(facts):
    """1e-5 of the spread; where Keras in f32 is further from itself in f64, twice as far."""
    own = facts["torch_f32_distance"]
    return 1e-5 if own <= 1e-5 else round_off(2 * own)


def make(size, kind):
    exact = build(size, kind, "float64")
    shape = (1, 3, size, size)
    for seed in SEEDS:
        inputs = image(shape, seed)
        output = run(exact, inputs, "float64")
        if has_gap(output):
            break
    single = run(build(size, kind, "float32"), inputs, "float32")
    facts = describe(output, single)
    options = {"top": ["--head=linear 1000"], "notop": ["--classes=0", "--pool=none"], "softmax": []}
    summary = {"name": f"keras-xception.{kind}{size}", "model": "keras-xception",
               "input": list(shape), "options": [f"--size={size}", *options[kind]],
               "seed_with": [], "input_seed": seed, "tolerance": tolerance(facts), "outputs": [facts],
               "stages": {}}  # fmt: skip
    return summary, sample(output)


if __name__ == "__main__":
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*"
    for kind, size in [*itertools.product(("top", "notop"), SIZES), ("softmax", 71)]:
        if fnmatch.fnmatchcase(f"{kind}{size}", pattern):
            write(*make(size, kind))
