"""odd.py FOLDER - goldens of fixtures at 32x32, where all maps before a pooling are odd: the logits,
by the reader and evaluator of evaluate.py in float64, stored as float32.

    python odd.py ..
"""
import sys

import numpy as np

from evaluate import evaluate, load

NETWORK_OF = {"k2_like.weights_legacy.h5": "k2_like.h5"}  # weights alone: whose network they are
folder = sys.argv[1]
x = np.load(f"{folder}/like.32x32.x.npy")
for name in ("k2_like.weights_legacy.h5", "like_float16.h5", "like_bfloat16.keras",
             "k2_tuned_sequential.h5"):
    network = NETWORK_OF.get(name)
    nodes, out = load(f"{folder}/{name}", network and f"{folder}/{network}")
    for node in nodes:
        if node.cls == "Dense":
            node.cfg["activation"] = "linear"
    y = evaluate(nodes, out, x).astype("float32")
    np.save(f"{folder}/{name.split('.')[0]}.32x32.logits.npy", y)
