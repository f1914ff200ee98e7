"""How many pictures each engine names rightly, and how many as our own does in f32.

    accuracy.py < SETTING.json

The setting has the files of each engine by name, the first one ours in f32, and the file of the
pictures; their classes go round and round. Printed: a row for each engine, as JSON.
"""

import json
import sys

import numpy as np
from engines import load
from pictures import answers, prepared, render


def main():
    setting = json.load(sys.stdin)
    pictures = np.load(setting["pictures"], mmap_mode="r")
    classes = np.arange(len(pictures)) % len(render.LABELS)
    inputs, first = prepared(pictures[0]), None
    for engine, files in setting["files"].items():
        run = load(engine, files, inputs, 1)
        best = np.array([logits.argmax() for logits in answers(run, inputs, pictures)])
        first = best if first is None else first
        row = {"engine": engine, "right": np.mean(best == classes), "same": np.mean(best == first)}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
