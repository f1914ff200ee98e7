#!/usr/bin/env python3
"""Writes the goldens: what timm computes in float64 for the cases of cases.py.

    python3 make.py [PATTERN]     needs timm and torch; PATTERN selects cases by name

timm 1.0.31 makes those of the networks that it has, timm 0.6.13 the others.

Per case: data/CASE.npy holds the sampled values of all outputs, one after the other, as f64;
data/CASE.json everything else (README.md describes both).
"""

import fnmatch
import json
import sys
from pathlib import Path

import numpy as np
import timm
import torch

from cases import OLD, all_cases
from seeded import image, sample_positions

IS_OLD = timm.__version__ == "0.6.13"
if IS_OLD:
    import networks_0_6 as networks
else:
    import networks

DATA = Path(__file__).parent / "data"
GAP = 0.01  # the best class leads by this part of the spread, or we take another input
SEEDS = range(1, 50)


def round_off(number):
    return float(f"{number:.6g}")


def watch_stages(network, stages):
    """Records mean, standard deviation and largest magnitude of each block's result."""

    def watch(name):
        def hook(_module, _inputs, result):
            numbers = (result.mean(), result.std(unbiased=False), result.abs().max())
            stages[name] = [round_off(number.item()) for number in numbers]

        return hook

    def is_stage(name):
        return (
            name in ("act1", "act2", "act3", "act4", "act")
            or name.startswith(("stem", "blocks")) and name.count(".") == 1
            or name.startswith("block") and "." not in name and name != "blocks"
        )

    for name, module in network.named_modules():
        if is_stage(name):
            module.register_forward_hook(watch(name))


def run(network, inputs):
    with torch.no_grad():
        results = network(inputs)
    results = results if isinstance(results, (list, tuple)) else [results]
    return [result.double().numpy() for result in results]


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


def make(case):
    single = networks.prepare(case["model"], **case["timm"])
    exact = networks.prepare(case["model"], **case["timm"]).double()
    stages = {}
    watch_stages(exact, stages)
    for seed in SEEDS:
        inputs = torch.from_numpy(image(case["input"], seed))
        outputs = run(exact, inputs.double())
        if all(map(has_gap, outputs)):
            break
    else:
        sys.exit(f"{case['name']}: no input gives a clear best class")
    described = [describe(*pair) for pair in zip(outputs, run(single, inputs))]
    return {
        **{key: case[key] for key in ("name", "model", "input", "options", "seed_with")},
        "input_seed": seed,
        "outputs": described,
        "stages": stages,
    }, np.concatenate([sample(output) for output in outputs])


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


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*"
    assert timm.__version__ in ("0.6.13", "1.0.31"), timm.__version__
    DATA.mkdir(exist_ok=True)
    for case in all_cases():
        if fnmatch.fnmatchcase(case["name"], pattern) and (case["model"] in OLD) == IS_OLD:
            summary, values = make(case)
            write(summary, values)
            distance = max(output["torch_f32_distance"] for output in summary["outputs"])
            print(f"{case['name']}: {values.size} values, torch f32 is off by {distance:.2g}")


if __name__ == "__main__":
    main()
