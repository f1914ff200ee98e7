"""What a golden holds and how it is written: make.py and make_keras.py."""

import json
from pathlib import Path

import numpy as np

from seeded import sample_positions

DATA = Path(__file__).parent / "data"
GAP = 0.01  # the best class leads by this part of the spread, or we take another input
SEEDS = range(1, 50)


def round_off(number):
    return float(f"{number:.6g}")


def scale(values):
    return max(values.std(), np.abs(values).mean())


def has_gap(values):
    """The best class of every image leads clearly; a single one is not close to zero."""
    if values.ndim != 2:
        return True
    if values.shape[1] == 1:
        return bool(np.abs(values).min() > 0.25)
    best = np.sort(values, axis=1)
    return bool(np.all(best[:, -1] - best[:, -2] >= GAP * values.std(axis=1)))


def describe(exact, single):
    return {
        "shape": list(exact.shape),
        "mean": round_off(exact.mean()),
        "std": round_off(exact.std()),
        "scale": round_off(scale(exact)),
        "largest": round_off(np.abs(exact).max()),
        "torch_f32_distance": round_off(np.abs(exact - single).max() / scale(exact)),
    }


def sample(values):
    return values.ravel()[sample_positions(values.size)]


def compact(summary):
    """One line for each member, and for each stage and output."""
    parts = []
    for key, value in summary.items():
        if key == "stages":
            inner = ",\n  ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f' "stages": {{\n  {inner}\n }}')
        elif key == "outputs":
            inner = ",\n  ".join(json.dumps(output) for output in value)
            parts.append(f' "outputs": [\n  {inner}\n ]')
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write(summary, values):
    (DATA / f"{summary['name']}.json").write_text(compact(summary))
    np.save(DATA / f"{summary['name']}.npy", values)
